"""Autocorrect: a keyboard-aware noisy channel over lexicon candidates, scored in context."""
