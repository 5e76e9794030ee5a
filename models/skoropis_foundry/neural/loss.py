"""What training makes small: the cross-entropy of the next piece, over all pieces or a drawn part of them."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from .network import Network

IGNORED = -1
_POWER = 0.75


class SampledSoftmax:
    """Cross-entropy against a few thousand pieces instead of all (Bengio and Senécal 2003; Jean et al. 2015).

    The targets of a batch and ``draws`` random pieces, by a flattened unigram distribution, are the rivals of
    every place. Each logit is lowered by the log of the chance that its piece is among them.
    """

    def __init__(self, frequencies: NDArray[object], draws: int) -> None:
        chances = torch.as_tensor(frequencies, dtype=torch.float64) + 1e-7
        self._targets = (chances / chances.sum()).float()
        flat = chances**_POWER
        self._noise = (flat / flat.sum()).float()
        self._draws = draws
        self._places = torch.full((len(flat),), -1)

    def __call__(self, network: Network, features: Tensor, targets: Tensor) -> Tensor:
        """Mean over the places of ``targets`` (any shape) that are not :data:`IGNORED`, in nats."""
        flat = targets.flatten()
        told = flat >= 0
        hidden, wanted = features.flatten(0, 1)[told], flat[told]
        drawn = torch.multinomial(self._noise, self._draws, replacement=True)
        pieces = torch.unique(torch.cat([drawn, wanted]))
        self._places[pieces] = torch.arange(len(pieces))
        missed = self._draws * torch.log1p(-self._noise[pieces])
        missed = missed + len(wanted) * torch.log1p(-self._targets[pieces])
        correction = torch.log(-torch.expm1(missed))
        scores = network.logits(hidden, pieces).float() - correction
        return functional.cross_entropy(scores, self._places[wanted])


def cross_entropy(network: Network, features: Tensor, targets: Tensor) -> Tensor:
    """Over all pieces: mean over the places that are not :data:`IGNORED`, in nats."""
    scores = network.logits(features).flatten(0, 1)
    return functional.cross_entropy(scores, targets.flatten(), ignore_index=IGNORED)
