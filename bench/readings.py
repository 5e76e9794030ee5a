"""Are the chances of suggestions true, and what do other readings of a begun word bring?

    python bench/readings.py [--lines 20] [--words 100] [--json]

Calibration: dev lines are typed letter by letter; the first suggestion for a begun word is put into a class
by the chance that it was given, and each class tells how many were wanted. Slips: the mistyped words of the
even lines of the synthetic sets are typed; how many are offered before they are finished, with the offers of
``skoropis.autocorrect`` and without. Layout: words of dev lines typed with the other layout on, the same with
``skoropis.layout``. Spaces: processor time of a session's answer to a space. Needs the shared data.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from setting import even_lines
from shared import data

import skoropis
from skoropis.api import Typed, normalize_word, tokenize
from skoropis.metrics.latency import milliseconds
from skoropis_layout.layouts import directions

DEV = {"en": ("chat", "email", "news", "general"), "ru": ("chat", "news", "literary", "general")}
_CLASSES = 10


def lines_of(language: str, count: int) -> Iterator[str]:
    """The first lines of each dev file."""
    for name in DEV[language]:
        yield from (
            data("text", "dev", language, f"{name}.txt").read_text(encoding="utf-8").splitlines()[:count]
        )


def calibration(suite: skoropis.Suite, language: str, count: int) -> list[dict[str, float]]:
    """For each class of chances: how many suggestions, their mean chance, and the share that was wanted."""
    rows = [[0, 0.0, 0] for _ in range(_CLASSES)]
    for line in lines_of(language, count):
        for token in tokenize(line):
            if token.kind != "word":
                continue
            for at in range(token.start + 1, token.end):
                offers = suite.suggest(line[:at], 1)
                if offers:
                    chance = math.exp(offers[0].logprob)
                    row = rows[min(int(chance * _CLASSES), _CLASSES - 1)]
                    row[0] += 1
                    row[1] += chance
                    row[2] += normalize_word(offers[0].text) == normalize_word(token.text)
    return [{"offers": n, "chance": told / n, "wanted": right / n} for n, told, right in rows if n]


def offered(suite: skoropis.Suite, typed: list[tuple[str, int, int, str]], plugin: str) -> dict[str, float]:
    """How many of the words are offered before they are finished, with and without a plugin's offers.

    ``typed``: text, where the word begins and ends in it, and the word that is meant.
    """
    found = {"with": 0, "without": 0}
    for text, start, end, meant in typed:
        wanted, seen = normalize_word(meant), {"with": False, "without": False}
        for at in range(start, end):
            offers = suite.suggest(text[:at], 6)
            others = [offer for offer in offers if offer.source != plugin][:3]
            seen["with"] |= any(normalize_word(offer.text) == wanted for offer in offers[:3])
            seen["without"] |= any(normalize_word(offer.text) == wanted for offer in others)
        for name, yes in seen.items():
            found[name] += yes
    return {"words": len(typed)} | {name: count / max(len(typed), 1) for name, count in found.items()}


def slips(language: str, count: int) -> list[tuple[str, int, int, str]]:
    """Mistyped words of the synthetic set with what stands before them."""
    out = []
    for noisy, gold in even_lines(language, "synth_keyboard"):
        one, other = ([t for t in tokenize(text) if t.kind == "word"] for text in (noisy, gold))
        if len(one) == len(other):
            for typed, meant in zip(one, other, strict=True):
                if normalize_word(typed.text) != normalize_word(meant.text):
                    out.append((noisy, typed.start, typed.end, meant.text))
    return out[:count]


def other_layout(language: str, count: int) -> list[tuple[str, int, int, str]]:
    """Words of four letters and more typed in the other layout behind ordinary text."""
    direction = next(d for d in directions(("en", "ru")) if d.target.language != language)
    out = []
    for line in lines_of(language, 40):
        words = [token for token in tokenize(line) if token.kind == "word" and len(token.text) > 3]
        if words and direction.covers(words[-1].text):
            last = words[-1]
            converted = direction.convert(last.text)
            out.append((line[: last.start] + converted, last.start, last.start + len(converted), last.text))
    return out[:count]


def spaces(suite: skoropis.Suite, language: str, count: int) -> dict[str, float]:
    """Processor time (ms) of a session's answer to a space: the word is mended, the next one suggested."""
    seconds = []
    for line in lines_of(language, count):
        session = suite.session()
        for char in line:
            begun = time.process_time()
            session.handle(Typed(char))
            if char == " ":
                seconds.append(time.process_time() - begun)
    return {"spaces": len(seconds), "p50": milliseconds(seconds, 50), "p99": milliseconds(seconds, 99)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=20, help="of each dev file (default: 20)")
    parser.add_argument("--words", type=int, default=100, help="mistyped words (default: 100)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report: dict[str, Any] = {}
    with skoropis.open(deadline_ms=2000) as suite:
        suite.warm_up()
        for language in DEV:
            report[language] = {
                "calibration": calibration(suite, language, options.lines),
                "slips": offered(suite, slips(language, options.words), "skoropis.autocorrect"),
                "layout": offered(suite, other_layout(language, options.words), "skoropis.layout"),
                "spaces": spaces(suite, language, options.lines),
            }
    if options.json:
        print(json.dumps(report))
        return
    console = Console()
    for language, parts in report.items():
        console.print(f"[bold]{language}[/bold]")
        for row in parts["calibration"]:
            console.print(
                f"  given {row['chance']:.2f}: {row['wanted']:.2f} wanted of {row['offers']:.0f}",
                highlight=False,
            )
        for name in ("slips", "layout", "spaces"):
            told = ", ".join(f"{key} {value:.3g}" for key, value in parts[name].items())
            console.print(f"  {name}: {told}", highlight=False)


if __name__ == "__main__":
    main()
