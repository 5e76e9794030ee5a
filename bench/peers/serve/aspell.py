"""Aspell as a corrector that takes the first suggestion for every word it does not know.

aspell.py COMMAND...    (with ``-a``: it talks over a pipe)
"""

from __future__ import annotations

import subprocess
import sys

from loop import answer, clock_with, word_by_word


class Aspell:
    """Word by word, over the pipe."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - the command that the bench put together
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", bufsize=1
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._ask, self._answers = self.process.stdin, self.process.stdout
        if not self._answers.readline():
            sys.exit("aspell does not start")

    def correct(self, text: str) -> str:
        """The text with every unknown word replaced."""
        return word_by_word(self._mend, text)

    def _mend(self, word: str) -> str:
        self._ask.write("^" + word.replace("’", "'") + "\n")
        self._ask.flush()
        first = word
        for number, line in enumerate(iter(self._answers.readline, "\n")):
            if number == 0 and line.startswith("&"):  # & typed count offset: first, second, ...
                first = line.rstrip("\n").split(": ", 1)[1].split(", ")[0]
        return first


_aspell = Aspell(sys.argv[1:])
answer(_aspell, clock_with(_aspell.process.pid))
