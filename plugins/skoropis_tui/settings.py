"""What the user chose for this screen, and the choice that comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

PolicyName = Literal["off", "gentle", "normal", "bold"]
POLICIES: tuple[PolicyName, ...] = ("off", "gentle", "normal", "bold")
"""How readily a finished word is mended unasked, from never to often."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a session is opened with."""

    language: str | None = None
    """ISO 639-1 code; None lets each word decide."""
    domain: str | None = None
    """Name of a domain, ``auto`` to follow the text, None for the general models."""
    policy: PolicyName = "normal"
    recorded: bool = True
    """Whether Skoropis may learn from what is typed; off the record it may not."""


def following(value: T, choices: Sequence[T]) -> T:
    """The choice after ``value``, the first after the last; the first when ``value`` is none of them."""
    return choices[(choices.index(value) + 1) % len(choices)] if value in choices else choices[0]
