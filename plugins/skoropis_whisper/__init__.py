"""Turns phrases of speech into scored n-best lists with a Whisper model."""
