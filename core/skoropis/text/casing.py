"""Carrying a word's case over to another word."""

from __future__ import annotations


def is_title(word: str) -> bool:
    """True for ``Word``: a capital first, then at least one lower-case letter or nothing."""
    return bool(word) and word[0].isupper() and word[1:] == word[1:].lower()


def match_case(pattern: str, word: str) -> str:
    """``word`` written the way ``pattern`` is: ALL CAPITALS, Title, or as it comes."""
    if len(pattern) > 1 and pattern.isupper():
        return word.upper()
    if pattern[:1].isupper():
        return word[:1].upper() + word[1:]
    return word
