"""Quantization-aware training: the network learns with the very weights that few bits leave it.

Every matrix is rounded in the forward pass as :mod:`~.quantize` packs it, and the gradient passes through the
rounding as if it were not there (Bengio et al. 2013). The scales are learned too (Esser et al. 2020, "Learned
step size quantization"), by their logarithms, so that none changes its sign.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from .network import Network
from .quantize import Precision, blocks_of, scales_of


class Quantizer(nn.Module):
    """A parametrization: gives for a matrix what it will be once packed."""

    begun: Tensor

    def __init__(self, weight: Tensor, bits: int, block: int) -> None:
        super().__init__()
        self.bits, self.block = bits, block
        scales = scales_of(blocks_of(weight.detach().float().numpy(), block), bits)
        self.register_buffer("begun", torch.from_numpy(scales))
        # One dimension: a trainer takes what has two for a matrix of the network.
        self.shift = nn.Parameter(torch.zeros(scales.size))

    def scales(self) -> Tensor:
        """Shape (rows, blocks)."""
        return self.begun * self.shift.view_as(self.begun).exp()

    def forward(self, weight: Tensor) -> Tensor:
        """Shape (rows, columns), as ``weight``."""
        rounded: Tensor = _Rounded.apply(weight, self.scales(), self.bits, self.block)
        return rounded


class _Rounded(torch.autograd.Function):
    """Round to the nearest code, halves to even, as NumPy does when it is packed."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, scales: Tensor, bits: int, block: int) -> Tensor:
        rows, columns = weight.shape
        zero = 1 << (bits - 1)
        count = scales.shape[1]
        padded = functional.pad(weight, (0, count * block - columns)).view(rows, count, block)
        exact = padded / scales[..., None]
        codes = exact.round().clamp_(-zero, zero - 1)
        inside = (exact >= -zero) & (exact <= zero - 1)
        ctx.save_for_backward(codes - exact * inside, inside)
        ctx.columns = columns
        # A scale is moved by all weights of its block: its step must not grow with them.
        ctx.calm = 1 / math.sqrt(block * max(zero - 1, 1))
        return (codes * scales[..., None]).view(rows, -1)[:, :columns].contiguous()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:  # type: ignore[override]
        to_scale, inside = ctx.saved_tensors
        rows, count, block = to_scale.shape
        padded = functional.pad(gradient, (0, count * block - ctx.columns)).view(rows, count, block)
        weight = (padded * inside).view(rows, -1)[:, : ctx.columns]
        return weight, (padded * to_scale).sum(-1) * ctx.calm, None, None


def begin(network: Network, precision: Precision) -> None:
    """Let ``network`` compute with rounded weights from now on; the exact ones are trained behind them."""
    precision = precision.fitting(network.shape.width)
    for name, module in _holders(network):
        quantizer = Quantizer(module.weight, *precision.of(name))
        parametrize.register_parametrization(module, "weight", quantizer)


def finish(network: Network) -> tuple[Network, dict[str, NDArray[np.float32]]]:
    """A plain network whose weights are the rounded ones, and the scales by name, for ``export``."""
    scales, weights = {}, {}
    for name, module in _holders(network):
        quantizer = module.parametrizations.weight[0]
        scales[name] = quantizer.scales().detach().numpy().copy()
        weights[name] = module.weight.detach().clone()
    plain = Network(network.shape)
    rest = {
        name: value for name, value in network.state_dict().items() if ".parametrizations." not in f".{name}"
    }
    plain.load_state_dict(rest | weights)
    return plain, scales


def _holders(network: Network) -> Iterator[tuple[str, Any]]:
    """The name of each matrix and the module that holds it."""
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            yield f"{name}.weight", module
