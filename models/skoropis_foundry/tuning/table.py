"""The result of a training as a table for people."""

from __future__ import annotations

from skoropis.cli import console

from .budget import spoken
from .measure import Figures
from .report import Report, change


def show(report: Report) -> None:
    """Print what was made and how much better it is than the base."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("on your held-out text")
    before, after = report.before, report.after
    if before is not None:
        table.add_column(escape(report.base or ""), justify="right")
    table.add_column(escape(report.id), justify="right")
    for label, *cells in _rows(report):
        table.add_row(label, *cells)
    screen = console.stdout()
    screen.print(table)
    if before is not None:
        fell = change(before, after)
        screen.print(f"\nperplexity {abs(fell):.0%} {'lower' if fell >= 0 else 'higher'} than before")
    over = f" in place of {report.replaced}" if report.replaced is not None else ""
    screen.print(
        f"{escape(report.id)} is installed{over} after {spoken(report.seconds)}: {escape(report.folder)}",
        soft_wrap=True,
    )
    screen.print(f'use it: skoropis suggest --domain "{escape(report.domain)}" TEXT', soft_wrap=True)


def _rows(report: Report) -> list[tuple[str, ...]]:
    columns = [figures for figures in (report.before, report.after) if figures is not None]
    sizes = [report.base_bytes] if report.before is not None else []
    own = f"{report.bytes / 1e6:.1f} MB" + (" more" if sizes else "")

    def row(label: str, form: str, pick: str, scale: float = 1.0) -> tuple[str, ...]:
        return (label, *(form.format(scale * getattr(figures, pick)) for figures in columns))

    return [
        row("perplexity of a word", "{:.1f}", "perplexity"),
        row("bits per character", "{:.3f}", "bits_per_character"),
        ("keystrokes saved with 3 suggestions", *(_savings(figures) for figures in columns)),
        row("next word first", "{:.1f} %", "top1", 100),
        row("next word among 3", "{:.1f} %", "top3", 100),
        row("a keystroke, processor time", "{:.1f} ms", "ms"),
        ("size", *(f"{size / 1e6:.1f} MB" for size in sizes), own),
    ]


def _savings(figures: Figures) -> str:
    return f"{100 * figures.ks3:.1f} % [{100 * figures.ks3_low:.1f}, {100 * figures.ks3_high:.1f}]"
