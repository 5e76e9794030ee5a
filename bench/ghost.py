"""How often the text shown behind the caret is right, and how often it is in the way.

    python bench/ghost.py [--split test] [--lines 100] [--policy normal] [--json]

A user types each line letter by letter and takes a ghost's next words, one key each, as far as they are what
is wanted. Every ghost that comes up, be it at a new place or with another text, counts once: each of its
words is right when the line has it there. Precision is right words of all words shown; the wrong-show rate is
ghosts whose first word is wrong for 100 words of text. Needs the shared data (SKOROPIS_SHARED). Nothing is
learned.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, fields
from pathlib import Path

from keystrokes import DOMAINS
from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

import skoropis
from skoropis.api import Accepted, Changed, Suggested, Suggestion, Typed, normalize_word
from skoropis.metrics.bootstrap import ratio_interval
from skoropis.session import Session
from skoropis.typing.ghost import next_words
from skoropis.typing.policy import POLICIES


@dataclass(slots=True)
class Count:
    """What one line showed."""

    characters: int = 0
    keys: int = 0
    words: int = 0
    shows: int = 0
    wrong_shows: int = 0
    words_shown: int = 0
    words_right: int = 0


def type_line(session: Session, line: str) -> Count:
    """Type a line into an empty session."""
    count = Count(len(line), words=len(line.split()))
    text, seen = "", (-1, "")
    ghost: Suggestion | None = None

    def take(body: Typed | Accepted) -> None:
        nonlocal text, ghost
        count.keys += 1
        if isinstance(body, Typed):
            text += body.text
        for event in session.handle(body):
            if isinstance(event.body, Changed):
                text = event.body.edit.apply(text)
            elif isinstance(event.body, Suggested):
                ghost = event.body.ghost

    while len(text) < len(line):
        if ghost is not None:
            start, phrase = ghost.edit.start, ghost.edit.text
            right = _right_words(line[start:], phrase)
            end = start + len(next_words(phrase, len(text) - start, 1))
            if seen[0] != start or not seen[1].startswith(phrase):
                shown = phrase.split()
                count.shows += 1
                count.words_shown += len(shown)
                count.words_right += right
                count.wrong_shows += right == 0
                seen = (start, phrase)
            if right and line.startswith(phrase[: end - start], start):
                take(Accepted(ghost, space=line[end : end + 1] == " ", words=1))
                continue
        take(Typed(line[len(text)]))
    return count


def _right_words(wanted: str, phrase: str) -> int:
    """How many words of ``phrase`` stand at the beginning of ``wanted``, as written there."""
    have, want = phrase.split(), wanted.split(" ")
    right = 0
    for one, other in zip(have, want, strict=False):
        core = other.rstrip('.,!?:;)"…»')
        if normalize_word(one) != normalize_word(core) or (one != core and core != other):
            return right
        right += 1
        if core != other:  # a mark follows, which no ghost has
            break
    return right


def main() -> None:
    """Measure all sets and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--policy", action="append", choices=[name for name in POLICIES if name != "off"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = {}
    with skoropis.open(deadline_ms=1000) as suite:
        suite.warm_up()
        sets = [(code, name) for code, names in DOMAINS.items() for name in names]
        for policy in options.policy or ["normal"]:
            for code, name in track(sets, policy, console=Console(stderr=True)):
                path = data("text", options.split, code, "").joinpath(f"{name}.txt")
                if path.exists():
                    rows[f"{policy} {code} {name}"] = _measure(suite, path, options.lines, policy)
    if options.json:
        print(json.dumps(rows))
    else:
        _show(rows)


def _measure(suite: skoropis.Suite, path: Path, lines: int, policy: str) -> dict[str, object]:
    counts = []
    for line in path.read_text(encoding="utf-8").splitlines()[:lines]:
        line = " ".join(line.split())
        counts.append(type_line(suite.session(policy=policy), line))
    total = {field.name: sum(getattr(c, field.name) for c in counts) for field in fields(Count)}
    precision = ratio_interval([c.words_right for c in counts], [c.words_shown for c in counts])
    saved = ratio_interval([c.characters - c.keys for c in counts], [c.characters for c in counts])
    return total | {
        "precision": [precision.value, precision.low, precision.high],
        "saved": [saved.value, saved.low, saved.high],
        "wrong_shows_per_100_words": 100 * total["wrong_shows"] / max(total["words"], 1),
        "shows_per_100_words": 100 * total["shows"] / max(total["words"], 1),
    }


def _show(rows: dict[str, dict[str, object]]) -> None:
    table = Table("policy and set", "ghosts / 100 words", "wrong / 100 words", "precision %", "keys saved %")
    for name, row in rows.items():
        cells = [[f"{100 * value:.1f}" for value in row[key]] for key in ("precision", "saved")]  # type: ignore
        table.add_row(
            name, f"{row['shows_per_100_words']:.1f}", f"{row['wrong_shows_per_100_words']:.1f}",
            *(f"{value} [{low}, {high}]" for value, low, high in cells),
        )  # fmt: skip
    for policy in dict.fromkeys(name.split()[0] for name in rows):
        own = [row for name, row in rows.items() if name.split()[0] == policy]
        right, shown = (sum(int(row[key]) for row in own) for key in ("words_right", "words_shown"))  # type: ignore
        table.add_row(f"{policy}, all", "", "", f"{100 * right / max(shown, 1):.1f}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
