"""Onboard's word prediction (pypredict), without the keyboard.

    onboard.py PACKAGES --train TEXT MODEL
    onboard.py PACKAGES MODEL...

PACKAGES: the folder that holds ``Onboard``. Later models lie over earlier ones, as the user's lies over the
language's in Onboard itself.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from loop import answer

_ORDER = 3
_SMOOTHING = "abs-disc"
_ASKED = 24  # marks of sentences and the like are dropped from these


class Onboard:
    """Offers again what was passed over."""

    def __init__(self, pypredict: Any, models: list[str]) -> None:
        self._pypredict = pypredict
        self._models = []
        for path in models:
            model = pypredict.DynamicModel()
            model.load(path)
            model.smoothing = _SMOOTHING
            self._models.append(model)
        self._together = pypredict.overlay(self._models)
        self._options = pypredict.LanguageModel.CASE_INSENSITIVE_SMART

    def suggest(self, before: str, refused: list[str]) -> list[str]:
        """Three words, best first."""
        context, _ = self._pypredict.tokenize_context(before)
        found = self._together.predictp(context, _ASKED, options=self._options)
        return [word for word, _ in found if not word.startswith("<")][:3]


def train(pypredict: Any, text: str, path: str) -> None:
    """Learn a text as Onboard learns what its user types."""
    model = pypredict.DynamicModel(_ORDER)
    with Path(text).open(encoding="utf-8") as lines:
        for line in lines:
            tokens, _ = pypredict.tokenize_text(line.strip())
            model.learn_tokens(tokens)
    model.save(path)


sys.path.insert(0, str(Path(sys.argv[1]) / "Onboard"))
_pypredict = importlib.import_module("pypredict")
if sys.argv[2] == "--train":
    train(_pypredict, *sys.argv[3:])
else:
    answer(Onboard(_pypredict, sys.argv[2:]))
