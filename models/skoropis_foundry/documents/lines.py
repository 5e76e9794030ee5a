"""One line of training text: how it is written, and whether it is text at all."""

from __future__ import annotations

import re
import unicodedata

from skoropis.text.scripts import SCRIPT_OF_LANGUAGE, script_of

_LONGEST_WORD = 60
"""Characters: what is longer between two spaces is a key, a picture or a table."""
_LONGEST_ADDRESS = 2000
_OWN_SCRIPT = 0.5
"""Share of words in the language's script that a line must have: names of products are often in another."""
_REPLACED: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "“”„‟″〝〞"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′ʼ"), "'"),
    **dict.fromkeys([*range(0x00, 0x09), *range(0x0E, 0x1C), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0)]),
    **dict.fromkeys(
        [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFD]
    ),
    **dict.fromkeys(range(0xD800, 0xE000)),  # halves of characters, from broken JSON
    **dict.fromkeys(range(0xE000, 0xF900)),  # private use: pictures of icon fonts
    ord("…"): "...",
    ord("―"): "—",
    ord("‐"): "-",
    ord("‑"): "-",
    ord("ﬀ"): "ff",
    ord("ﬁ"): "fi",
    ord("ﬂ"): "fl",
    ord("ﬃ"): "ffi",
    ord("ﬄ"): "ffl",
}
_BARE_ADDRESS = r"""(?:
    (?:\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://|\bwww\.|\bmailto:)\S*[^\s.,;:!?)\]>"'»]
  | (?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+
)"""
_ADDRESS = re.compile(
    rf"\s?(?:\(\s?{_BARE_ADDRESS}\s?\)|<{_BARE_ADDRESS}>|\[{_BARE_ADDRESS}\]|\"{_BARE_ADDRESS}\"|{_BARE_ADDRESS})",
    re.VERBOSE,
)
_DASHES = re.compile(r"(?<=\S)--+|--+(?=\s)")  # not the one of --option
_BEGINNING = re.compile(r"^(?:[-–—•·▪◦‣●○■*+§]+\s+|\d{1,3}[.)]\s+|[,;:.]+\s+)+")
_MARKUP = re.compile(r"[{}|]|</?[a-zA-Z][^<>]*>")
_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTER = re.compile(r"[\W\d_]+")


def normalized(text: str) -> str:
    """A line as training text has it.

    NFC, straight quotes, ``...``, an em dash for ``--``; single spaces; no URLs, e-mail addresses, bullets or
    invisible characters. What is normalized already stays as it is.
    """
    while True:
        once = _normalized(text)
        if once == text:
            return once
        text = once


def _normalized(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        text = unicodedata.normalize("NFC", text.translate(_REPLACED))
    words = text.split()
    text = " ".join(words)
    if len(text) > _LONGEST_ADDRESS and max(map(len, words)) > _LONGEST_ADDRESS:
        return text  # no text, and slow to search
    if "--" in text:
        text = _DASHES.sub("—", text)
    if "@" in text or "://" in text or "www." in text or "mailto:" in text:
        text = _ADDRESS.sub("", text)
    return _BEGINNING.sub("", text.strip())


def is_text(line: str) -> bool:
    """Whether a normalized line is running text: no markup, and letters for at least half."""
    if not line or _MARKUP.search(line) or max(map(len, line.split())) > _LONGEST_WORD:
        return False
    return 2 * sum(map(str.isalpha, line)) >= len(line) - line.count(" ")


def in_script(line: str, language: str) -> bool:
    """Whether at least half of the words are in the script of the language."""
    script = SCRIPT_OF_LANGUAGE[language]
    if line.isascii():
        return script == "latin"
    words = [word for word in line.split() if _LETTER.search(word)]
    return sum(script_of(word) == script for word in words) >= _OWN_SCRIPT * len(words)


def key(line: str) -> str:
    """What two lines have in common that count as the same: case, punctuation and digits are ignored."""
    return _NO_LETTER.sub(" ", line.casefold()).strip()
