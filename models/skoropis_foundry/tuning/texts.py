"""The user's texts: read, cleaned, their language found, cut into text to train, tune and measure on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from skoropis.errors import InputError

from ..documents import Document, Skipped, clean, detect_language, read_folder, split
from .settings import Settings

T = TypeVar("T")
_DEV_SHARE = _TEST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Texts:
    """Lines of text in one language, and what became of the files."""

    language: str
    train: tuple[str, ...]
    dev: tuple[str, ...]
    test: tuple[str, ...]
    documents: int
    words: int
    """Of all three parts, before those lines were dropped that two of them hold."""
    by_block: bool
    """Whether parts of documents were held out, for want of documents."""
    dropped_lines: int
    other_language_lines: int
    duplicates: int
    skipped: tuple[Skipped, ...]


def prepare(settings: Settings, progress: Callable[[float], None]) -> Texts:
    """Read the folder. ``progress``: called with the share of the files that is done.

    Raises InputError when there is no text, too little of it, or it is in another language.
    """
    documents, skipped = read_folder(
        settings.folder, lambda done, count, _: progress(done / count if count else 1.0)
    )
    language = settings.language or detect_language(documents)
    if language is None:
        raise InputError(
            "the texts are in several languages, in another one or too short to tell; "
            "say which with --language en or --language ru"
        )
    cleaned = clean(documents, language)
    parts = split(cleaned.documents, seed=str(settings.seed), dev_share=_DEV_SHARE, test_share=_TEST_SHARE)
    train, dev, test = (tuple(_lines(part)) for part in (parts.train, parts.dev, parts.test))
    if not (train and dev and test):
        raise InputError("there is too little text to hold some out for measuring; add more of your texts")
    return Texts(
        language=language,
        train=train,
        dev=dev,
        test=test,
        documents=len(cleaned.documents),
        words=cleaned.words,
        by_block=parts.by_block,
        dropped_lines=cleaned.dropped_lines,
        other_language_lines=cleaned.other_language_lines,
        duplicates=cleaned.duplicates,
        skipped=(*skipped, *cleaned.skipped),
    )


def spread(lines: Sequence[T], most: int) -> tuple[T, ...]:
    """At most ``most`` of them, at even distances."""
    if len(lines) <= most:
        return tuple(lines)
    return tuple(lines[place * len(lines) // most] for place in range(most))


def _lines(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        yield from (line for line in document.lines if line.strip())
