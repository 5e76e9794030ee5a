"""Fit the weights of rescoring on n-best lists, and tell by cross-validation what they are worth.

    python bench/nbest.py lists.jsonl
    python bench/tune_rescoring.py lists.jsonl [--write]

Weights are chosen on four fifths of the recordings and judged on the fifth that they have not seen, five
times over: whole speakers where a set has several, else runs of neighbouring sentences. The figures are
those of the unseen fifths together; what ``--write`` ships is fitted on all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import cast

import nbest
from dictation import HEADER, row, summaries
from recordings import APART, UNSURE

from skoropis.api import Hypothesis, LanguageModel, Segment, Transcribed, lm_tokens
from skoropis.lm.ngram import NGram
from skoropis.metrics.dictation import Scored, Utterance, score, summarize
from skoropis.models.host import ModelHost
from skoropis_rescore.features import Features, features
from skoropis_rescore.weights import FILE, Weights, order

FOLDS = 5
LANGUAGE = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
MARGIN = (0.3, 0.5, 0.7, 1.0, 1.5)
HARM = 0.5
"""What a new word error costs beyond the error: doing harm is worse than doing nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recording with everything that a choice of weights needs."""

    decoded: nbest.Decoded
    phrases: list[list[Features]]
    fold: int

    def scored(self, weights: Weights | None) -> Scored:
        """The recording under ``weights``; None keeps the recognizer's own choice."""
        phrases = []
        for readings, seen in zip(self.decoded.phrases, self.phrases, strict=True):
            first = order(seen, weights)[0] if weights else 0
            chosen = (readings[first], *(item for item in readings if item is not readings[first]))
            phrases.append(_event(chosen, readings[0].text, self.decoded.language))
        utterance = Utterance(Path(self.decoded.id), self.decoded.text, self.decoded.speaker)
        return score(utterance, phrases, self.decoded.audio_seconds, self.decoded.seconds)


def _event(hypotheses: tuple[Hypothesis, ...], own: str, language: str) -> Transcribed:
    return Transcribed(Segment(0.0, 0.0, hypotheses[0].text, hypotheses), language, own)


def candidates(lists: Sequence[nbest.Decoded], model: LanguageModel) -> list[Candidate]:
    """Features of every reading; each phrase is read in the context of the one before it."""
    found = []
    for at, decoded in enumerate(lists):
        phrases = []
        before = ""
        for readings in decoded.phrases:
            state = model.read(lm_tokens(before))
            phrases.append([features(item, model, state) for item in readings])
            before = readings[0].text
        found.append(Candidate(decoded, phrases, _fold(at, lists)))
    return found


def _fold(at: int, lists: Sequence[nbest.Decoded]) -> int:
    item = lists[at]
    mates = [other for other in lists if other.set == item.set]
    speakers = sorted({other.speaker for other in mates if other.speaker})
    if len(speakers) > 1:
        return speakers.index(item.speaker or "") % FOLDS
    return mates.index(item) * FOLDS // len(mates)


def fit(items: Sequence[Candidate], errors: dict[tuple[Weights, str, str], int]) -> Weights:
    """The weights with the fewest errors, harm counted extra; the most cautious of equals."""

    def cost(weights: Weights) -> tuple[float, float, float]:
        total = 0.0
        for item in items:
            name = item.decoded.set, item.decoded.id
            after, before = errors[weights, *name], errors[KEEP_OWN, *name]
            total += after + HARM * max(0, after - before)
        return total, -weights.margin, weights.language

    return min(GRID, key=cost)


KEEP_OWN = Weights(0.0, float("inf"))
GRID = [Weights(language, margin) for language, margin in product(LANGUAGE, MARGIN)] + [KEEP_OWN]


def judge(language: str, lists: Sequence[nbest.Decoded], model: LanguageModel) -> Weights:
    """Print the cross-validated figures of a language; return the weights fitted on all of it."""
    items = candidates([item for item in lists if item.id not in UNSURE], model)
    real = [item for item in items if item.decoded.set not in APART]
    scored = {
        (weights, item.decoded.set, item.decoded.id): item.scored(weights)
        for weights in GRID
        for item in items
    }
    errors = {key: value.errors for key, value in scored.items()}
    shipped = fit(real, errors)
    unseen: dict[str, list[Scored]] = {}
    for fold in range(FOLDS):
        weights = fit([item for item in real if item.fold != fold], errors)
        held = [item for item in real if item.fold == fold]
        print(f"fold {fold}: {weights} judged on {len(held)}")
        for item in held:
            unseen.setdefault(item.decoded.set, []).append(scored[weights, item.decoded.set, item.decoded.id])
    for item in items:
        if item.decoded.set in APART:
            seen = scored[shipped, item.decoded.set, item.decoded.id]
            unseen.setdefault(item.decoded.set, []).append(seen)
    print(HEADER)
    for result in summaries(language, unseen):
        print(row(result))
    fitted = [scored[shipped, item.decoded.set, item.decoded.id] for item in real]
    print(row(summarize(f"{language}, fitted on itself: not to be quoted", [fitted])))
    print(f"{language}: {shipped}\n")
    return shipped


def main() -> None:
    """Judge both languages and write the weights if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", type=Path)
    parser.add_argument("--models", type=Path, help="folder with the models; default: those installed")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name} of skoropis_rescore")
    options = parser.parse_args()
    lists = list(nbest.read(options.lists))
    host = ModelHost(("en", "ru"))
    weights = {}
    for language in ("en", "ru"):
        model = (
            cast(LanguageModel, NGram.load(options.models / f"{language}-general"))
            if options.models
            else host.language_model(language)
        )
        weights[language] = judge(language, [item for item in lists if item.language == language], model)
    if options.write:
        head = FILE.read_text(encoding="utf-8").split("[", 1)[0]
        tables = [f"[{code}]\nlanguage = {w.language}\nmargin = {w.margin}\n" for code, w in weights.items()]
        FILE.write_text(head + "\n".join(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
