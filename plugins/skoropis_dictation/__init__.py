"""Feeds a session with the phrases of a recording."""
