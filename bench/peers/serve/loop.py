"""How a peer's process answers: a JSON object a line in, one a line out, with the CPU seconds it took.

    {"suggest": "I am on my w"}       ->  {"words": ["way"], "cpu": 0.004}
    {"correct": "I am on my wya"}     ->  {"text": "I am on my way", "cpu": 0.001}

The first line says that the peer is ready. Everything beside this one is what a peer runs in its own
interpreter, so it imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def answer(peer: Any, clock: Callable[[], float] = time.process_time) -> None:
    """Answer until standard input ends. ``peer`` has ``suggest(before, refused)`` or ``correct(text)``."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    channel.write('{"ready": true}\n')
    channel.flush()
    for line in sys.stdin:
        request = json.loads(line)
        begin = clock()
        if "suggest" in request:
            reply = {"words": peer.suggest(request["suggest"], request.get("refused", []))}
        else:
            reply = {"text": peer.correct(request["correct"])}
        reply["cpu"] = clock() - begin
        channel.write(json.dumps(reply) + "\n")
        channel.flush()


def clock_with(child: int) -> Callable[[], float]:
    """A clock of the CPU seconds of this process and of one that it started."""
    theirs = (~child << 3) | 2  # Linux: the clock of another process
    return lambda: time.process_time() + time.clock_gettime(theirs)


def word_by_word(mend: Callable[[str], str], text: str) -> str:
    """Mend each word of two letters or more that holds no digit; a capital at its start stays one."""

    def put(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < 2 or any(char.isdigit() for char in word):
            return word
        return like(word, mend(word))

    return _WORD.sub(put, text)


def like(word: str, mended: str) -> str:
    """``mended`` with capitals where ``word`` has them."""
    if word.isupper() and len(word) > 1:
        return mended.upper()
    return mended[:1].upper() + mended[1:] if word[:1].isupper() else mended
