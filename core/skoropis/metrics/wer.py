"""Counting errors between a reference and a reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def distance(reference: Sequence[str], reading: Sequence[str]) -> int:
    """Levenshtein distance: fewest substitutions, deletions and insertions between two sequences."""
    if not reference or not reading:
        return len(reference) + len(reading)
    names: dict[str, int] = {}
    codes = np.array([names.setdefault(item, len(names)) for item in reading])
    steps = np.arange(len(reading) + 1)
    row = steps.copy()
    for done, item in enumerate(reference, 1):
        cost = (codes != names.get(item, -1)).astype(int)
        # Best of substitution and deletion; insertions then run along the row as a prefix minimum.
        best = np.concatenate(([done], np.minimum(row[:-1] + cost, row[1:] + 1)))
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])


def word_errors(reference: str, reading: str) -> int:
    """Word errors between two normalized texts."""
    return distance(reference.split(), reading.split())


def character_errors(reference: str, reading: str) -> int:
    """Character errors between two normalized texts, spaces included."""
    return distance(reference, reading)


def oracle_errors(reference: str, phrases: Sequence[Sequence[str]]) -> int:
    """Fewest word errors that a choice of one reading for each phrase can have.

    With several phrases the choices are improved in turn until none helps; as phrases follow each other
    in time and hardly share words, this finds the best choice or nearly so (the true value is not higher).
    """
    chosen = [readings[0] if readings else "" for readings in phrases]
    errors = word_errors(reference, " ".join(chosen))
    improved = True
    while improved and errors:
        improved = False
        for index, readings in enumerate(phrases):
            for reading in readings[1:]:
                trial = [*chosen[:index], reading, *chosen[index + 1 :]]
                found = word_errors(reference, " ".join(trial))
                if found < errors:
                    chosen, errors, improved = trial, found, True
    return errors
