"""JamSpell, which corrects a word in its context.

fragments.py --train TEXT ALPHABET MODEL
fragments.py MODEL
"""

from __future__ import annotations

import sys

import jamspell
from loop import answer


class JamSpell:
    """A trigram model chooses among the words near each word."""

    def __init__(self, model: str) -> None:
        self._corrector = jamspell.TSpellCorrector()
        if not self._corrector.LoadLangModel(model):
            sys.exit("JamSpell does not read its model")

    def correct(self, text: str) -> str:
        """The text as JamSpell would have it."""
        return str(self._corrector.FixFragment(text))


if sys.argv[1] == "--train":
    if not jamspell.TSpellCorrector().TrainLangModel(*sys.argv[2:]):
        sys.exit("JamSpell does not take the text")
else:
    answer(JamSpell(sys.argv[1]))
