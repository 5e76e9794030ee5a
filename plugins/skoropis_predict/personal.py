"""The general model's chances, weighed anew by what the user was seen to write.

Log-linearly (Klakow 1998): by how much oftener than expected the user writes the word (marginal adaptation,
Kneser, Peters and Klakow 1997), and by how often it followed the last one, two and three tokens. The numbers
were found by maximum likelihood on development text: 2,000 words of each of sixteen texts learned, the lines
behind them typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from skoropis.api import Sightings

OWN_WORDS = 0.28
"""Weight of the logarithm of how much oftener than expected a word was met."""
DOUBT = 0.2
"""Sightings that every word is given, so that one is not too much and none is not nothing."""
OWN_SEQUENCES = (0.54, 0.29, 0.48)
"""Weights of what was met behind the last one, two and three tokens."""
SEQUENCE_DOUBT = 3
"""Tokens that any history is thought to have been followed by besides."""
SEQUENCE_SHARE = 0.1
"""Of the chance: what the sequences of the user could be in an even mixture with the general model."""
NEW_WORDS = 0.2
"""Chance of a word that the model does not know, as a part of its frequency in what the user wrote."""
WIDER = 8
"""Words of the general model that are weighed beyond those asked for."""


def weighed(
    known: Mapping[str, float], met: Sequence[Sightings], frequencies: Sequence[float]
) -> dict[str, float]:
    """Log-probabilities of ``known`` by what the user wrote; together they have the chance they had.

    ``frequencies``: of each word on the whole, ``-inf`` for one that the model does not know (all in nats).
    """
    out: dict[str, float] = {}
    mass = changed = 0.0
    for (word, logprob), seen, frequency in zip(known.items(), met, frequencies, strict=True):
        if frequency == -math.inf and seen.met:
            logprob = max(logprob, math.log(NEW_WORDS * seen.met / seen.total))
        expected = seen.total * math.exp(frequency)
        gain = OWN_WORDS * math.log((seen.met + DOUBT) / (expected + DOUBT))
        chance = max(math.exp(logprob), 1e-6)
        for weight, (times, total) in zip(OWN_SEQUENCES, seen.behind, strict=False):
            if times:
                gain += weight * math.log1p(SEQUENCE_SHARE * times / (total + SEQUENCE_DOUBT) / chance)
        out[word] = logprob + gain
        mass += math.exp(logprob)
        changed += math.exp(logprob + gain)
    shift = math.log(min(mass, 1.0) / changed) if changed > 0 else 0.0
    return {word: logprob + shift for word, logprob in out.items()}
