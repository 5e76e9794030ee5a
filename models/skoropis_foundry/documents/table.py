"""Tables with a column of text: .csv and .tsv."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from .document import MEGABYTE, UnreadableError
from .encoding import decode
from .messages import FIELDS, conversation

_DELIMITERS = {".tsv": "\t", ".csv": ",;\t"}
_COLUMNS = (*FIELDS, "contents", "comment", "review", "note", "текст", "сообщение")
_LONGEST_CELL = 10 * MEGABYTE


def read_table(path: Path) -> list[str]:
    """The column of a table that is named text, message, content or the like, a row a line.

    Long rows (an article each) become documents of their own. Raises UnreadableError.
    """
    text = decode(path.read_bytes())
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS[path.suffix.lower()], key=header.count)
    csv.field_size_limit(_LONGEST_CELL)  # the default is too short for a chapter in a cell
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().casefold() for name in next(rows, [])]
    column = next((names.index(name) for name in _COLUMNS if name in names), None)
    if column is None:
        raise UnreadableError(f"no column named {', '.join(FIELDS[:-1])} or {FIELDS[-1]}")
    return conversation([row[column] for row in rows if len(row) > column])
