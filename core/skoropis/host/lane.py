"""One plugin's thread: calls go in, answers come out in time or are dropped."""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

PATIENCE = 2.0
"""Seconds that the end of the program waits for calls under way."""


class Call:
    """A call under way. Run by the lane's thread, awaited by whoever asked."""

    __slots__ = ("_work", "abandoned", "done", "error", "result")

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self.done = threading.Event()
        self.abandoned = False
        """Set by the asker who stopped waiting: a call that has not begun is then not begun."""
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do the work; whatever it raises is kept, nothing gets out."""
        try:
            if not self.abandoned:
                self.result = self._work()
        except BaseException as error:  # noqa: BLE001 - SystemExit from a plugin must not end the lane
            self.error = error
        finally:
            self.done.set()


class Lane:
    """A daemon thread that runs one call after the other.

    A plugin that hangs blocks itself alone. What was asked meanwhile is dropped once nobody waits for it.
    """

    def __init__(self, name: str) -> None:
        self._inbox: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name=f"skoropis-{name}", daemon=True)
        self._thread.start()
        _LANES.add(self)

    def submit(self, work: Callable[[], Any]) -> Call:
        """Queue ``work`` behind what the lane is at."""
        call = Call(work)
        self._inbox.put(call)
        return call

    def close(self) -> None:
        """Let the thread end after what is queued; does not wait for it."""
        self._inbox.put(None)

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, no longer than that."""
        self._thread.join(max(seconds, 0.0))

    def _loop(self) -> None:
        while (call := self._inbox.get()) is not None:
            call.run()


_LANES: weakref.WeakSet[Lane] = weakref.WeakSet()


@atexit.register
def _leave() -> None:
    """Let calls come to an end before the interpreter does: it ends a daemon thread wherever it is, and a
    native library that is left in the middle of a call takes the whole process down.
    """
    lanes = list(_LANES)
    for lane in lanes:
        lane.close()
    end = time.monotonic() + PATIENCE
    for lane in lanes:
        lane.join(end - time.monotonic())
