"""From sources to a finished n-gram model, step by step; what takes long is kept in the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .backoff import Backoff
from .components import estimate, number, numbering
from .corpus import Corpus, load_corpus, read_lines, sentences_of
from .dictionary import dictionary
from .grams import BEGIN, END, SPECIAL, UNKNOWN, Rows, union
from .mixture import Component, DevText, Weights, follow_dev, mix, spread, tune, unigrams
from .package import BYTES
from .prune import prune
from .recipe import WORDFREQ, Recipe
from .spelling import spellings
from .unigram import unigram_mixture
from .vocabulary import Lists, choose, frequencies

ORDER = len(BYTES) + 1
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A mixed and pruned model and how it came about."""

    model: Backoff
    lists: Lists
    spelled: dict[str, str]
    names: list[str]
    weights: list[Weights]
    """For each order, one weight a component of ``names``."""
    full: tuple[int, ...]
    """N-grams of each order before pruning."""
    perplexity_full: float
    """Of the dev text, unknown words and marks counted, before pruning."""
    perplexity: float
    """The same after pruning."""


def build(recipe: Recipe, text: Path, cache: Path, tools: Path, report: Report) -> Built:
    """Make the model of ``recipe`` from ``text/train``, tuned on ``text/dev``."""
    names = [source.name for group in recipe.components.values() for source in group]
    corpus = load_corpus(text / "train" / recipe.language, names, cache)
    dev_files = [text / "dev" / recipe.language / f"{domain}.txt" for domain in recipe.dev]
    lists = _words(recipe, corpus, dev_files, report)
    words = lists.model_words
    report(f"lexicon {len(lists.lexicon):,} words, {lists.vocabulary:,} of them in the n-grams")

    numbers = numbering(corpus.words, words)
    texts: dict[str, Rows] = {}
    for name, group in recipe.components.items():
        texts[name] = number(np.concatenate([corpus.texts[source.name] for source in group]), numbers)
    arpas = {}
    for name, body in texts.items():
        report(f"estimating {name} ({len(body):,} tokens)")
        arpas[name] = estimate(body, ORDER, len(words), tools, cache)
    grams = union(len(words), [arpa.words[1:] for arpa in arpas.values()])
    full = tuple(grams.size(order) for order in range(1, ORDER + 1))
    report(f"{sum(full):,} n-grams in all; mixing")
    components: list[Component] = []
    for name, body in texts.items():
        components.append(spread(name, arpas.pop(name), grams, body))
    components.append(unigrams(WORDFREQ.name, _general(recipe.language, words), grams))

    dev = follow_dev(grams, [_follow(path, words) for path in dev_files])
    weights = tune(components, dev, recipe.smoothing)
    mixed, shares = mix(components, weights, recipe.smoothing)
    before = perplexity(mixed, dev)
    report(f"dev perplexity {before:.1f}; pruning to {recipe.budget} MB")
    small = prune(mixed, shares, recipe.budget * 1e6, BYTES)
    after = perplexity(small, follow_dev(small.grams, [_follow(path, words) for path in dev_files]))
    report(f"dev perplexity {after:.1f} after pruning")
    spelled = spellings(corpus, lists.lexicon, dictionary(recipe.language))
    return Built(small, lists, spelled, [c.name for c in components], weights, full, before, after)


def perplexity(model: Backoff, dev: DevText) -> float:
    """Of a dev text, domains of equal importance."""
    told = dev.importance > 0
    return float(np.exp(-(model.score(dev.rows)[told] @ dev.importance[told])))


def _words(recipe: Recipe, corpus: Corpus, dev: Sequence[Path], report: Report) -> Lists:
    size = len(corpus.words)
    counts = {
        name: np.sum([np.bincount(corpus.texts[source.name], minlength=size) for source in group], axis=0)
        for name, group in recipe.components.items()
    }
    chances, weights = unigram_mixture(corpus, counts, frequencies(recipe.language), dev)
    report("word weights " + ", ".join(f"{name} {weight:.2f}" for name, weight in weights.items()))
    total = np.sum(list(counts.values()), axis=0)
    return choose(corpus, total, chances, recipe.language, recipe.alphabet, recipe.vocabulary, recipe.lexicon)


def _general(language: str, words: Sequence[str]) -> NDArray[np.float64]:
    """wordfreq's chances of the model's words; what it has beyond them goes to the unknown word."""
    listed = frequencies(language)
    chances = np.array([listed.get(word, 0.0) for word in words]) / sum(listed.values())
    chances[: len(SPECIAL)] = 0.0
    chances[UNKNOWN] = 1 - chances.sum()
    return np.asarray(chances / chances.sum())


def _follow(path: Path, words: Sequence[str]) -> Rows:
    """A dev text as word numbers, every sentence between BEGIN and END."""
    known = {word: place for place, word in enumerate(words)}
    out: list[int] = []
    for line in read_lines(path):
        for sentence in sentences_of(line):
            out += [BEGIN, *(known.get(word, UNKNOWN) for word in sentence), END]
    return np.array(out, dtype=np.int64)
