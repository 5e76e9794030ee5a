"""The network: layers of gated linear recurrence, trained in parallel over time, run one piece at a time.

A layer is a simple recurrent unit (Lei et al. 2018) whose gates look at this and the last input, as a
quasi-recurrent network's do (Bradbury et al. 2017), and not at its memory: all matrix products of a whole
window are one, and what is left to do in sequence costs next to nothing. A gated feed-forward block
(Shazeer 2020) may follow. Both are residual, behind a root-mean-square norm (Zhang and Sennrich 2019). The
embeddings are the output weights too (Press and Wolf 2017).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from .shape import Shape


class _Recurrence(torch.autograd.Function):
    """``memory[t] = keep[t] * memory[t - 1] + new[t]``, all of shape (time, batch, units)."""

    @staticmethod
    def forward(ctx: Any, keep: Tensor, new: Tensor, begin: Tensor) -> Tensor:
        memory = torch.empty_like(new)
        last = begin
        for t in range(len(new)):
            torch.addcmul(new[t], keep[t], last, out=memory[t])
            last = memory[t]
        ctx.save_for_backward(keep, memory, begin)
        return memory

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # type: ignore[override]
        keep, memory, begin = ctx.saved_tensors
        new = torch.empty_like(gradient)
        new[-1] = gradient[-1]
        for t in range(len(gradient) - 2, -1, -1):
            torch.addcmul(gradient[t], keep[t + 1], new[t + 1], out=new[t])
        before = torch.cat([begin[None], memory[:-1]])
        return new * before, new, keep[0] * new[0]


class Recurrent(nn.Module):
    """One recurrent layer."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width, eps=1e-6)
        self.gates = nn.Linear(2 * width, 3 * hidden)
        self.out = nn.Linear(hidden, width)
        nn.init.normal_(self.out.weight, std=0.5 / math.sqrt(hidden))
        nn.init.zeros_(self.gates.bias)
        # Memories from short to long: the bias of the keep gates is spread out.
        self.gates.bias.data[hidden : 2 * hidden] = torch.linspace(-1, 3, hidden)

    def forward(self, x: Tensor, memory: Tensor, last: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``x``: (time, batch, width); ``memory``: (batch, hidden) and ``last``: (batch, width) from before.
        Gives the output and both as they are after it.
        """
        y = self.norm(x)
        before = torch.cat([last[None].to(y.dtype), y[:-1]])
        new, keep, show = self.gates(torch.cat([y, before], dim=-1)).float().chunk(3, dim=-1)
        keep = torch.sigmoid(keep)
        memories = _Recurrence.apply(keep, (1 - keep) * torch.tanh(new), memory)
        return x + self.out(memories * functional.silu(show)), memories[-1], y[-1]


class FeedForward(nn.Module):
    """A gated feed-forward block."""

    def __init__(self, width: int, feed: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width, eps=1e-6)
        self.into = nn.Linear(width, 2 * feed, bias=False)
        self.out = nn.Linear(feed, width, bias=False)
        nn.init.normal_(self.out.weight, std=0.5 / math.sqrt(feed))

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.into(self.norm(x)).chunk(2, dim=-1)
        out: Tensor = x + self.out(value * functional.silu(gate))
        return out


class Network(nn.Module):
    """A language model over pieces."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.embedding.weight, std=shape.width**-0.5)
        self.layers = nn.ModuleList(Recurrent(shape.width, hidden) for hidden in shape.hidden)
        self.feeds = nn.ModuleList(
            FeedForward(shape.width, feed) if feed else nn.Identity() for feed in shape.feed
        )
        self.norm = nn.RMSNorm(shape.width, eps=1e-6)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))
        self.scale = math.sqrt(shape.width)

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.float32]], shape: Shape) -> Network:
        """The network with these weights, as :func:`~.export.read_back` gives them."""
        network = cls(shape)
        network.load_state_dict({name: torch.tensor(value) for name, value in arrays.items()})
        return network

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Copies of all weights by name, as :func:`~.export.export` takes them."""
        return {name: value.detach().cpu().numpy().copy() for name, value in self.state_dict().items()}

    def start(self, batch: int) -> list[tuple[Tensor, Tensor]]:
        """The state before any piece: each layer's memory and last input."""
        device = self.bias.device
        return [
            (torch.zeros(batch, hidden, device=device), torch.zeros(batch, self.shape.width, device=device))
            for hidden in self.shape.hidden
        ]

    def features(
        self, pieces: Tensor, state: list[tuple[Tensor, Tensor]] | None = None
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """What the output layer sees behind each of ``pieces`` (time, batch): (time, batch, width)."""
        state = self.start(pieces.shape[1]) if state is None else state
        x = self.embedding(pieces) * self.scale
        after = []
        for layer, feed, (memory, last) in zip(self.layers, self.feeds, state, strict=True):
            x, memory, last = layer(x, memory, last)
            x = feed(x)
            after.append((memory, last))
        return self.norm(x), after

    def logits(self, features: Tensor, pieces: Tensor | None = None) -> Tensor:
        """Scores of all pieces, or of ``pieces`` alone, before normalization."""
        if pieces is None:
            return functional.linear(features, self.embedding.weight, self.bias)
        return functional.linear(features, self.embedding.weight[pieces], self.bias[pieces])
