"""What is never learned: numbers, addresses, and whatever looks like a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..lm.tokens import OPAQUE, lm_token
from ..text.words import normalize_word, tokenize

LONGEST = 32
"""Letters of the longest word that is learned."""
_CHUNK = re.compile(r"\S+")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_GLUED = re.compile(r"[^\W_][^\w\s'’\-.,;:!?…/()\"«»—–]+[^\W_]|_")
_SWITCH = re.compile(r"[a-zа-яё][A-ZА-ЯЁ]")
_SWITCHES = 3
"""Changes from small to capital letters within one word from which on it looks like a password; names of
products have two at most."""
_VOWEL = re.compile(r"[aeiouyàâäéèêëïîôöùûüаеёиоуыэюяіїє]", re.IGNORECASE)
_NO_VOWEL = 7
"""Letters from which on a word without a vowel looks like a password."""
_ANNOUNCES = frozenset(
    {"password", "passwd", "passphrase", "passcode", "pwd", "pin", "cvv", "cvc"}
    | {"пароль", "пароля", "паролем", "пин", "пинкод", "пин-код"}
)
_BETWEEN = frozenset({"is", "was", ":", "=", "—", "-", "–", "это", "был"})


def learnable(text: str) -> Iterator[tuple[str, str | None]]:
    """(token as models know it, the word as written or None where nothing may be learned), in order.

    A word that looks like a secret, or stands behind "password:", comes as ``<opaque>``.
    """
    hidden = _hidden(text)
    announced = False
    for token in tokenize(text):
        name = lm_token(token)
        word = token.kind == "word"
        if announced and (word or token.kind in ("opaque", "number")) and token.text.lower() not in _BETWEEN:
            announced = False
            yield OPAQUE, None
            continue
        if announced and token.text not in _BETWEEN and token.text.lower() not in _BETWEEN:
            announced = token.text in "\"'«“"
        if word and normalize_word(token.text) in _ANNOUNCES:
            announced = True
        if word and (_secret(token.text) or any(start <= token.start < end for start, end in hidden)):
            yield OPAQUE, None
        elif name is not None:
            yield name, token.text if word else None


def may_learn(word: str) -> bool:
    """Whether ``word`` is one word that may be learned at all."""
    found = list(learnable(word))
    return len(found) == 1 and found[0][1] == word


def _hidden(text: str) -> list[tuple[int, int]]:
    """Spans between spaces that mix letters with digits or odd marks, as passwords and identifiers do."""
    spans = []
    for match in _CHUNK.finditer(text):
        chunk = _EDGES.sub("", match.group())
        letters = any(char.isalpha() for char in chunk)
        if letters and (any(char.isdigit() for char in chunk) or _GLUED.search(chunk)):
            spans.append(match.span())
    return spans


def _secret(word: str) -> bool:
    return (
        len(word) > LONGEST
        or len(_SWITCH.findall(word)) >= _SWITCHES
        or (len(word) >= _NO_VOWEL and not _VOWEL.search(word))
    )
