"""From the phrases of a recording to one transcript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..types import Hypothesis, Segment, Transcribed, Transcript
from .timing import transfer_times


def join(phrases: Sequence[Transcribed], language: str | None = None) -> Transcript:
    """One transcript of the phrases of a recording, in order; those without text are left out.

    A single phrase keeps its whole n-best list; of several, the chosen texts together are the one
    hypothesis, its log-probabilities their sums. ``language`` is the one that was asked for; by default it
    is that of most of the text. Each chosen text has word times where its phrase's list has any.
    """
    said = [item for item in phrases if item.segment.text]
    if not said:
        return Transcript("", (), language)
    segments = tuple(timed(item.segment) for item in said)
    if language is None:
        letters: Counter[str] = Counter()
        for item in said:
            if item.language is not None:
                letters[item.language] += len(item.segment.text)
        language = letters.most_common(1)[0][0] if letters else None
    if len(segments) == 1:
        return Transcript(segments[0].text, segments[0].hypotheses, language, segments)
    text = " ".join(segment.text for segment in segments)
    return Transcript(text, (_whole(text, segments),), language, segments)


def timed(segment: Segment) -> Segment:
    """``segment`` with word times on its first hypothesis.

    A transcriber aligns its own choice alone; when rescoring chose another text, the times of the words
    that both share are taken over.
    """
    if not segment.hypotheses or segment.hypotheses[0].words:
        return segment
    known = next((item.words for item in segment.hypotheses if item.words), ())
    best = replace(segment.hypotheses[0], words=transfer_times(segment.text, known))
    return replace(segment, hypotheses=(best, *segment.hypotheses[1:]))


def unrescored(phrases: Sequence[Transcribed]) -> str:
    """The text as the transcriber alone would have given it."""
    return " ".join(item.unrescored for item in phrases if item.unrescored)


def _whole(text: str, segments: Sequence[Segment]) -> Hypothesis:
    best = [segment.hypotheses[0] for segment in segments if segment.hypotheses]
    scores = [item.lm_logprob for item in best]
    known = [score for score in scores if score is not None]
    return Hypothesis(
        text,
        sum(item.acoustic_logprob for item in best),
        lm_logprob=sum(known) if known and len(known) == len(scores) else None,
        tokens=sum(item.tokens for item in best) if all(item.tokens for item in best) else 0,
        words=tuple(word for item in best for word in item.words),
    )
