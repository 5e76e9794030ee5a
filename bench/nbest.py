"""N-best lists of recordings, made once: decoding is dear, everything after it is cheap.

    python bench/nbest.py OUT.jsonl

Every recording of the shared sets (SKOROPIS_SHARED) goes through the dictation front end and the
transcriber as in use; one JSON line each, with the readings of every phrase.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from recordings import folders

from skoropis.api import AudioChunk, Context, Event, Heard, Hypothesis, Models, Transcript
from skoropis.metrics.dictation import Utterance, recording_seconds, utterances
from skoropis_dictation.frontend import FileFrontend
from skoropis_whisper.transcriber import Transcriber


@dataclass(frozen=True, slots=True)
class Decoded:
    """A recording with the readings of its phrases, best first, as the transcriber gave them."""

    set: str
    id: str
    text: str
    speaker: str | None
    language: str
    audio_seconds: float
    seconds: float
    phrases: list[list[Hypothesis]]


class _Recorder:
    """Takes the place of a session: transcribes, keeps, changes nothing."""

    def __init__(self, transcriber: Transcriber, language: str) -> None:
        self._transcriber = transcriber
        self._language = language
        self.heard: list[Transcript] = []

    def handle(self, body: object) -> tuple[Event, ...]:
        if isinstance(body, Heard):
            self.heard.append(self._transcribe(body.audio))
        return ()

    def _transcribe(self, audio: AudioChunk) -> Transcript:
        return self._transcriber.transcribe(audio, Context("", language=self._language))


def decode(utterance: Utterance, language: str, transcriber: Transcriber) -> Decoded:
    """Run one recording through front end and transcriber."""
    recorder = _Recorder(transcriber, language)
    begun = time.perf_counter()
    FileFrontend().run(recorder, str(utterance.audio))
    taken = time.perf_counter() - begun
    return Decoded(
        set=utterance.audio.parent.name,
        id=utterance.audio.stem,
        text=utterance.text,
        speaker=utterance.speaker,
        language=language,
        audio_seconds=recording_seconds(utterance.audio),
        seconds=taken,
        phrases=[list(item.hypotheses) for item in recorder.heard if item.hypotheses],
    )


def read(path: Path) -> Iterator[Decoded]:
    """The lists that :func:`main` wrote."""
    for line in path.read_text(encoding="utf-8").splitlines():
        raw: dict[str, Any] = json.loads(line)
        phrases = [
            [Hypothesis(text, logprob, tokens=tokens) for text, logprob, tokens in items]
            for items in raw.pop("phrases")
        ]
        yield Decoded(**raw, phrases=phrases)


def main() -> None:
    """Write the lists of every recording."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--beam", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help="encode shortened windows")
    options = parser.parse_args()
    models = cast(Models, SimpleNamespace(languages=("en", "ru")))
    transcriber = Transcriber(models, {"beam": options.beam, "quick": options.quick})
    transcriber.load()
    with options.out.open("w", encoding="utf-8") as out:
        for language, folder in ((code, path) for code in ("en", "ru") for path in folders(code)):
            for utterance in utterances(folder):
                decoded = decode(utterance, language, transcriber)
                row = {name: getattr(decoded, name) for name in Decoded.__slots__}
                row["phrases"] = [
                    [(item.text, item.acoustic_logprob, item.tokens) for item in items]
                    for items in decoded.phrases
                ]
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()


if __name__ == "__main__":
    main()
