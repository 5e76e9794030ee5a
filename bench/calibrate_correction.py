"""Fit the corrector's calibration on development text with known slips.

    SKOROPIS_SHARED=... python bench/calibrate_correction.py en

Slips are drawn from the typo model itself and from lists of misspelt words; half of the lines stay clean.
Lines of real writers join in where a development half exists (even lines only). Writes
``plugins/skoropis_autocorrect/data/<language>.calibration.json``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from setting import correctors, even_lines
from shared import data

import skoropis_autocorrect
from skoropis.metrics.correction import compared_words, rejoin_clitics
from skoropis_autocorrect.calibration import FEATURES, Doubt
from skoropis_autocorrect.corrector import Corrector
from skoropis_autocorrect.keyboard import keyboard

DEV = {
    "en": ("general", "email", "news", "literary", "chat", "it", "medical", "chatroom", "irc"),
    "ru": ("general", "news", "literary", "chat", "it", "wiki", "dialogue_movies", "social"),
}
PAIRS = {"en": ("wikipedia", "birkbeck"), "ru": ("kartaslov",)}
LINES = {
    "en": ("jfleg", "bea60k_999", "synth_keyboard", "holbrook"),
    "ru": ("ruspellru", "gera_spelling", "relco_nonword", "synth_keyboard"),
}
RISING = ("gap", "whole", "lead", "whole_lead", "channel")
"""More of these can only speak for a mend."""
NOISE = 0.10
"""Share of words with a slip in a noisy line."""


class Slips:
    """Draws slips: from a list of misspelt words where the word is in it, else from keyboard and spelling."""

    def __init__(self, language: str, seed: int) -> None:
        path = Path(skoropis_autocorrect.__file__).parent / "data" / f"{language}.toml"
        self._data = tomllib.loads(path.read_text(encoding="utf-8"))
        self._random = random.Random(seed)
        self._keys = keyboard(self._data["keyboard"])
        self._letters = [c for c in self._data["alphabet"] if c.isalpha()]
        self._listed: dict[str, list[str]] = defaultdict(list)
        for name in PAIRS[language]:
            for noisy, gold in even_lines(language, name):
                if " " not in noisy and noisy.lower() != gold.lower():
                    self._listed[gold.lower().replace("ё", "е")].append(noisy.lower())

    def draw(self, word: str) -> str:
        """A slip for ``word``."""
        listed = self._listed.get(word.lower().replace("ё", "е"))
        if listed and self._random.random() < 0.5:
            slip = self._random.choice(listed)
            return slip[:1].upper() + slip[1:] if word[0].isupper() else slip
        return self._spelling(word) if self._random.random() < 0.35 else self._key(word)

    def _key(self, word: str) -> str:
        k = self._random.randrange(len(word))
        kind = self._random.choice(("near", "near", "omit", "insert", "swap", "double"))
        near = [c for c in self._letters if self._keys.neighbours(word[k].lower(), c)]
        if kind == "near" and near:
            return word[:k] + self._random.choice(near) + word[k + 1 :]
        if kind == "omit" and len(word) > 2:
            return word[:k] + word[k + 1 :]
        if kind == "insert" and near:
            return word[:k] + self._random.choice(near) + word[k:]
        if kind == "swap" and k + 1 < len(word):
            return word[:k] + word[k + 1] + word[k] + word[k + 2 :]
        return word[: k + 1] + word[k:]

    def _spelling(self, word: str) -> str:
        choices: list[str] = []
        for group in self._data["confusions"]:
            for k, letter in enumerate(word):
                if letter in group["letters"]:
                    choices += [word[:k] + c + word[k + 1 :] for c in group["letters"] if c != letter]
        for typed, meanings in self._data["rules"].items():
            for meant, _ in meanings:
                if meant in word:
                    choices += [word.replace(meant, typed, 1)] * 2
        return self._random.choice(choices) if choices else self._key(word)


def noisy_lines(language: str, limit: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(noisy, gold, kind) over the development domains, half of the lines clean."""
    slips, rng = Slips(language, seed), random.Random(seed)
    for domain in DEV[language]:
        path = data("text", "dev", language, f"{domain}.txt")
        for line in path.read_text(encoding="utf-8").splitlines()[:limit]:
            if rng.random() < 0.5:
                yield line, line, "clean"
                continue
            words = line.split(" ")
            k = 0
            while k < len(words):
                word = words[k]
                if rng.random() < NOISE and word.isalpha() and len(word) > 2:
                    words[k] = slips.draw(word)
                elif (
                    rng.random() < 0.015 and k + 1 < len(words) and word.isalpha() and words[k + 1].isalpha()
                ):
                    words[k] = word + words.pop(k + 1).lower()
                elif rng.random() < 0.008 and word.isalpha() and len(word) > 4:
                    cut = rng.randrange(2, len(word) - 1)
                    words[k] = word[:cut] + " " + word[cut:]
                elif (
                    rng.random() < 0.008 and k + 1 < len(words) and word.isalpha() and words[k + 1].isalpha()
                ):
                    if rng.random() < 0.5 and len(words[k + 1]) > 1:
                        words[k], words[k + 1] = word + words[k + 1][0], words[k + 1][1:]
                    elif len(word) > 1:
                        words[k], words[k + 1] = word[:-1], word[-1] + words[k + 1]
                    k += 1
                k += 1
            yield " ".join(words), line, "noisy"
    for name in LINES[language]:
        for noisy, gold in even_lines(language, name):
            yield rejoin_clitics(noisy), rejoin_clitics(gold), name


