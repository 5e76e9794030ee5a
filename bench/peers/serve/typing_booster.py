"""ibus-typing-booster's database of phrases, with its dictionary, without the input method.

    typing_booster.py ENGINE --train TEXT DATABASE
    typing_booster.py ENGINE DATABASE DICTIONARY

The dictionary (``en_US``) is looked for in the folders of ``DICPATH`` first.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from loop import answer

_BEGUN = re.compile(r"[^\W_]+(?:['’\-][^\W_]*)*$")


class TypingBooster:
    """Offers again what was passed over."""

    def __init__(self, util: Any, database: Any, dictionary: str) -> None:
        self._util = util
        self._database = database
        self._database.hunspell_obj.set_dictionary_names([dictionary])

    def suggest(self, before: str, refused: list[str]) -> list[str]:
        """Three words, best first."""
        begun = _BEGUN.search(before)
        typed = begun.group() if begun else ""
        context = self._util.tokenize(before[: len(before) - len(typed)])
        earlier = ["", "", *context]
        found = self._database.select_words(typed, p_phrase=earlier[-1], pp_phrase=earlier[-2])
        return [unicodedata.normalize("NFC", phrase).strip() for phrase, _ in found[:3]]


def engine(folder: str, database: str) -> tuple[Any, Any]:
    """The engine's helpers, and its database. The desktop it would draw on is never touched: not loaded."""
    for name in ("gi", "gi.repository"):
        sys.modules[name] = MagicMock()
    sys.path.insert(0, folder)
    logging.disable(logging.CRITICAL)
    util = importlib.import_module("itb_util")
    return util, importlib.import_module("tabsqlitedb").TabSqliteDb(user_db_file=database)


if sys.argv[2] == "--train":
    _, _text, _path = sys.argv[2:]
    Path(_path).unlink(missing_ok=True)
    _util, _database = engine(sys.argv[1], _path)
    # False also when all is written and only the tidying up afterwards finds the table locked.
    _database.read_training_data_from_file(_text)
    if _database.number_of_rows_in_database() < 1:
        sys.exit("ibus-typing-booster does not take the text")
    _database.database.close()
else:
    _util, _database = engine(sys.argv[1], sys.argv[2])
    answer(TypingBooster(_util, _database, sys.argv[3]))
