"""Chooses among the readings of an utterance with the help of a language model."""
