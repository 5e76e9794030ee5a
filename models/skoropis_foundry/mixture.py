"""Mixing component models into one: weights tuned on dev text, then a single back-off model.

Linear interpolation (Jelinek and Mercer 1980) by default takes the same weights for all histories. Here a
component's weight behind a history grows with how often its own text holds that history (Bayesian
interpolation: Weintraub et al. 1996; Allauzen and Riley 2011), smoothed towards the fixed weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .backoff import Arpa, Backoff, Floats, weigh
from .grams import BEGIN, END, Grams, Rows, locate

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Component:
    """One model of the mixture, spread over the n-grams of all."""

    name: str
    model: Backoff
    """Has a log-probability for every n-gram of the union, by its own backing off where it never saw it."""
    shares: list[Floats]
    """For order 1, 2, ...: how often its text holds each n-gram, over its length; empty for a mere
    unigram list, which then takes part in the same proportion behind every history.
    """


def spread(name: str, arpa: Arpa, grams: Grams, text: Rows) -> Component:
    """Give a component's model values for all n-grams of ``grams`` and count them in its ``text``."""
    logprobs: list[Floats] = []
    backoffs: list[Floats] = []
    for order in range(1, grams.order + 1):
        if order == 1:
            full = np.full(grams.size(1), arpa.unseen, dtype=np.float32)
        else:
            level = grams.levels[order - 2]
            full = backoffs[-1][level.history] + logprobs[-1][level.suffix]
        rows = locate(grams.levels, arpa.words[order - 1])
        there = rows >= 0
        full[rows[there]] = arpa.logprobs[order - 1][there]
        if order == 1:
            full[BEGIN] = -np.inf
        logprobs.append(full)
        if order < grams.order:
            weights = np.zeros(grams.size(order), dtype=np.float32)
            weights[rows[there]] = arpa.backoffs[order - 1][there]
            backoffs.append(weights)
    shares = []
    for order, rows in enumerate(grams.follow(text)[:-1], start=1):
        count = np.bincount(rows[rows >= 0], minlength=grams.size(order))
        shares.append((count / len(text)).astype(np.float32))
    return Component(name, Backoff(grams, logprobs, backoffs), shares)


def unigrams(name: str, chances: NDArray[np.float64], grams: Grams) -> Component:
    """A component that knows only word frequencies, shape (vocabulary,), summing to 1."""
    with np.errstate(divide="ignore"):
        logprobs = [np.log(np.maximum(chances, 1e-12)).astype(np.float32)]
    logprobs[0][BEGIN] = -np.inf
    for level in grams.levels:
        logprobs.append(logprobs[-1][level.suffix])
    backoffs = [np.zeros(grams.size(order), dtype=np.float32) for order in range(1, grams.order)]
    return Component(name, Backoff(grams, logprobs, backoffs), [])


@dataclass(frozen=True, slots=True)
class DevText:
    """A followed dev text and what each of its tokens counts for the tuning."""

    rows: list[Rows]
    importance: NDArray[np.float64]
    """0 for what is no prediction (sentence begins); otherwise such that every domain has the same sum."""


def follow_dev(grams: Grams, texts: Sequence[Rows]) -> DevText:
    """Join the dev texts of several domains, each of equal importance."""
    joined = np.concatenate(texts)
    importance = np.concatenate([_importance(text) / len(texts) for text in texts])
    return DevText(grams.follow(joined), importance)


def _importance(text: Rows) -> NDArray[np.float64]:
    told = (text != BEGIN) & (text != END)
    return told / max(int(told.sum()), 1)


def histories(rows: Sequence[Rows]) -> list[Rows]:
    """For order 2, 3, ...: the row of the history in front of each token, or -1."""
    return [np.concatenate([np.array([-1]), r[:-1]]) for r in rows[:-1]]


