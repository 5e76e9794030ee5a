"""How much each part of a model counts: weights tuned on held-out text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from skoropis.files import write_atomic
from skoropis.lm.blend import Blend
from skoropis.lm.domain import WEIGHTS_FILE as DOMAIN_WEIGHTS
from skoropis.lm.domain import Domain
from skoropis.lm.neural import Neural
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import lm_tokens

from .. import blend_weights
from ..domain_weights import tune_domain
from .base import NETWORK, Base
from .texts import spread

TOKENS = 5_000
"""Tokens of held-out text that are enough for these few numbers."""


def weigh(base: Base, folder: Path, lines: Sequence[str], progress: Callable[[float], None]) -> Domain:
    """Tune and write the weights of a domain whose other files are in ``folder``; the finished model."""
    general = base.load()
    ngram, neural = NGram.load(folder), None
    if isinstance(general, Blend) and (folder / NETWORK).exists():
        neural = Neural.load(folder, general.language, general.lexicon, general.neural.pieces)
    weights = tune_domain(base.card.id, general, ngram, neural, _texts(lines, progress))
    write_atomic(folder / DOMAIN_WEIGHTS, msgspec.json.encode(weights))
    return Domain(general, ngram, neural, weights)


def weigh_blend(folder: Path, lines: Sequence[str], progress: Callable[[float], None]) -> Blend:
    """The same for a model that stands on no other."""
    return blend_weights.weigh(folder, _texts(lines, progress))


def _texts(lines: Sequence[str], progress: Callable[[float], None]) -> Iterator[list[str]]:
    """The tokens of lines from all over the text, :data:`TOKENS` of them at most."""
    read = [lm_tokens(line) for line in lines]
    count = sum(map(len, read))
    share = min(1.0, TOKENS / max(count, 1))
    chosen = spread(range(len(read)), max(1, round(share * len(read))))
    for number, place in enumerate(chosen, 1):
        yield read[place]
        progress(number / len(chosen))
