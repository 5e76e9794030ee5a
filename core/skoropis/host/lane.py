"""One plugin's thread: calls go in, answers come out in time or are dropped."""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

AT_EXIT = 2.0
"""Seconds that the end of the program waits for all lanes together: native code must not be cut short."""
_lanes: weakref.WeakSet[Lane] = weakref.WeakSet()


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
        _lanes.add(self)

    def submit(self, work: Callable[[], Any]) -> Call:
        """Queue ``work`` behind what the lane is at."""
        call = Call(work)
        self._inbox.put(call)
        return call

    def close(self) -> None:
        """Let the thread end after what is queued; does not wait for it."""
        self._inbox.put(None)

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, no longer than ``seconds``."""
        self._thread.join(seconds)

    def _loop(self) -> None:
        while (call := self._inbox.get()) is not None:
            call.run()


@atexit.register
def _settle() -> None:
    """Let what runs come to its end: an interpreter that goes away under a thread in native code aborts."""
    lanes, end = list(_lanes), time.monotonic() + AT_EXIT
    for lane in lanes:
        lane.close()
    for lane in lanes:
        lane.join(max(0.0, end - time.monotonic()))
