"""Knowledge distillation: a network learns what another one thinks of every place, not only what came next.

Hinton, Vinyals and Dean 2015: the loss is the divergence from the teacher's whole distribution, softened by a
temperature, mixed with the cross-entropy of the text itself.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from .network import Network

_TOGETHER = 256
"""Places whose scores are in memory at a time: few enough that they stay in the processor's cache."""


class Distillation:
    """An :data:`~.trainer.Objective`: learn from ``teacher``, which spells in the same pieces.

    Keeping the teacher's likeliest pieces alone would save nothing worth having: its scores must all be
    worked out to know them, and the student's too.
    """

    def __init__(self, teacher: Network, share: float = 0.8, temperature: float = 1.0) -> None:
        """``share`` of the loss is the teacher's, the rest the text's. Raises ValueError out of range."""
        if not 0 <= share <= 1 or temperature <= 0:
            raise ValueError("the teacher's share lies between 0 and 1, the temperature above 0")
        self._teacher = copy.deepcopy(teacher).eval().requires_grad_(False)
        self._share, self._temperature = share, temperature

    def __call__(self, network: Network, pieces: Tensor, features: Tensor, targets: Tensor) -> Tensor:
        """Mean loss in nats over the places of ``targets`` (time, batch) that are not -1. Its teacher part is
        the cross-entropy with its distribution: the divergence and what the teacher itself is unsure of.

        Raises ValueError when the two networks have different numbers of pieces.
        """
        teacher = self._teacher
        if teacher.shape.vocabulary != network.shape.vocabulary:
            raise ValueError("teacher and student must spell in the same pieces")
        with torch.no_grad():
            told = teacher.features(pieces)[0]
        at = targets.flatten() >= 0
        loss: Tensor = _Distilled.apply(
            features.flatten(0, 1)[at],
            network.embedding.weight,
            network.bias,
            (told.flatten(0, 1)[at], teacher.embedding.weight, teacher.bias),
            targets.flatten()[at],
            (self._share, self._temperature),
        )
        return loss


class _Distilled(torch.autograd.Function):
    """Output layer, softmax and loss of both networks, some places at a time: scores of all places at once
    would be hundreds of megabytes. The gradients are known as soon as the scores are.
    """

    @staticmethod
    def forward(
        ctx: Any,
        features: Tensor,
        weight: Tensor,
        bias: Tensor,
        teacher: tuple[Tensor, Tensor, Tensor],
        targets: Tensor,
        mix: tuple[float, float],
    ) -> Tensor:
        share, temperature = mix
        kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        weights, offset = weight.to(kind), bias.to(kind)
        hidden, told = features.to(kind), teacher[0].to(kind)
        their_weights, their_offset = teacher[1].to(kind), teacher[2].to(kind)
        total = 0.0
        to_features = torch.empty_like(hidden)
        to_weight, to_bias = torch.zeros(weight.shape), torch.zeros(bias.shape)
        with torch.autocast("cpu", enabled=False):
            for begin in range(0, len(targets), _TOGETHER):
                part = slice(begin, begin + _TOGETHER)
                scores = torch.addmm(offset, hidden[part], weights.T).float()
                theirs = torch.addmm(their_offset, told[part], their_weights.T).float() if share else None
                lost, slope = _loss(scores, theirs, targets[part, None], share, temperature)
                total += lost
                slope = slope.to(kind)
                to_features[part] = slope @ weights
                to_weight += slope.T @ hidden[part]
                to_bias += slope.sum(0, dtype=torch.float32)
        ctx.save_for_backward(to_features, to_weight, to_bias)
        ctx.kind, ctx.count = features.dtype, max(len(targets), 1)
        return torch.tensor(total / ctx.count)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:  # type: ignore[override]
        to_features, to_weight, to_bias = ctx.saved_tensors
        factor = gradient / ctx.count
        return to_features.to(ctx.kind) * factor, to_weight * factor, to_bias * factor, None, None, None


def _loss(
    scores: Tensor, theirs: Tensor | None, targets: Tensor, share: float, temperature: float
) -> tuple[float, Tensor]:
    """The summed loss of some places, and its gradient by their scores (places, pieces)."""
    logprobs = functional.log_softmax(scores, dim=-1)
    lost = -(1 - share) * float(logprobs.gather(1, targets).sum())
    if theirs is None or temperature != 1:
        slope = logprobs.exp_().mul_(1 - share)
    if theirs is not None:
        soft = functional.softmax(theirs if temperature == 1 else theirs / temperature, dim=-1)
        warm = logprobs if temperature == 1 else functional.log_softmax(scores / temperature, dim=-1)
        # Times the temperature squared, so that the gradients are as large whatever it is.
        lost -= share * temperature**2 * float(torch.dot(soft.flatten(), warm.flatten()))
        if temperature == 1:
            slope = warm.exp_().sub_(soft, alpha=share)
        else:
            slope.add_(warm.exp_().sub_(soft), alpha=share * temperature)
    return lost, slope.scatter_add_(1, targets, torch.full(targets.shape, share - 1.0))
