"""What happens to one utterance."""
