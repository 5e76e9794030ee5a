"""One phrase of speech: ask a transcriber, let the rescorers order what it heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..errors import SkoropisError
from ..host import validate
from ..host.host import Answer, PluginHost
from ..types import AudioChunk, Context, Hypothesis, Segment, Transcribed, Transcript

RESCORE_DEADLINE = 10.0
_SLOWEST = 30.0
"""Seconds of waiting per second of sound before a transcriber counts as hung."""


class Recognizer:
    """Turns phrases into text with whatever transcriber and rescorers are installed."""

    def __init__(
        self, host: PluginHost, settle: Callable[[Context], Context] = lambda context: context
    ) -> None:
        """``settle`` fills in the domain."""
        self._host = host
        self._settle = settle

    def transcribe(self, audio: AudioChunk, context: Context) -> Transcribed:
        """The text of one phrase, empty when nothing was said.

        Raises SkoropisError when no transcriber could answer, with the reason that one gave.
        """
        context = self._settle(context)
        answers = self._host.ask(
            "transcriber",
            lambda plugin: plugin.transcribe(audio, context),
            lambda answer, source: validate.transcript(answer),
            deadline=_SLOWEST * (audio.seconds + 1.0),
            patient=True,
        )
        heard = next((answer.value for answer in answers if answer.value is not None), None)
        if heard is None:
            raise _reason(answers, "transcriber")
        hypotheses = self.rescore(heard.hypotheses, context, heard.language)
        return Transcribed(_segment(audio, heard, hypotheses), heard.language, heard.text)

    def rescore(
        self, hypotheses: Sequence[Hypothesis], context: Context, language: str | None = None
    ) -> tuple[Hypothesis, ...]:
        """``hypotheses`` in the order of the first rescorer that answers, else as they came."""
        given = tuple(hypotheses)
        if len(given) < 2:
            return given
        context = self._settle(replace(context, language=context.language or language))
        answers = self._host.ask(
            "rescorer",
            lambda plugin: plugin.rescore(given, context),
            lambda answer, source: validate.reordered(answer, given),
            deadline=RESCORE_DEADLINE,
            patient=True,
        )
        return next((answer.value for answer in answers if answer.value is not None), given)


def _segment(audio: AudioChunk, heard: Transcript, hypotheses: tuple[Hypothesis, ...]) -> Segment:
    """The phrase with its times; those of the chunk where the transcriber gave none."""
    offset = audio.start_ms / 1000.0
    start = heard.segments[0].start if heard.segments else offset
    end = heard.segments[-1].end if heard.segments else offset + audio.seconds
    return Segment(start, end, hypotheses[0].text if hypotheses else "", hypotheses)


def _reason(answers: Sequence[Answer[Transcript]], kind: str) -> SkoropisError:
    for answer in answers:
        if answer.error is not None:
            return answer.error
    return SkoropisError(f"no {kind} answered; see: skoropis plugins")
