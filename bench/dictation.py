"""Word error rates before and after rescoring, per set and pooled, through the public interface.

    python bench/dictation.py [--language en] [--json]

Needs the shared data: SKOROPIS_SHARED=/folder/that/holds/data. The shipped weights were fitted on
these very recordings: ``bench/tune_rescoring.py`` has the figures on recordings not seen.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from recordings import APART, SETS, UNSURE, folders
from rich.progress import Progress

import skoropis
from skoropis.metrics.bootstrap import Interval
from skoropis.metrics.dictation import DictationResult, Scored, run, summarize, utterances
from skoropis.types import Transcribed

TITLES = "set | n | words | WER before | WER after | change | oracle | of the gap | worse | better | RTF"
HEADER = f"| {TITLES} |\n|{'---|' * (TITLES.count('|') + 1)}"


def points(interval: Interval, sign: str = "") -> str:
    """A share as percentage points with its bounds."""
    low, high = (f"{100 * bound:{sign}.1f}" for bound in (interval.low, interval.high))
    return f"{100 * interval.value:{sign}.2f} [{low}, {high}]"


def row(result: DictationResult) -> str:
    """One row of the table under :data:`HEADER`."""
    cells = (
        result.name,
        result.utterances,
        result.words,
        points(result.wer_before),
        points(result.wer),
        points(result.change, "+"),
        f"{100 * result.wer_oracle:.2f}",
        "-" if result.recovered is None else f"{100 * result.recovered:.0f} %",
        f"{100 * result.harmed:.1f} %",
        f"{100 * result.mended:.1f} %",
        f"{result.rtf:.2f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def summaries(language: str, sets: dict[str, Sequence[Scored]]) -> list[DictationResult]:
    """A result for each set, and one for all real speech together."""
    found = [
        summarize(f"{language}/{name}" + (f" ({APART[name]})" if name in APART else ""), [rows])
        for name, rows in sets.items()
    ]
    return [
        *found,
        summarize(f"{language}, pooled", [rows for name, rows in sets.items() if name not in APART]),
    ]


def measure(suite: skoropis.Suite, language: str) -> dict[str, Sequence[Scored]]:
    """Dictate every set of a language."""
    sets: dict[str, Sequence[Scored]] = {}
    paths = folders(language)
    with Progress(transient=True) as progress:
        task = progress.add_task(language, total=sum(len(utterances(path)) for path in paths))

        def dictate(path: Path) -> Sequence[Transcribed]:
            phrases = suite.dictate(path, language)
            progress.advance(task)
            return phrases

        for path in paths:
            sets[path.name] = [item for item in run(path, dictate) if item.id not in UNSURE]
    return sets


def main() -> None:
    """Print the table, or everything as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", choices=[code for code in SETS if "-" not in code])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    languages = [options.language] if options.language else ["en", "ru"]
    results: list[DictationResult] = []
    with skoropis.open() as suite:
        for language in languages:
            results += summaries(language, measure(suite, language))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = sum(result.audio_seconds for result in results if not result.name.endswith("pooled"))
    if options.json:
        json.dump([asdict(result) for result in results], sys.stdout, indent=1)
        return
    print(HEADER)
    for result in results:
        print(row(result))
    busy = used.ru_utime + used.ru_stime
    print(
        f"\n{busy / seconds:.2f} processor seconds per second of sound, start included; "
        f"peak {results[-1].peak_rss_mb:.0f} MB"
    )


if __name__ == "__main__":
    main()
