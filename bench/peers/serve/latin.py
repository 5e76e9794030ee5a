"""Russian in Latin letters and back, letter for letter, for a peer that cannot read UTF-8.

Presage takes bytes for characters, and a byte of "л" for a mark that ends a word. Written in Latin letters, a
beginning of a word stays a beginning of it. Latin words inside Russian text do not come back as they were.
"""

from __future__ import annotations

import re

_SINGLE = dict(zip("абвгдежзийклмнопрстуфхцчш", "abvgdejziyklmnoprstufhcwx", strict=True))
_DOUBLE = {"щ": "qw", "ъ": "qq", "ы": "qy", "ь": "qj", "э": "qe", "ю": "qu", "я": "qa", "ё": "e"}
_INTO = str.maketrans(_SINGLE | _DOUBLE)
_BACK = {latin: letter for letter, latin in (_SINGLE | _DOUBLE).items() if letter != "ё"}
_PIECE = re.compile("q.|.", re.DOTALL)


def to_latin(text: str) -> str:
    """Lower-cased; ё becomes е; what is not Cyrillic stays."""
    return text.lower().translate(_INTO)


def to_cyrillic(text: str) -> str:
    """The reverse for a word that :func:`to_latin` wrote."""
    return _PIECE.sub(lambda piece: _BACK.get(piece.group(), piece.group()), text)
