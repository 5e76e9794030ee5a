"""How well dictation does on recordings with transcripts, with and without rescoring."""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..speech.transcripts import unrescored
from ..text.scripts import language_of
from ..types import Transcribed
from .bootstrap import Interval, ratio_interval
from .normalize import NORMALIZER_VERSION, normalize_transcript
from .wer import character_errors, oracle_errors, word_errors

TRANSCRIPTS = "transcripts.tsv"
SUFFIXES = (".flac", ".wav", ".ogg", ".opus", ".mp3", ".m4a")

Dictate = Callable[[Path], Sequence[Transcribed]]
"""Turns a recording into the events of its phrases, in order."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording and what is said in it."""

    audio: Path
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of one recording. Errors are counts; ``before`` is without rescoring."""

    id: str
    speaker: str | None
    language: str
    words: int
    errors: int
    errors_before: int
    errors_oracle: int
    characters: int
    character_errors: int
    character_errors_before: int
    audio_seconds: float
    seconds: float
    """Time from the end of speech to the text, for the whole recording at once."""


@dataclass(frozen=True, slots=True)
class DictationResult:
    """Figures over one set or several together. Rates are shares, not per cent."""

    name: str
    utterances: int
    words: int
    audio_seconds: float
    units: str
    """What the intervals are drawn over: "speakers" or "utterances"."""
    wer: Interval
    wer_before: Interval
    change: Interval
    """WER after less WER before, paired; a gain counts where the interval lies below 0."""
    wer_oracle: float
    recovered: float | None
    """Share of the gap to the oracle that rescoring closes; None where there is no gap."""
    harmed: float
    """Share of utterances that rescoring made worse."""
    mended: float
    """Share of utterances that rescoring made better."""
    cer: float
    cer_before: float
    rtf: float
    """Processing time over playing time."""
    seconds_p50: float
    seconds_p95: float
    peak_rss_mb: float
    normalizer: str = NORMALIZER_VERSION


def utterances(folder: Path) -> list[Utterance]:
    """The recordings of ``folder`` after its ``transcripts.tsv`` (id TAB text, optionally TAB speaker).

    Raises InputError when the list is missing or empty, or a recording is not there.
    """
    table = folder / TRANSCRIPTS
    try:
        lines = table.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{table} cannot be read; it must hold one 'id TAB text' a line in UTF-8") from error
    found: list[Utterance] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, *fields = line.split("\t")
        audio = next((path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()), None)
        if audio is None or not fields:
            what = "has no text" if audio else "names a recording that is not there"
            raise InputError(f"line {number} of {table} {what}; each line is 'id TAB text'")
        found.append(Utterance(audio, fields[0], fields[1] if len(fields) > 1 else _speaker(name)))
    if not found:
        raise InputError(f"{table} is empty; each line is 'id TAB text'")
    return found


def score(
    utterance: Utterance, phrases: Sequence[Transcribed], audio_seconds: float, seconds: float
) -> Scored:
    """Compare what was heard in a recording with its text."""
    language = language_of(utterance.text, ("en", "ru")) or "en"

    def form(text: str) -> str:
        return normalize_transcript(text, language)

    reference = form(utterance.text)
    after = form(" ".join(item.segment.text for item in phrases))
    before = form(unrescored(phrases))
    readings = [
        [form(item.unrescored), *dict.fromkeys(form(each.text) for each in item.segment.hypotheses)]
        for item in phrases
    ]
    return Scored(
        id=utterance.audio.stem,
        speaker=utterance.speaker,
        language=language,
        words=len(reference.split()),
        errors=word_errors(reference, after),
        errors_before=word_errors(reference, before),
        errors_oracle=oracle_errors(reference, readings),
        characters=len(reference),
        character_errors=character_errors(reference, after),
        character_errors_before=character_errors(reference, before),
        audio_seconds=audio_seconds,
        seconds=seconds,
    )


def run(folder: Path, dictate: Dictate) -> list[Scored]:
    """Dictate every recording of ``folder`` and compare. Raises InputError for an unusable folder."""
    scored: list[Scored] = []
    for utterance in utterances(folder):
        begun = time.perf_counter()
        phrases = dictate(utterance.audio)
        taken = time.perf_counter() - begun
        scored.append(score(utterance, phrases, recording_seconds(utterance.audio), taken))
    return scored


def evaluate(folders: Path | Iterable[Path], dictate: Dictate) -> DictationResult:
    """Figures for the recordings of one folder, or of several pooled word by word."""
    paths = [folders] if isinstance(folders, Path) else list(folders)
    return summarize("+".join(path.name for path in paths), [run(path, dictate) for path in paths])


def summarize(name: str, sets: Sequence[Sequence[Scored]]) -> DictationResult:
    """Figures over several sets pooled.

    The unit of resampling is the speaker in a set where several are known, else the utterance: words of
    one speaker go wrong together.
    """
    units: list[list[Scored]] = []
    by_speaker = False
    for items in sets:
        groups: dict[str, list[Scored]] = {}
        for item in items:
            groups.setdefault(item.speaker or "", []).append(item)
        if len(groups) > 1:
            by_speaker = True
            units += groups.values()
        else:
            units += [[item] for item in items]
    flat = [item for unit in units for item in unit]
    words = [sum(item.words for item in unit) for unit in units]

    def rate(count: Callable[[Scored], int]) -> Interval:
        return ratio_interval([sum(count(item) for item in unit) for unit in units], words)

    def total(count: Callable[[Scored], float]) -> float:
        return sum(count(item) for item in flat)

    gap = total(lambda item: item.errors_before - item.errors_oracle)
    gained = total(lambda item: item.errors_before - item.errors)
    times = [item.seconds for item in flat] or [0.0]
    sound = total(lambda item: item.audio_seconds)
    characters = max(1.0, total(lambda item: item.characters))
    return DictationResult(
        name=name,
        utterances=len(flat),
        words=sum(words),
        audio_seconds=sound,
        units="speakers" if by_speaker else "utterances",
        wer=rate(lambda item: item.errors),
        wer_before=rate(lambda item: item.errors_before),
        change=rate(lambda item: item.errors - item.errors_before),
        wer_oracle=total(lambda item: item.errors_oracle) / max(1, sum(words)),
        recovered=gained / gap if gap else None,
        harmed=_share(flat, lambda item: item.errors > item.errors_before),
        mended=_share(flat, lambda item: item.errors < item.errors_before),
        cer=total(lambda item: item.character_errors) / characters,
        cer_before=total(lambda item: item.character_errors_before) / characters,
        rtf=total(lambda item: item.seconds) / sound if sound else 0.0,
        seconds_p50=float(np.percentile(times, 50)),
        seconds_p95=float(np.percentile(times, 95)),
        peak_rss_mb=peak_rss_mb(),
    )


def recording_seconds(path: Path) -> float:
    """Playing time of a recording. Raises InputError when it cannot be read."""
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            if stream.duration and stream.time_base:
                return float(stream.duration * stream.time_base)
            return float(container.duration or 0) / 1e6
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"{path} is not a recording that can be read") from error


def peak_rss_mb() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def _speaker(name: str) -> str | None:
    """The speaker in an id of LibriSpeech's form: speaker-chapter-utterance."""
    match = re.fullmatch(r"(\d+)-\d+-\d+", name)
    return match.group(1) if match else None


def _share(items: Sequence[Scored], condition: Callable[[Scored], bool]) -> float:
    return sum(map(condition, items)) / len(items) if items else 0.0