def presence(
    components: Sequence[Component], order: int, history: Rows, smoothing: float, base: Weights
) -> Weights:
    """How much each component has to say behind histories (rows of ``order``): shape (histories, components).

    A component's share of a history over the mixture's, smoothed; 1 for all where nothing is known.
    """
    shares = np.ones((len(history), len(components)))
    with_text = [i for i, c in enumerate(components) if c.shares]
    raw = np.stack([components[i].shares[order - 1][history] for i in with_text], axis=1).astype(np.float64)
    mean = raw @ (base[with_text] / base[with_text].sum())
    known = (history >= 0) & (mean > 0)
    shares[np.ix_(known, with_text)] = (raw[known] / mean[known, None] + smoothing) / (1 + smoothing)
    return shares


def tune(components: Sequence[Component], dev: DevText, smoothing: float, rounds: int = 30) -> list[Weights]:
    """Weights for each order by expectation maximisation on dev text: what predicts it best when histories
    are cut to that order's length.
    """
    order_scores = [_scores(component.model, dev.rows) for component in components]
    asked = dev.importance > 0
    importance = dev.importance[asked]
    before = histories(dev.rows)
    out: list[Weights] = []
    base = np.full(len(components), 1 / len(components))
    for order in range(1, components[0].model.grams.order + 1):
        chances = np.exp(np.stack([scores[order - 1][asked] for scores in order_scores], axis=1))
        weights = base
        for _ in range(rounds):
            if order == 1:
                say = np.ones_like(chances)
            else:
                say = presence(components, order - 1, before[order - 2][asked], smoothing, weights)
            share = say * weights
            share /= share.sum(axis=1, keepdims=True)
            joint = share * chances
            posterior = joint / joint.sum(axis=1, keepdims=True)
            # Exact for fixed weights; with history-dependent ones a step of iterative scaling towards the
            # point where expected and assumed shares agree.
            weights = weights * (importance @ posterior) / np.maximum(importance @ share, 1e-12)
            weights = np.maximum(weights, 1e-9)
            weights /= weights.sum()
        out.append(weights)
        base = weights
    return out


def _scores(model: Backoff, rows: Sequence[Rows]) -> list[NDArray[np.float64]]:
    """Log-probabilities of the tokens with histories cut to 0, 1, 2, ... words."""
    total = model.logprobs[0][rows[0]].astype(np.float64)
    out = [total]
    for order, history in enumerate(histories(rows), start=2):
        row = rows[order - 1]
        weight = np.where(history >= 0, model.backoffs[order - 2][history], 0.0)
        total = np.where(row >= 0, model.logprobs[order - 1][row], weight + total)
        out.append(total)
    return out


def mix(
    components: Sequence[Component], weights: Sequence[Weights], smoothing: float
) -> tuple[Backoff, list[Floats]]:
    """One back-off model, and for order 1, 2, ... the mixture's frequency of each n-gram as a history."""
    grams = components[0].model.grams
    logprobs: list[Floats] = []
    shares: list[Floats] = []
    with_text = [i for i, c in enumerate(components) if c.shares]
    for order in range(1, grams.order + 1):
        w = weights[order - 1]
        if order == 1:
            chance = sum(
                w[i] * np.exp(c.model.logprobs[0].astype(np.float64)) for i, c in enumerate(components)
            )
        else:
            history = grams.levels[order - 2].history
            say = presence(components, order - 1, np.arange(grams.size(order - 1)), smoothing, w) * w
            say = (say / say.sum(axis=1, keepdims=True)).astype(np.float32)
            chance = np.zeros(grams.size(order))
            for i, component in enumerate(components):
                chance += say[history, i] * np.exp(component.model.logprobs[order - 1].astype(np.float64))
        with np.errstate(divide="ignore"):
            logprobs.append(np.log(chance).astype(np.float32))
        if order < grams.order:
            last = weights[-1][with_text] / weights[-1][with_text].sum()
            shares.append(sum(last[j] * components[i].shares[order - 1] for j, i in enumerate(with_text)))
    return weigh(grams, logprobs), shares
