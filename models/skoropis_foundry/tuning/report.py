"""What a training has to show for itself: for programs, for people, and for the model's card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skoropis.models.card import Card

from ..card import Facts, Metric, write_card
from ..recipe import Source
from .base import Base
from .measure import Figures
from .network import Trained
from .settings import Settings
from .texts import Texts

VERSION = "1.0.0"
_NAMES = {"en": "English", "ru": "Russian"}
_COMMAND = "skoropis train"


@dataclass(frozen=True, slots=True)
class Words:
    """What the n-gram stage made."""

    words: int
    new_words: int
    ngrams: tuple[int, ...]
    megabytes: float


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a training."""

    id: str
    folder: str
    language: str
    domain: str
    base: str | None
    replaced: str | None
    bytes: int
    base_bytes: int
    seconds: float
    stages: dict[str, float]
    """Seconds of each stage of this run."""
    resumed: bool
    documents: int
    text_words: int
    lines: dict[str, int]
    """Of train, dev and test."""
    by_block: bool
    dropped_lines: int
    other_language_lines: int
    duplicates: int
    skipped: tuple[tuple[str, str], ...]
    ngram: Words
    network: Trained | None
    before: Figures | None
    after: Figures


def change(before: Figures, after: Figures) -> float:
    """By what share the perplexity fell; below 0 when it rose."""
    return 1 - after.perplexity / before.perplexity


def write_cards(folder: Path, settings: Settings, base: Base | None, texts: Texts, report: Report) -> None:
    """Write ``card.toml`` and ``CARD.md`` beside the files of a model. No text of the user is in them."""
    language = _NAMES[texts.language]
    own = "the user's own text, all rights the user's"
    name = settings.folder.resolve().name
    name = name if name.isprintable() and name else "a folder"
    origin = f"{name}, {texts.documents:,} documents, {texts.words:,} words"
    sources = [Source("your own text", own, origin)]
    if base is None:
        licence = own
        what = f"{language} blend of a 4-gram model and a small recurrent network"
    else:
        card = base.card
        licence = f"{own}; its network comes from {card.id}: {card.licence}"
        sources.append(Source(f"{card.id} {card.version}", card.licence, _attributed(card)))
        what = f"{language} 4-gram model and network over {card.id}"
    write_card(
        folder,
        Facts(
            id=settings.name,
            version=VERSION,
            language=texts.language,
            domain=settings.called,
            description=f"{what}, trained on the user's own text; it holds words and phrases of that text.",
            sources=sources,
            metrics=list(_metrics(report)),
            recipe=dict(_recipe(settings, texts, report)),
            kind="blend" if base is None else "domain",
            base="" if base is None else base.card.id,
            licence=licence,
        ),
    )


def _attributed(card: Card) -> str:
    return " ".join((card.attribution or "the general model that it stands on").split())


def _metrics(report: Report) -> Iterator[Metric]:
    for figures, text in ((report.before, f"your text, {report.base} alone"), (report.after, "your text")):
        if figures is None:
            continue
        for name, value, unit in (
            ("perplexity", figures.perplexity, "a word"),
            ("bits per character", figures.bits_per_character, "bit"),
            ("KS-3, passed-over words not repeated", 100 * figures.ks3, "%"),
            ("next word in 1", 100 * figures.top1, "%"),
            ("next word in 3", 100 * figures.top3, "%"),
        ):
            yield Metric(name, text, "test", round(value, 3), unit, _COMMAND)


def _recipe(settings: Settings, texts: Texts, report: Report) -> Iterator[tuple[str, str | int | float]]:
    yield "command", _COMMAND
    yield "seed", settings.seed
    yield "held_out", "parts of documents" if texts.by_block else "whole documents"
    yield "lines", ", ".join(f"{name} {count:,}" for name, count in report.lines.items())
    yield "ngrams", ", ".join(f"{count:,}" for count in report.ngram.ngrams)
    yield "words", report.ngram.words
    yield "new_words", report.ngram.new_words
    network = report.network
    if network is not None:
        yield "network", f"{network.way}, {network.parameters:,} weights of 8 bits"
        yield "network_pieces_shown", network.pieces
        yield "network_epochs", network.epochs
        yield "network_seconds", network.seconds
        yield "network_dev_nats_before", round(network.dev_before, 4)
        yield "network_dev_nats", round(network.dev_best, 4)
