"""Weighing one mend against leaving the word alone, with its neighbours as they were read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skoropis.api import State

from .calibration import Doubt
from .lattice import Scorer
from .options import Option, Options


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best mend of a place and what speaks for it."""

    option: Option
    doubt: Doubt
    features: dict[str, float]


def clip(value: float, low: float, high: float) -> float:
    """``value`` within bounds."""
    return min(max(value, low), high)


def judge(
    scorer: Scorer,
    options: Options,
    state: State,
    typed: Sequence[str],
    rivals: Sequence[Option],
    tail: Sequence[str],
    *,
    title: bool,
    first: bool,
) -> Verdict | None:
    """Compare ``rivals`` with keeping ``typed`` between ``state`` and ``tail``; None without a mend.

    ``title``: the typed word has a capital. ``first``: it begins a sentence, where a capital says nothing.
    """
    total: list[tuple[float, float, Option]] = []
    for option, score in zip(rivals, scorer.first(state, rivals), strict=True):
        more, behind = scorer.rest(state, option)
        inside = score + more
        total.append((inside + scorer.follow(behind, tail), inside - option.channel, option))
    total.sort(key=lambda item: -item[0])
    if not total:
        return None
    keeps = [options.keep(word) for word in typed]
    here, kept = state, 0.0
    for keep in keeps:
        kept += scorer.first(here, [keep])[0]
        here = scorer.rest(here, keep)[1]
    kept += scorer.follow(here, tail)
    best, score, option = total[0]
    second = total[1][0] if len(total) > 1 else -math.inf
    known = all(options.known(word) for word in typed)
    doubt: Doubt = "space" if option.kind != "word" else "known" if known else "unknown"
    lexicon = options.lexicon
    unigram = sum(max(lexicon.logprob(word), -18.0) for word in option.words)
    own = sum(max(lexicon.logprob(word), -18.0) for word in typed)
    gap = clip(best - kept, -10.0, 14.0)
    channel = clip(option.channel, -16.0, 0.0)
    form = float(all(word in options.forms for word in typed))
    listed = float(all(word in lexicon for word in typed))
    whole = "".join(typed)
    features = {
        "gap": gap,
        "gap2": max(gap - 4.0, 0.0),
        "lead": clip(best - second, 0.0, 6.0),
        "channel": channel,
        "unigram": unigram,
        "gain": clip(score - unigram, -6.0, 9.0),
        "length": math.log(max(len(whole), 3)),
        "title_inside": float(title and not first),
        "title_first": float(title and first),
        "form": form,
        "listed": listed,
        "listed_gap": listed * gap,
        "letters": options.plausibility(whole),
        "elongated": float(any(a == b == c for a, b, c in zip(whole, whole[1:], whole[2:], strict=False))),
        "partial": float(option.prior is not None),
        "capital_channel": float(title and not first) * channel,
        "typed_unigram": own,
        "rise": unigram - own,
        "partner": float(option.partner),
        "known": float(known),
        "known_gap": float(known) * gap,
        "join": float(option.kind == "join"),
        "move": float(option.kind == "move"),
    }
    return Verdict(option, doubt, features)
