"""Results of a bench as rows for people; ``--json`` has every figure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import console

if TYPE_CHECKING:
    from ..metrics.bootstrap import Interval
    from ..metrics.correction import CorrectionReport, TouchedReport
    from ..metrics.dictation import DictationResult
    from ..metrics.typing import TypingResult

Rows = list[tuple[str, str]]


def show(rows: Rows) -> None:
    """Print label and value side by side."""
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for label, value in rows:
        table.add_row(label, value)
    console.stdout().print(table)


def typing(result: TypingResult) -> Rows:
    """Keystroke savings and what they cost."""
    return [
        (f"keystrokes saved (KS-{result.k})", interval(result.savings, 100)),
        ("keystrokes / characters", f"{result.keystrokes:,} / {result.characters:,}"),
        ("lines", f"{result.lines:,}"),
        ("offered again within a word", "yes" if result.repeat else "no"),
        ("next word first", f"{100 * result.next_word_top1:.1f} %"),
        (f"next word among {result.k}", f"{100 * result.next_word_topk:.1f} % of {result.next_word_slots:,}"),
        ("a call, median / 99th percentile", f"{result.wall_p50_ms:.2f} / {result.wall_p99_ms:.2f} ms"),
        ("  of it processor time", f"{result.cpu_p50_ms:.2f} / {result.cpu_p99_ms:.2f} ms"),
    ]


def correction(report: CorrectionReport) -> Rows:
    """Corrections of slips."""
    return [
        ("slips", f"{report.wanted:,} in {report.words:,} words, {report.lines:,} lines"),
        ("precision", interval(report.precision)),
        ("recall", interval(report.recall)),
        ("F1", interval(report.f1)),
        ("F0.5", f"{report.f05:.1f} %"),
        ("right words broken", interval(report.broken)),
        ("speed", f"{report.words_per_second:,.0f} words a second"),
        ("a line, median / 99th percentile", f"{report.line_ms_p50:.2f} / {report.line_ms_p99:.2f} ms"),
    ]


def touched(report: TouchedReport) -> Rows:
    """Corrections of text that was right, each named: whoever runs this may judge them."""
    rows = [
        ("right words touched", interval(report.share)),
        ("words", f"{report.words:,} in {report.lines:,} lines"),
        ("speed", f"{report.words_per_second:,.0f} words a second"),
    ]
    return rows + [(f"  line {word.line}", f"{word.words} -> {word.into}") for word in report.touched]


def dictation(result: DictationResult) -> Rows:
    """Word errors before and after rescoring."""
    recovered = "-" if result.recovered is None else f"{100 * result.recovered:.0f} %"
    return [
        ("recordings", f"{result.utterances:,}, {result.words:,} words, {result.audio_seconds:.0f} s"),
        ("word error rate", interval(result.wer, 100)),
        ("  before rescoring", interval(result.wer_before, 100)),
        ("  change", interval(result.change, 100)),
        ("  best choice possible", f"{100 * result.wer_oracle:.1f} %, {recovered} of the way there"),
        ("character error rate", f"{100 * result.cer:.1f} %, before {100 * result.cer_before:.1f} %"),
        ("made worse / better", f"{100 * result.harmed:.1f} / {100 * result.mended:.1f} % of the recordings"),
        ("intervals over", result.units),
        ("real-time factor", f"{result.rtf:.2f}"),
        ("a recording, median / 95th", f"{result.seconds_p50:.1f} / {result.seconds_p95:.1f} s"),
        ("memory", f"{result.peak_rss_mb:.0f} MB at most"),
    ]


def interval(figure: Interval, scale: float = 1) -> str:
    """A share in per cent with the bounds of its interval; a dash where there was nothing to measure."""
    if math.isnan(figure.value):
        return "-"
    value, low, high = (scale * part for part in (figure.value, figure.low, figure.high))
    return f"{value:.1f} % [{low:.1f}, {high:.1f}]"
