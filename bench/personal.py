"""Keystroke savings before and after the words of the same author were learned.

    python bench/personal.py [--split test] [--words 2000] [--lines 100] [--language en] [--json]

A stream is a part of one file: its first words are learned, then the lines behind them are typed, once by who
has learned nothing and once by who has; nothing more is learned meanwhile. Intervals are of the paired
difference over the typed lines. Needs the shared data: SKOROPIS_SHARED=/folder/that/holds/data.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

import skoropis
from skoropis.metrics.bootstrap import Interval, ratio_interval
from skoropis.metrics.typing import LineCount, type_line
from skoropis.profile.memory import MemoryProfile, learn_all

# Where streams begin, in lines. The books of development text were told apart by reading; those of test text
# were not looked at, their streams begin at round numbers.
STREAMS = {
    "dev": {
        "en": {
            "sms": [0], "irc": [0], "email": [0], "medical": [0], "it": [0],
            "literary": [0, 223, 376, 680], "wikitext2": [0],
        },
        "ru": {"legal": [0], "it": [0], "literary": [380, 470, 720], "social": [0]},
    },
    "test": {
        "en": {
            "sms": [0, 600], "irc": [0, 600], "email": [0], "medical": [0, 600], "it": [0, 600],
            "literary": [0, 500, 1000], "wikitext2": [0, 1000, 2000],
        },
        "ru": {"legal": [0, 600], "it": [0, 600], "literary": [0, 500, 1000], "social": [0]},
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gain:
    """A stream, measured: savings without and with learning, in per cent, and their difference."""

    language: str
    text: str
    start: int
    learned: int
    lines: int
    before: Interval
    after: Interval
    gain: Interval


def typed(suite: skoropis.Suite, lines: Sequence[str]) -> list[LineCount]:
    """Type ``lines``, three words shown, none of them twice within a word."""

    def suggest(before: str, refused: frozenset[str]) -> list[str]:
        return [offer.text for offer in suite.suggest(before, 3, refused=refused)]

    return [type_line(line, suggest) for line in lines]


def saved(counts: Sequence[LineCount]) -> Interval:
    """Keystrokes saved, in per cent of the characters."""
    return ratio_interval(
        [100.0 * (c.characters - c.keystrokes) for c in counts], [c.characters for c in counts]
    )


def compare(before: Sequence[LineCount], after: Sequence[LineCount]) -> Interval:
    """By how many points the savings of the same lines differ."""
    fewer = [100.0 * (b.keystrokes - a.keystrokes) for b, a in zip(before, after, strict=True)]
    return ratio_interval(fewer, [c.characters for c in before])


def measure(
    suite: skoropis.Suite,
    profile: MemoryProfile,
    stream: tuple[str, str, int],
    split: str,
    words: int,
    lines: int,
) -> Gain:
    """Learn the first words of a stream and type the lines behind them. ``profile`` is that of ``suite``."""
    language, text, start = stream
    path = data("text", split, language, f"{text}.txt")
    rest = path.read_text(encoding="utf-8").splitlines()[start:]
    count, place = 0, 0
    while count < words and place < len(rest):
        count += len(rest[place].split())
        place += 1
    wanted = rest[place : place + lines]
    profile.clear()
    before = typed(suite, wanted)
    learn_all(profile, rest[:place])
    after = typed(suite, wanted)
    return Gain(
        language, text, start, count, len(wanted), saved(before), saved(after), compare(before, after)
    )


def learning_times(words: int = 50_000) -> dict[str, float]:
    """Processor time in ms of ``learn`` a word and of ``predict`` with a profile of ``words`` words."""
    import numpy as np

    from skoropis.api import Context
    from skoropis.models.host import ModelHost
    from skoropis_predict.predictor import Predictor

    models = ModelHost(("en", "ru"))
    lexicon = models.language_model("en").lexicon.words
    random = np.random.default_rng(5)
    profile, learning = MemoryProfile(), []
    names = [word for word in random.permutation(np.array(lexicon)).tolist() if word.isalpha()]
    text = data("text", "dev", "en", "literary.txt").read_text(encoding="utf-8").splitlines()
    for at in range(0, words - 4000, 10):  # the sentences bring the rest
        sentence = " ".join(names[at : at + 10]) + ". " + text[at // 10 % len(text)]
        clock = time.process_time()
        profile.learn(sentence)
        learning.append(1000 * (time.process_time() - clock) / len(sentence.split()))
    asking = {}
    for name, plugin in {
        "empty": Predictor(models, MemoryProfile()),
        "full": Predictor(models, profile),
    }.items():
        times = []
        for line in text[:40]:
            for end in range(1, len(line)):
                clock = time.process_time()
                plugin.predict(Context(line[:end]), 3)
                times.append(1000 * (time.process_time() - clock))
        asking[name] = times
    out = {"words": float(len(profile.learned()))}
    for name, values in {"learn": learning, **{f"predict_{n}": t for n, t in asking.items()}}.items():
        out |= {f"{name}_p{level}_ms": float(np.percentile(values, level)) for level in (50, 99)}
    return out


def main() -> None:
    """Measure every stream and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    parser.add_argument("--words", type=int, default=2000, help="words learned (default: 2000)")
    parser.add_argument("--lines", type=int, default=100, help="lines typed then (default: 100)")
    parser.add_argument("--language", choices=["en", "ru"], action="append")
    parser.add_argument("--text", action="append", help="only these files; may be given again")
    parser.add_argument("--times", action="store_true", help="measure times with 50,000 words instead")
    parser.add_argument("--json", action="store_true", help="one document a stream")
    options = parser.parse_args()
    if options.times:
        print(json.dumps(learning_times()))
        return
    wanted = [
        (language, text, start)
        for language in options.language or ("en", "ru")
        for text, starts in STREAMS[options.split][language].items()
        if not options.text or text in options.text
        for start in starts
    ]
    profile = MemoryProfile()
    with skoropis.open(profile=profile, deadline_ms=2000) as suite:
        gains = []
        for stream in track(wanted, "typing", console=Console(stderr=True)):
            gains.append(measure(suite, profile, stream, options.split, options.words, options.lines))
            if options.json:
                print(json.dumps(asdict(gains[-1]), ensure_ascii=False), flush=True)
    if options.json:
        return
    table = Table(title=f"{options.split}, after {options.words:,} words of the same text")
    for heading in ("text", "from line", "KS-3 % before", "after", "gain", "95 %"):
        table.add_column(heading)
    for gain in gains:
        table.add_row(
            f"{gain.language} {gain.text}", str(gain.start), f"{gain.before.value:.1f}",
            f"{gain.after.value:.1f}", f"{gain.gain.value:+.1f}",
            f"{gain.gain.low:+.1f} to {gain.gain.high:+.1f}",
        )  # fmt: skip
    mean = sum(gain.gain.value for gain in gains) / max(len(gains), 1)
    table.add_row("mean of the streams", "", "", "", f"{mean:+.1f}", "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
