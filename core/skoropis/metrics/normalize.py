"""The fixed form in which texts are compared: a figure holds only beside figures of the same version.

Lower case, ``ё`` as ``е``, no punctuation (an apostrophe inside a word stays), hyphens as spaces,
numbers as words, ``Mr`` and its like in full.
"""

from __future__ import annotations

import re
import unicodedata

from ..errors import ConfigError
from ..text.scripts import language_of

NORMALIZER_VERSION = "1"

_TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_TITLE = re.compile(r"\b(mr|mrs|dr|st)\b(?=\.?\s+[^\W\d])")
_GROUPED = re.compile(r"(?<=\d)[, \u00a0](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(\d+)([.,]\d+)?(st|nd|rd|th)?")
_MARKS = re.compile(r"[^\w\s']|_")
_LOOSE_APOSTROPHE = re.compile(r"(?<!\w)'+|'+(?!\w)")
_YEARS = range(1100, 2000)
_PERCENT = {"en": " percent ", "ru": " процентов "}


def normalize_transcript(text: str, language: str | None = None) -> str:
    """``text`` in the form in which transcripts are compared: words with single spaces between.

    ``language`` ("en" or "ru") tells how numbers are read; by default it is that of the last letters.
    Raises ConfigError when the text has numbers and num2words is not installed.
    """
    language = language or language_of(text, ("en", "ru")) or "en"
    text = (
        unicodedata.normalize("NFKC", text).lower().replace("ё", "е").replace("’", "'").replace("\u0301", "")
    )
    if language == "en":
        text = _TITLE.sub(lambda match: _TITLES[match.group(1)], text)
    if any(char.isdigit() for char in text):
        text = text.replace("%", _PERCENT.get(language, " "))
        text = _NUMBER.sub(lambda match: f" {_spoken(match, language)} ", _GROUPED.sub("", text))
    text = _LOOSE_APOSTROPHE.sub(" ", _MARKS.sub(" ", text))
    return " ".join(text.replace("ё", "е").split())


def _spoken(match: re.Match[str], language: str) -> str:
    try:
        from num2words import num2words
    except ImportError as error:
        raise ConfigError('reading numbers needs num2words; pip install "skoropis[bench]"') from error
    whole, fraction, ordinal = match.groups()
    if len(whole) > 15:
        return " ".join(whole)
    if ordinal and language == "en":
        return str(num2words(int(whole), to="ordinal", lang="en"))
    if fraction:
        return str(num2words(float(f"{whole}.{fraction[1:]}"), lang=language))
    if language == "en" and len(whole) == 4 and int(whole) in _YEARS:
        return str(num2words(int(whole), to="year", lang="en"))
    return str(num2words(int(whole), lang=language))
