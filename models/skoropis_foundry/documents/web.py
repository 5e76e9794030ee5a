"""HTML pages, whole or out of a mail or a book."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .encoding import decode
from .markup import Rules, local_name, paragraphs

_BLOCKS = """address article aside blockquote body caption center dd details dialog div dl dt fieldset
figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html legend li main menu ol p section summary
table tbody td tfoot th thead tr ul"""
_NO_TEXT = """applet audio button canvas datalist embed frame head iframe map math nav noscript object option
pre rp rt script select style svg template textarea title video"""
_HTML = Rules(
    paragraphs=frozenset(_BLOCKS.split()),
    breaks=frozenset({"br", "hr"}),
    spaces=frozenset(),
    skipped=frozenset(_NO_TEXT.split()),
)
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE
)
# Where mail programs put what is answered to.
_QUOTING = re.compile(r"gmail_quote|gmail_signature|moz-cite-prefix|yahoo_quoted|protonmail_quote|gmail_attr")


def read_html(path: Path) -> list[str]:
    """The text of a page. Raises UnreadableError."""
    return [page_text(path.read_bytes())]


def page_text(data: bytes) -> str:
    """The paragraphs of a page, one a line. It is UTF-8, or in the encoding that it names."""
    named = _CHARSET.search(data[:2048])
    return html_text(decode(data, named.group(1).decode("ascii") if named else None))


def html_text(text: str, *, answers: bool = True) -> str:
    """The paragraphs of a page, one a line; ``answers=False`` leaves out what a mail quotes."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = etree.fromstring(text.encode("utf-8", errors="ignore") or b" ", parser)
    if root is None:
        return ""
    if not answers:
        _drop_quoted(root)
    return "\n".join(paragraphs(root, _HTML))


def _drop_quoted(root: Any) -> None:
    for element in list(root.iter("blockquote", "div", "span")):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (local_name(element) == "blockquote" and element.get("type") == "cite") or _QUOTING.search(marks):
            parent = element.getparent()
            if parent is not None:
                element.clear(keep_tail=True)
