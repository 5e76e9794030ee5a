"""The channel: how likely someone who means one word types another.

A weighted Damerau-Levenshtein distance (Damerau 1964; as a noisy channel Kernighan, Church and Gale 1990,
with multi-letter confusions after Brill and Moore 2000), computed for many intended words at once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keyboard import keyboard

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]
WIDTH = 28
"""Longest word, in letters, that takes part."""
BAND = 3
"""How many letters the two spellings may be out of step."""
FAR = np.float32(60.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """Typing ``typed`` for ``meant`` as one slip."""

    typed: Codes
    meant: Codes
    cost: float


class TypoModel:
    """Log-probabilities of typed words given intended ones, for one language."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.alphabet: str = data["alphabet"]
        self.single = frozenset(data.get("single", ""))
        self.leading = frozenset(data.get("leading", ()))
        self.trailing = frozenset(data.get("trailing", ()))
        self.hyphened = frozenset(data.get("hyphened", ()))
        self.costs: dict[str, float] = dict(data["costs"])
        self._ids = {letter: number for number, letter in enumerate(self.alphabet, start=1)}
        size = len(self.alphabet) + 1
        board = keyboard(data["keyboard"])
        self._near = np.zeros((size, size), dtype=bool)
        substitution = np.full((size, size), self.costs["other"], dtype=np.float32)
        for a, i in self._ids.items():
            for b, j in self._ids.items():
                self._near[i, j] = board.neighbours(a, b)
        substitution[self._near] = self.costs["neighbour"]
        self._alike: dict[str, set[str]] = {letter: set() for letter in self.alphabet}
        for group in data.get("confusions", ()):
            for a in group["letters"]:
                self._alike[a].update(set(group["letters"]) - {a})
            for a in group["letters"]:
                for b in group["letters"]:
                    place = self._ids[a], self._ids[b]
                    substitution[place] = min(substitution[place], group["cost"])
        np.fill_diagonal(substitution, 0.0)
        substitution[:, 0] = FAR
        self._substitution = substitution
        self._omit = np.full(size, self.costs["omit"], dtype=np.float32)
        self._insert = np.full(size, np.nan, dtype=np.float32)
        for letter, cost in data.get("omissions", {}).items():
            self._omit[self._ids[letter]] = cost
        for letter, cost in data.get("insertions", {}).items():
            self._insert[self._ids[letter]] = cost
        self._partners: dict[str, list[tuple[str, float]]] = {}
        for entry in data.get("partners", ()):
            for a in entry["words"]:
                self._partners.setdefault(a, []).extend(
                    (b, -float(entry["cost"])) for b in entry["words"] if b != a
                )
        self._endings = [(a, b, -float(cost)) for a, b, cost in data.get("endings", ())]
        self._rules: dict[int, list[Rule]] = {}
        self._spellings: list[tuple[str, str]] = []
        for typed, meanings in data.get("rules", {}).items():
            for meant, cost in meanings:
                if self.knows(typed) and self.knows(meant):
                    self._spellings.append((typed, meant))
                    rule = Rule(self.encode(typed), self.encode(meant), float(cost))
                    self._rules.setdefault(int(rule.typed[-1]), []).append(rule)

    def knows(self, word: str) -> bool:
        """Whether every letter of ``word`` is of this alphabet and there are not too many."""
        return 0 < len(word) <= WIDTH and all(letter in self._ids for letter in word)

    def encode(self, word: str) -> Codes:
        """The letters' numbers, from 1. Raises KeyError for a letter outside the alphabet."""
        return np.array([self._ids[letter] for letter in word], dtype=np.uint8)

    def partners(self, word: str) -> list[tuple[str, float]]:
        """Words that ``word`` is often written for though it is a word too: (word, channel)."""
        found = list(self._partners.get(word, ()))
        for ending, other, channel in self._endings:
            if word.endswith(ending):
                found.append((word[: len(word) - len(ending)] + other, channel))
        return found

    def variants(self, word: str) -> set[str]:
        """Words that sound like ``word``: one letter, spelling or doubling of it mistaken."""
        found = {word[:at] + other + word[at + 1 :] for at, c in enumerate(word) for other in self._alike[c]}
        for typed, meant in self._spellings:
            at = word.find(typed)
            while at >= 0:
                found.add(word[:at] + meant + word[at + len(typed) :])
                at = word.find(typed, at + 1)
        for at, letter in enumerate(word):
            if word[at : at + 2] == 2 * letter:
                found.add(word[:at] + word[at + 1 :])
            elif at:
                found.add(word[:at] + letter + word[at:])
        return found - {word}

    def letters(self) -> NDArray[np.uint8]:
        """Table from code point (below 0x500) to letter number; 0 for what is not in the alphabet."""
        table = np.zeros(0x500, dtype=np.uint8)
        for letter, number in self._ids.items():
            table[ord(letter)] = number
        return table

    def logprob(self, typed: str, meant: str) -> float:
        """Log-probability (nats) of ``typed`` when ``meant`` is intended; 0 when they are equal."""
        codes = np.zeros((1, WIDTH), dtype=np.uint8)
        codes[0, : len(meant)] = self.encode(meant)
        return float(self.logprobs(typed, codes, np.array([len(meant)]))[0])

    def logprobs(self, typed: str, meant: Codes, lengths: NDArray[np.integer[Any]]) -> Floats:
        """Log-probabilities (nats) of ``typed`` given each row of ``meant`` (n, WIDTH), zero-padded."""
        given = self.encode(typed)
        n, m = len(given), int(lengths.max())
        want = np.ascontiguousarray(meant[:, :m].T)
        count = want.shape[1]
        cost = self.costs
        extra = np.float32(cost["second"])
        swap = np.float32(cost["swap"]) + extra
        substitution = self._substitution[given][:, want]  # (n, m, count)
        substitution[substitution > 0] += extra
        omit = self._omit[want] + extra
        omit[1:][want[1:] == want[:-1]] = cost["omit_double"] + extra
        first = np.float32(cost["first"])
        substitution[0, 0][substitution[0, 0] > 0] += first
        omit[0] += first
        insert = self._insertions(given) + extra
        same = given[:, None, None] == want[None]
        table = np.full((n + 1, m + 1, count), FAR, dtype=np.float32)
        table[0, 0] = 0.0
        for i in range(n + 1):
            rules = self._rules.get(int(given[i - 1]), ()) if i else ()
            rules = [r for r in rules if len(r.typed) <= i and (given[i - len(r.typed) : i] == r.typed).all()]
            for j in range(max(0, i - BAND), min(m, i + BAND) + 1):
                cell = table[i, j]
                if i and j:
                    np.minimum(cell, table[i - 1, j - 1] + substitution[i - 1, j - 1], out=cell)
                if i:
                    np.minimum(cell, table[i - 1, j] + insert[i - 1], out=cell)
                if j:
                    np.minimum(cell, table[i, j - 1] + omit[j - 1], out=cell)
                if i > 1 and j > 1:
                    crossed = same[i - 1, j - 2] & same[i - 2, j - 1] & ~same[i - 1, j - 1]
                    if crossed.any():
                        step = swap + (first if i == 2 else np.float32(0))
                        np.minimum(cell, table[i - 2, j - 2] + step, out=cell, where=crossed)
                for rule in rules:
                    k = len(rule.meant)
                    if k <= j:
                        fits = (want[j - k : j] == rule.meant[:, None]).all(axis=0)
                        if fits.any():
                            step = table[i - len(rule.typed), j - k] + np.float32(rule.cost) + extra
                            np.minimum(cell, step, out=cell, where=fits)
        total = table[n, lengths, np.arange(count)]
        return -np.where(total > 0, np.maximum(total - extra, 0), 0)

    def _insertions(self, given: Codes) -> Floats:
        """What each letter costs if it was typed without being meant."""
        cost = self.costs
        result = np.full(len(given), cost["insert"], dtype=np.float32)
        for i, letter in enumerate(given):
            before = given[i - 1] if i else 0
            after = given[i + 1] if i + 1 < len(given) else 0
            if not np.isnan(self._insert[letter]):
                result[i] = self._insert[letter]
            if self._near[letter, before] or self._near[letter, after]:
                result[i] = min(result[i], cost["insert_near"])
            if letter == before:
                result[i] = (
                    cost["insert_repeat"] if i > 1 and given[i - 2] == letter else cost["insert_double"]
                )
            if i == 0:
                result[i] += cost["first"]
        return result


@lru_cache(maxsize=8)
def typo_model(language: str) -> TypoModel | None:
    """The model in ``data/<language>.toml``; None for a language without one."""
    source = files(__package__).joinpath(f"data/{language}.toml")
    if not source.is_file():
        return None
    return TypoModel(tomllib.loads(source.read_text(encoding="utf-8")))
