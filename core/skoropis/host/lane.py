"""One plugin's thread: calls go in, answers come out in time or are dropped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any


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

    def submit(self, work: Callable[[], Any]) -> Call:
        """Queue ``work`` behind what the lane is at."""
        call = Call(work)
        self._inbox.put(call)
        return call

    def close(self) -> None:
        """Let the thread end after what is queued; does not wait for it."""
        self._inbox.put(None)

    def _loop(self) -> None:
        while (call := self._inbox.get()) is not None:
            call.run()
