"""From bytes to text: byte order marks, UTF-8, and the older encodings of Europe and Russia."""

from __future__ import annotations

import codecs
import re

from .document import UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = ("cp1252", "mac_roman")
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "mac_cyrillic")
"""Encodings of English and Russian text before UTF-8, the most frequent first."""
_RUSSIAN_BYTES = 0.3
"""Share of bytes above ASCII among letters, from which on text is not in Latin letters."""
_SAMPLE = 1 << 16
"""Bytes that the encoding is guessed from: more take longer and change nothing."""
_BAD = 0.001
"""Share of characters that may be broken in a text that is UTF-8 otherwise, as when a file was cut off."""
_ODD = re.compile(
    r"[^\x00-\x7fА-яЁёÀ-ÿ\u00a0«»°§£“”„‘’–—…№•€™]"  # signs that hardly occur
    r"|(?<=[а-яёa-z])[А-ЯЁÀ-Þ]"  # a capital inside a word
    r"|(?<=[À-ÿ])[À-ÿ]"  # accents side by side
    r"|(?<=[^\W\d_])[^\w\s'’—–-](?=[^\W\d_])"  # a sign inside a word
    r"|(?<![^\W\d_])[–—€™…”’](?=[^\W\d_])"  # a sign before a word
    r"|(?<!\w)[À-ßá-ÿ](?!\w)"  # a foreign letter by itself
)
_SHOUTED = re.compile(r"(?<=[А-ЯЁ])[А-ЯЁ]")
_ODDEST = 0.3
_CONTROLS = 0.01
"""Share of control characters that text may have."""


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``. ``declared`` is tried after UTF-8, which text in another encoding hardly ever is.

    Raises UnreadableError for what is binary or in an encoding that cannot be told.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="ignore").removeprefix("\ufeff")
    if _binary(data[:_SAMPLE]):
        raise UnreadableError("looks binary")
    text = _utf8(data)
    if text is None and declared is not None:
        text = _as(data, declared)
    if text is None:
        text = _guess(data)
    if text is None:
        raise UnreadableError("not readable: its encoding cannot be told; save it as UTF-8")
    return text


def _binary(sample: bytes) -> bool:
    """Zero bytes, or many control bytes other than white space and escape."""
    odd = len(sample) - len(sample.translate(None, bytes([*range(7), *range(14, 27), *range(28, 32)])))
    return b"\0" in sample or odd > _CONTROLS * len(sample)


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="ignore")
    lost = len(data) - len(text.encode("utf-8"))
    # A lone é of Latin-1 in plain English is no broken UTF-8: some character must have been read well.
    if not text.isascii() and lost <= max(3, _BAD * len(data)):
        return text
    return None


def _as(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _guess(data: bytes) -> str | None:
    """The text in the old encoding in which it looks least odd; None when it looks odd in all of them."""
    # Lines of ASCII say nothing about the encoding.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    high = sum(byte > 0x7F for byte in telling)
    latin = high < _RUSSIAN_BYTES * (high + sum(map(str.isalpha, telling.decode("ascii", errors="ignore"))))
    oddness = {
        name: _oddness(telling.decode(name, errors="replace")) for name in (_LATIN if latin else _CYRILLIC)
    }
    best = min(oddness, key=lambda name: oddness[name])
    return data.decode(best, errors="ignore") if oddness[best] <= _ODDEST else None


def _oddness(text: str) -> float:
    """How often, by characters that are not ASCII, the text has what no text in the right encoding has."""
    letters = sum(not char.isascii() for char in text)
    shouted = len(_SHOUTED.findall(text))  # KOI8-R taken for another encoding swaps the case
    return (len(_ODD.findall(text)) + 0.1 * shouted) / max(letters, 1)
