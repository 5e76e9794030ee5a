"""A peer in a process of its own, spoken to in lines of JSON (``serve/loop.py``)."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 1800.0
ANSWER_SECONDS = 600.0


class PeerFailed(Exception):
    """A peer ended, said something else than it should, or took too long."""


class Child:
    """A context manager. Its answers come with the CPU seconds that they took there."""

    def __init__(self, command: Sequence[str | Path], env: Mapping[str, str], log: Path) -> None:
        self._command = [str(part) for part in command]
        self._env = dict(env)
        self._log = log

    def __enter__(self) -> Child:
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a peer's own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._env,
                encoding="utf-8",
            )
        if not self._answer(START_SECONDS).get("ready"):
            raise PeerFailed(f"{self._command[1]} does not start as it should: see {self._log}")
        return self

    def __exit__(self, *details: object) -> None:
        self._process.kill()
        self._process.communicate()

    def suggest(self, before: str, refused: frozenset[str]) -> tuple[list[str], float]:
        """Words, best first, and CPU seconds. Raises PeerFailed."""
        reply = self._ask({"suggest": before, "refused": sorted(refused)})
        return reply["words"], reply["cpu"]

    def correct(self, text: str) -> tuple[str, float]:
        """The text as the peer would have it, and CPU seconds. Raises PeerFailed."""
        reply = self._ask({"correct": text})
        return reply["text"], reply["cpu"]

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise PeerFailed(f"{self._command[1]} has ended: see {self._log}") from None
        return self._answer(ANSWER_SECONDS)

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            raise PeerFailed(f"{self._command[1]} ended or was too slow: see {self._log}")
        reply: dict[str, Any] = json.loads(line)
        return reply
