"""Which day a phrase names, and how each language writes it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

Place = Literal["offset", "coming", "next", "last", "now"]


@dataclass(frozen=True, slots=True)
class Named:
    """A moment that a phrase names: days from today, or a weekday (0 is Monday)."""

    place: Place
    number: int = 0

    def at(self, now: datetime) -> datetime:
        """The moment, seen from ``now``.

        A weekday alone is the first one after today, ``next`` the one of the next week (which begins with
        Monday), ``last`` the nearest one before today.
        """
        if self.place == "now":
            return now
        if self.place == "offset":
            return now + timedelta(self.number)
        if self.place == "coming":
            return now + timedelta((self.number - now.weekday() - 1) % 7 + 1)
        if self.place == "next":
            return now + timedelta(7 - now.weekday() + self.number)
        return now - timedelta((now.weekday() - self.number - 1) % 7 + 1)


class Calendar:
    """Phrases and formats of one language."""

    def __init__(self, words: Mapping[str, Any], territory: str) -> None:
        own = words.get(territory, {})
        self._dates: Sequence[str] = own.get("dates", words["dates"])
        self._times: Sequence[str] = own.get("times", words["times"])
        self._months: Sequence[str] = words["months"]
        self._weekdays: Sequence[str] = words["weekdays"]
        self.phrases: dict[str, Named] = dict(_phrases(words))

    def written(self, named: Named, now: datetime) -> list[str]:
        """The date or time that is meant, in each format of the language, the usual one first."""
        moment = named.at(now)
        parts = {
            "day": f"{moment.day}",
            "dd": f"{moment.day:02}",
            "month": self._months[moment.month - 1],
            "mm": f"{moment.month:02}",
            "year": f"{moment.year:04}",
            "weekday": self._weekdays[moment.weekday()],
            "hour": f"{moment.hour:02}",
            "minute": f"{moment.minute:02}",
            "half_hour": f"{(moment.hour - 1) % 12 + 1}",
            "half": "AM" if moment.hour < 12 else "PM",
        }
        formats = self._times if named.place == "now" else self._dates
        return [template.format(**parts) for template in formats]


def _phrases(words: Mapping[str, Any]) -> Iterator[tuple[str, Named]]:
    yield from ((phrase, Named("now")) for phrase in words["now"])
    yield from ((phrase, Named("offset", days)) for phrase, days in words["days"].items())
    for weekday, names in enumerate(zip(words["weekdays"], words["asked"] or words["weekdays"], strict=True)):
        for name in dict.fromkeys(name.lower() for name in names):
            yield name, Named("coming", weekday)
            yield from ((f"{word} {name}", Named("next", weekday)) for word in words["next"])
            yield from ((f"{word} {name}", Named("last", weekday)) for word in words["last"])


def territory() -> str:
    """``US`` for the locale ``en_US.UTF-8``; ``""`` where none is set."""
    name = next((os.environ[v] for v in ("LC_ALL", "LC_TIME", "LANG") if os.environ.get(v)), "")
    return name.partition(".")[0].partition("@")[0].partition("_")[2]


@lru_cache(maxsize=4)
def calendars(where: str) -> tuple[Calendar, ...]:
    """One for each language in ``data/languages.toml``, as they are written in a territory."""
    text = files(__package__).joinpath("data/languages.toml").read_text(encoding="utf-8")
    return tuple(Calendar(words, where) for words in tomllib.loads(text).values())
