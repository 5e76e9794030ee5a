"""Documents as clean training text in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skoropis.errors import InputError

from .document import Document, Skipped
from .language import NAMES, USUAL, is_foreign, is_in, likely, own_share
from .lines import in_script, is_text, key, normalized
from .sentences import pieces

FEWEST_WORDS = 200
"""Words that must be left."""
_TELLING = 4
"""Words from which on a line is kept once; shorter ones are things that people do say again."""
_SHORT_COPIES = 20
_JUDGED = 100
"""Words from which on a document is judged by its function words, and of which at most fifty times as many
are looked at."""

_Line = tuple[str, str]
"""A line and its key."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of the documents, and what went."""

    documents: list[Document]
    """Those with text left, in their order: a sentence or a paragraph of at most 50 words a line."""
    dropped_lines: int
    """Lines that are no running text: markup, mostly digits and signs."""
    other_language_lines: int
    """Lines in another script or language."""
    duplicates: int
    """Lines that had been there before."""
    words: int
    """Words that are left, counted by white space."""
    skipped: tuple[Skipped, ...] = ()
    """Documents of which nothing is left."""


@dataclass(slots=True)
class _Draft:
    id: str
    lines: list[_Line]
    other_script: int = 0
    foreign: int = 0
    """Lines in the right script and another language."""

    @property
    def other(self) -> int:
        return self.other_script + self.foreign


def clean(documents: Sequence[Document], language: str) -> Cleaned:
    """Clean documents for training a model of ``language`` (``en`` or ``ru``).

    A line that was seen before (case, punctuation and digits ignored) is dropped when it has four words or
    more, and from its twenty-first time on when it is shorter. A document of some length with too few
    function words of the language is dropped as a whole. Cleaning clean documents changes nothing.

    Raises InputError when the text is not in the language or fewer than 200 words are left.
    """
    if language not in NAMES:
        raise InputError(f"language {language!r} cannot be trained; use one of {', '.join(NAMES)}")
    drafts: list[_Draft] = []
    dropped = 0
    for document in documents:
        draft = _Draft(document.id, [])
        for line in _lines(document.text):
            if not is_text(line):
                dropped += 1
                continue
            same = key(line)
            if not in_script(line, language):
                draft.other_script += 1
            elif is_foreign(same.split(), language):
                draft.foreign += 1
            else:
                draft.lines.append((line, same))
        drafts.append(draft)
    kept, foreign, duplicates = _one_language(drafts, language)
    words = sum(len(line.split()) for lines in kept for line, _ in lines)
    _check(documents, kept, words, language)
    left, skipped = [], []
    for number, (draft, lines) in enumerate(zip(drafts, kept, strict=True)):
        if lines:
            left.append(Document(draft.id, "\n".join(line for line, _ in lines)))
        else:
            skipped.append(Skipped(draft.id, _reason(draft, number in foreign)))
    other = sum(draft.other for draft in drafts) + sum(len(drafts[number].lines) for number in foreign)
    return Cleaned(left, dropped, other, duplicates, words, tuple(skipped))


def _lines(text: str) -> Iterator[str]:
    """Normalized lines of a text, none longer than a model reads."""
    for paragraph in text.splitlines():
        for piece in pieces(normalized(paragraph)):
            if line := normalized(piece):  # a piece may begin with what is no part of a line
                yield line


def _one_language(drafts: Sequence[_Draft], language: str) -> tuple[list[list[_Line]], set[int], int]:
    """Lines to keep of each draft, the numbers of drafts in another language, how many lines were duplicates.

    A draft is judged by the lines that are kept of it, and which those are depends on the other drafts: so
    both are done again until nothing changes.
    """
    # Where most lines are foreign, the others only are too short to show it.
    foreign = {n for n, draft in enumerate(drafts) if draft.foreign > len(draft.lines)}
    while True:
        kept, duplicates = _unique([[] if n in foreign else draft.lines for n, draft in enumerate(drafts)])
        found = {n for n, lines in enumerate(kept) if lines and not _passes(lines, language)}
        if not found:
            return kept, foreign, duplicates
        foreign |= found


def _unique(texts: Sequence[Sequence[_Line]]) -> tuple[list[list[_Line]], int]:
    """The texts without lines that came before, and how many those were."""
    seen: Counter[str] = Counter()
    kept: list[list[_Line]] = []
    duplicates = 0
    for lines in texts:
        own: list[_Line] = []
        for line, same in lines:
            if seen[same] < (1 if len(line.split()) >= _TELLING else _SHORT_COPIES):
                seen[same] += 1
                own.append((line, same))
            else:
                duplicates += 1
        kept.append(own)
    return kept, duplicates


def _passes(lines: Sequence[_Line], language: str) -> bool:
    """Whether a document is in the language, or too short to tell."""
    words = _sample(lines)
    return len(words) < _JUDGED or is_in(words, language)


def _sample(lines: Sequence[_Line]) -> list[str]:
    """Words of lines taken at even distances."""
    total = sum(len(same) for _, same in lines) // 6  # words have about five letters
    step = max(1, total // (50 * _JUDGED))
    return [word for _, same in lines[::step] for word in same.split()]


def _check(documents: Sequence[Document], kept: Sequence[Sequence[_Line]], words: int, language: str) -> None:
    """Raises InputError when what is left is too little, or not in the language as a whole."""
    name = NAMES[language]
    enough = words >= FEWEST_WORDS
    if enough:
        sample = _sample([line for lines in kept for line in lines])
        if is_in(sample, language):
            return
    else:
        every = (line for document in documents for line in _lines(document.text))
        sample = _sample([(line, key(line)) for line in every if is_text(line)])
    share = own_share(sample, language)
    if enough or (len(sample) >= FEWEST_WORDS // 4 and not is_in(sample, language)):
        looks = likely(sample)
        remedies = {other: f"use --language {code}" for code, other in NAMES.items()}
        raise InputError(
            f"the text seems not to be {name}{f' but {looks}' if looks else ''}: {share:.0%} of its words "
            f"are common {name} words, where {USUAL[language]:.0%} and more are usual; "
            f"{remedies.get(looks or '', f'give texts in {name}')}"
        )
    raise InputError(
        f"only {words} words of {name} text are left after cleaning, at least {FEWEST_WORDS} are needed and "
        "some ten thousand are better; add more of your texts"
    )


def _reason(draft: _Draft, foreign: bool) -> str:
    if foreign or draft.other > len(draft.lines):
        return "written in another language"
    return "nothing that other files do not hold" if draft.lines else "no running text"
