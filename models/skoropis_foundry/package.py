"""Writing a model folder: KenLM's trie, the successor index, the lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from skoropis.lm.lexicon import Lexicon
from skoropis.lm.store import save_index, save_lexicon
from skoropis.lm.successors import Level

from .backoff import Backoff, write_arpa
from .grams import SPECIAL
from .kenlm_tools import quantize
from .trie import write_trie
from .vocabulary import Lists

FILES = ("ngram.klm", "index.npz", "lexicon.npz")
"""What an n-gram model consists of, cards apart."""
INDEXED = 3
"""Orders of the index. Longer n-grams need none: their last words are among the followers of the shorter
history, since the n-gram set is closed.
"""
BYTES = (7.3, 7.3, 3.1)
"""About what one bigram, trigram and 4-gram takes in the trie and in the index."""
_CODES_PER_BIT = 2.0
"""Resolution of the index's log-probabilities; it only chooses the candidates that KenLM then scores."""


def write_model(
    model: Backoff, lists: Lists, spelled: Mapping[str, str], language: str, tools: Path | None, folder: Path
) -> None:
    """Write ``ngram.klm``, ``index.npz`` and ``lexicon.npz`` into an existing folder.

    Without KenLM's tools its trie takes about a fifth more, for want of compressed pointers.
    """
    if tools is None:
        write_trie(model, lists.model_words, folder / "ngram.klm")
    else:
        arpa = folder / "ngram.arpa"
        write_arpa(model, lists.model_words, arpa)
        quantize(tools, arpa, folder / "ngram.klm")
        arpa.unlink()

    order = sorted(range(len(lists.lexicon)), key=lists.lexicon.__getitem__)
    words = [lists.lexicon[i] for i in order]
    at = {word: place for place, word in enumerate(words)}
    known = np.array([i < lists.vocabulary for i in order])
    surfaces = {at[word]: text for word, text in spelled.items()}
    logprobs = lists.logprobs[order].astype(np.float32)
    # The n-grams' own unigrams for the words they know, so that both agree.
    own = {word: model.logprobs[0][number] for number, word in enumerate(lists.model_words)}
    logprobs[known] = [own[words[i]] for i in np.flatnonzero(known)]
    save_lexicon(folder / "lexicon.npz", Lexicon(words, logprobs, surfaces), known)

    marks = [*SPECIAL, *lists.marks]
    ids = np.array([len(words) + marks.index(w) if w in marks else at[w] for w in lists.model_words])
    save_index(folder / "index.npz", language, marks, index_levels(model, ids, len(words) + len(marks)))


def index_levels(model: Backoff, ids: np.ndarray[tuple[int], np.dtype[np.int64]], total: int) -> list[Level]:
    """The n-grams by the lexicon's ids, sorted anew. ``ids``: lexicon id of each model number; ``total``:
    how many ids there are, those of the marks among them.
    """
    levels, place, rows_below = [], ids, total
    for order in range(2, min(INDEXED, model.grams.order) + 1):
        level = model.grams.levels[order - 2]
        history, word = place[level.history], ids[level.word]
        sort = np.lexsort((word, history))
        starts = np.zeros(rows_below + 1, dtype=np.int32)
        np.cumsum(np.bincount(history, minlength=rows_below), out=starts[1:])
        bits = model.logprobs[order - 1][sort] / np.log(2.0)
        codes = np.clip(np.round(255 + bits * _CODES_PER_BIT), 0, 255).astype(np.uint8)
        levels.append(Level(starts, word[sort].astype(np.int32), codes))
        place = np.empty(len(sort), dtype=np.int64)
        place[sort] = np.arange(len(sort))
        rows_below = len(sort)
    return levels
