"""A profile as plain JSON lines: to be read by people, and taken from one machine to another."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..errors import InputError
from .memory import Known, MemoryProfile
from .ngrams import LONGEST


class WordLine(msgspec.Struct, tag="word", tag_field="kind", forbid_unknown_fields=True):
    """A word and what is known of it."""

    word: str
    known: Known


class SequenceLine(msgspec.Struct, tag="sequence", tag_field="kind", forbid_unknown_fields=True):
    """Tokens, and how often what followed them."""

    after: tuple[str, ...]
    followed_by: dict[str, int]


def lines(profile: MemoryProfile) -> Iterator[str]:
    """All that ``profile`` knows, one JSON document a line."""
    words, sequences = profile.snapshot(
        lambda words, ngrams: (
            [msgspec.json.encode(WordLine(name, known)) for name, known in words.items()],
            [msgspec.json.encode(SequenceLine(after, seen)) for after, seen in ngrams],
        )
    )
    yield from (line.decode() for line in (*words, *sequences))


def parse(text: str) -> MemoryProfile:
    """What :func:`lines` wrote. Raises InputError with the number of a line that is something else."""
    decoder = msgspec.json.Decoder(WordLine | SequenceLine)
    words: dict[str, Known] = {}
    sequences: list[tuple[tuple[str, ...], dict[str, int]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = decoder.decode(line)
        except (msgspec.MsgspecError, ValueError):
            raise InputError(f"line {number} is not of an exported profile; nothing was added") from None
        if isinstance(found, WordLine):
            counts = (found.known.count, found.known.inside, found.known.capital, *found.known.forms.values())
            if min(counts) < 0 or not found.known.count:
                raise InputError(f"line {number} has counts that cannot be; nothing was added")
            words[found.word] = found.known
        elif not 1 <= len(found.after) <= LONGEST or min(found.followed_by.values(), default=0) < 1:
            raise InputError(f"line {number} has a sequence that cannot be; nothing was added")
        else:
            sequences.append((found.after, found.followed_by))
    profile = MemoryProfile()
    profile.merge(words, sequences)
    return profile
