"""A circuit breaker: a plugin that fails is left alone for a while, then tried once more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

OVERRUNS = 3
FIRST_PAUSE = 30.0
LONGEST_PAUSE = 600.0


@dataclass(frozen=True, slots=True)
class Health:
    """Why and until when a plugin is off. Times are seconds since the epoch."""

    reason: str = ""
    until: float = 0.0
    pause: float = 0.0


class Breaker:
    """One plugin's breaker. A fault opens it, so do :data:`OVERRUNS` late answers in a row.

    Open, it lets nothing through until its pause is over; then one call decides: a good answer closes it,
    another failure doubles the pause up to :data:`LONGEST_PAUSE`.
    """

    def __init__(
        self,
        health: Health = Health(),
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._health = health
        self._overruns = 0

    @property
    def health(self) -> Health:
        """The reason it is open, or an empty one."""
        return self._health

    def allows(self) -> bool:
        """Whether a call may go through now."""
        # A pause is never longer than LONGEST_PAUSE, so a clock that was set back cannot lock a plugin out.
        now = self._clock()
        return not self._health.until or now >= self._health.until or self._health.until - now > LONGEST_PAUSE

    def succeeded(self) -> bool:
        """Note a good answer in time; True when this closes an open breaker."""
        self._overruns = 0
        was_open = bool(self._health.reason)
        if was_open:
            self._health = Health()
        return was_open

    def failed(self, reason: str) -> bool:
        """Note a fault; True: it is open now and was not, or the reason is new."""
        known = self._health.reason == reason
        pause = min(max(FIRST_PAUSE, self._health.pause * 2), LONGEST_PAUSE)
        self._health = Health(reason, self._clock() + pause, pause)
        self._overruns = 0
        return not known

    def overran(self, deadline_ms: float) -> bool:
        """Note an answer that did not come in time; True when this opened the breaker."""
        self._overruns += 1
        if self._overruns < OVERRUNS and not self._health.reason:
            return False
        return self.failed(f"gave no answer within {deadline_ms:.0f} ms, {OVERRUNS} times in a row")
