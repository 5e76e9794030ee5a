"""How long and how a network is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Training ends when ``seconds`` of work or ``steps`` are over, whichever is set and comes first."""

    seconds: float | None = None
    steps: int | None = None
    batch: int = 64
    """Windows a step, on every process."""
    matrix_rate: float = 0.02
    """Learning rate of the matrices inside the layers (Muon)."""
    rate: float = 3e-3
    """Learning rate of embeddings, biases and norms (Adam)."""
    weight_decay: float = 0.01
    draws: int = 1500
    """Random rivals of the sampled softmax; 0 for the full softmax throughout."""
    full_from: float = 0.85
    """Share of the training after which the softmax is full."""
    warm_up: float = 0.02
    decay: float = 0.6
    """The learning rate falls to nothing over this last share of the training."""
    clip: float = 1.0
    seed: int = 0
    precision: str = "auto"
    """``bf16``, ``fp32``, or what this processor is faster with."""

    def rate_at(self, done: float) -> float:
        """Factor of the learning rates when the share ``done`` of the training is over."""
        return min(1.0, (done + 1e-3) / self.warm_up) * min(1.0, max(1.0 - done, 0.01) / self.decay)
