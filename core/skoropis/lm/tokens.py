"""From text to the tokens that language models are trained on and asked with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..text.words import Token, normalize_word, tokenize

NUMBER = "<num>"
OPAQUE = "<opaque>"
SENTENCE_ENDS = frozenset(".!?")
_SHARP_ENDS = frozenset("!?")
_PUNCTUATION = {"...": ".", "…": ".", "–": "—"}
# Quotes and brackets are left out: an n-gram cannot see their pairs, and they cost it a word of history.
_KEPT = frozenset(".,!?;:—-%/")
MARKS = _KEPT | {NUMBER, OPAQUE}
"""The tokens that are no words."""
_JOINERS = ("'", "’", "-")
# A full stop behind these, and behind an initial, is part of the word.
_ABBREVIATED = """mr mrs ms dr prof st vs etc jr sr inc no vol fig approx
гг вв им ул стр руб коп млн млрд тыс др пр см ст рис"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
WINDOW = 400
"""Characters left of the caret that prediction looks at; no n-gram reaches further back."""


def lm_token(token: Token) -> str | None:
    """The model's name for a token; None for what models do not see (quotes, odd symbols, emoji)."""
    if token.kind == "word":
        return normalize_word(token.text)
    if token.kind == "number":
        return NUMBER
    if token.kind == "opaque":
        return OPAQUE
    mark = _PUNCTUATION.get(token.text, token.text)
    return mark if mark in _KEPT else None


def lm_tokens(text: str) -> list[str]:
    """The tokens of ``text``; a model starts a new sentence where :func:`ends_sentence` says so."""
    return [name for token in tokenize(text) if (name := lm_token(token)) is not None]


def ends_sentence(previous: str | None, token: str) -> bool:
    """Whether ``token`` ends a sentence, given the one before it (None at the beginning of a sentence)."""
    if token not in SENTENCE_ENDS:
        return False
    if previous is None or token in _SHARP_ENDS:
        return True
    initial = len(previous) == 1 and previous not in "iя"
    return not initial and previous not in _ABBREVIATIONS


def sentences(tokens: Iterable[str]) -> Iterator[list[str]]:
    """Cut tokens into sentences exactly as a model does when it reads them.

    Marks that follow a sentence end ("?!", "!!!") make no sentence of their own.
    """
    sentence: list[str] = []
    for token in tokens:
        if not sentence and token in SENTENCE_ENDS:
            continue
        sentence.append(token)
        if ends_sentence(sentence[-2] if len(sentence) > 1 else None, token):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def split_prefix(before: str) -> tuple[list[str], str]:
    """Split the text left of the caret into the finished tokens and the begun word, as it is written.

    The word is ``""`` when the caret does not stand behind a letter; an apostrophe or hyphen that hangs on
    a word belongs to it (``don'``, ``well-``). Only the last :data:`WINDOW` characters are read, so the
    cost does not grow with the text.
    """
    cut = len(before) - WINDOW
    if cut > 0:
        space = before.find(" ", cut)
        before = before[space:] if space >= 0 else before[cut:]
    end = len(before) - before.endswith(_JOINERS)
    tokens = tokenize(before[:end])
    prefix = ""
    if tokens and tokens[-1].end == end and tokens[-1].kind == "word":
        prefix = tokens.pop().text + before[end:]
    elif end < len(before):
        tokens = tokenize(before)
    return [name for token in tokens if (name := lm_token(token)) is not None], prefix