def distance(before: list[str], after: list[str]) -> int:
    """Edits that turn one line of words into the other: words left out, put in or replaced."""
    row = list(range(len(after) + 1))
    for i, word in enumerate(before, start=1):
        corner, row[0] = row[0], i
        for j, other in enumerate(after, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def samples(
    corrector: Corrector, lines: Iterator[tuple[str, str, str]]
) -> dict[Doubt, list[tuple[list[float], int]]]:
    """Features and truth of every mend that the corrector weighs: whether it brings the line nearer to gold.

    Not whether it is among the line's edits: where two of them touch, a word diff makes one of them.
    """
    result: dict[Doubt, list[tuple[list[float], int]]] = defaultdict(list)
    for noisy, gold, _ in lines:
        wanted = compared_words(gold)
        away = distance(compared_words(noisy), wanted) if noisy != gold else 0
        for mend in corrector.mends(noisy):
            right = 0
            if away:
                after = noisy[: mend.start] + mend.text + noisy[mend.end :]
                right = int(distance(compared_words(after), wanted) < away)
            features = mend.verdict.features
            row = [features[name] for name in FEATURES[mend.verdict.doubt]]
            result[mend.verdict.doubt].append((row, right))
    return result


def fit(rows: NDArray[np.float64], truth: NDArray[np.float64], ridge: float = 1.0) -> NDArray[np.float64]:
    """Ridge logistic regression by Newton's method; the last weight is the bias."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    x = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    w = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-6
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - truth) + penalty * w
        hessian = (x * (p * (1 - p) + 1e-9)[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    plain = w[:-1] / scale
    return np.append(plain, w[-1] - plain @ mean)


def fit_signed(
    rows: NDArray[np.float64], truth: NDArray[np.float64], rising: list[int]
) -> NDArray[np.float64]:
    """:func:`fit`, with a weight of zero for those ``rising`` features that would get a negative one."""
    rows = rows.copy()
    while True:
        w = fit(rows, truth)
        wrong = [column for column in rising if w[column] < 0]
        if not wrong:
            return w
        rows[:, wrong] = 0.0


def main() -> None:
    """Fit and write one language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=sorted(DEV))
    parser.add_argument("--lines", type=int, default=200, help="lines of each development domain")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    corrector = correctors(("en", "ru")).autocorrect
    found = samples(corrector, noisy_lines(arguments.language, arguments.lines, arguments.seed))
    weights: dict[str, dict[str, float]] = {}
    for doubt, pairs in sorted(found.items()):
        rows = np.array([row for row, _ in pairs])
        truth = np.array([label for _, label in pairs], dtype=float)
        rising = [FEATURES[doubt].index(name) for name in RISING if name in FEATURES[doubt]]
        w = fit_signed(rows, truth, rising)
        p = 1 / (1 + np.exp(-np.clip(rows @ w[:-1] + w[-1], -30, 30)))
        at = p >= 0.5
        hits = int(truth[at].sum())
        loss = -float(np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p)))
        print(
            f"{doubt}: n={len(truth)} right={int(truth.sum())} made={int(at.sum())} hits={hits} "
            f"P={hits / max(at.sum(), 1):.3f} R={hits / max(truth.sum(), 1):.3f} log-loss={loss:.4f}"
        )
        weights[doubt] = {name: round(float(v), 5) for name, v in zip(FEATURES[doubt], w, strict=False)}
        weights[doubt]["bias"] = round(float(w[-1]), 5)
        if not math.isfinite(loss):
            raise SystemExit("the fit diverged")
    target = Path(skoropis_autocorrect.__file__).parent / "data" / f"{arguments.language}.calibration.json"
    target.write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
