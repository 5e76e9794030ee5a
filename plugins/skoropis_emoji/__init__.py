"""Emoji by name, in English and Russian: ``:smile``, ``:улыб``."""
