"""Structured pruning: whole units go, so that the network is really smaller and faster.

What a unit is worth is estimated from how the loss would change without it, to first order (Molchanov et al.
2017 and 2019). The units that stay then take over what they can of those that went: their output weights are
fitted anew by least squares to what the whole layer gave. Training afterwards recovers most of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .loss import cross_entropy
from .network import Network
from .shape import Shape

STEP = 32
"""Widths stay multiples of this, which the kernels are fast with."""
_GROUP = 8
"""Windows whose gradient is taken as one."""
_RIDGE = 1e-3


@dataclass(slots=True)
class _Units:
    """The units of one recurrent layer or feed-forward block."""

    out: nn.Linear
    """The matrix that reads them."""
    into: nn.Linear
    """The matrix that makes them: ``parts`` rows a unit."""
    parts: int
    worth: Tensor
    """Shape (units,)."""
    products: Tensor
    """Sum over places of the outer product of the units' outputs: (units, units)."""

    @property
    def cost(self) -> int:
        """Weights of one unit."""
        return self.parts * self.into.in_features + self.out.out_features


def prune(network: Network, share: float, batches: Iterable[NDArray[np.int64]]) -> Network:
    """A smaller network without about ``share`` of the weights in the layers of ``network``, in whole units.

    ``batches``: pieces of text, (length + 1, windows) each, as :meth:`~.windows.Windows.batch` gives them; a
    few hundred windows are enough. Those units go whose worth is least for what they cost, :data:`STEP` at a
    time and wherever they are; every layer keeps at least as many. Raises ValueError when ``share`` is not in
    [0, 1).
    """
    if not 0 <= share < 1:
        raise ValueError("the share of weights to prune must be at least 0 and below 1")
    units = _observe(network, batches)
    sizes = _sizes(units, share)
    kept = [
        torch.sort(torch.argsort(each.worth, descending=True)[:size]).values
        for each, size in zip(units, sizes, strict=True)
    ]
    recurrent = network.shape.layers
    feeds = iter(sizes[recurrent:])
    old = network.shape
    shape = Shape(
        old.vocabulary,
        old.width,
        tuple(sizes[:recurrent]),
        tuple(next(feeds) if feed else 0 for feed in old.feed),
    )
    smaller = Network(shape)
    state = {name: value.clone() for name, value in network.state_dict().items()}
    for name, each, rows in zip(_names(old), units, kept, strict=True):
        _cut(state, name, each, rows)
    smaller.load_state_dict(state)
    return smaller


def _names(shape: Shape) -> list[str]:
    feeds = [f"feeds.{i}" for i, feed in enumerate(shape.feed) if feed]
    return [f"layers.{i}" for i in range(shape.layers)] + feeds


def _observe(network: Network, batches: Iterable[NDArray[np.int64]]) -> list[_Units]:
    """The worth of every unit, and how the units of a layer go together."""
    units = []
    for name in _names(network.shape):
        module = network.get_submodule(name)
        into, out = (module.gates, module.out) if name.startswith("layers") else (module.into, module.out)
        assert isinstance(into, nn.Linear) and isinstance(out, nn.Linear)
        count = out.in_features
        parts = into.out_features // count
        units.append(_Units(out, into, parts, torch.zeros(count), torch.zeros(count, count)))

    def watch(each: _Units) -> torch.utils.hooks.RemovableHandle:
        def hook(module: nn.Module, given: tuple[Tensor, ...]) -> None:
            outputs = given[0].detach().float().flatten(0, 1)
            each.products += outputs.T @ outputs

        return each.out.register_forward_pre_hook(hook)

    handles = [watch(each) for each in units]
    try:
        for batch in batches:
            for begin in range(0, batch.shape[1], _GROUP):
                pieces = torch.from_numpy(batch[:, begin : begin + _GROUP])
                network.zero_grad(set_to_none=True)
                features = network.features(pieces[:-1].clamp_min(0))[0]
                cross_entropy(network, features, pieces[1:]).backward()  # type: ignore[no-untyped-call]
                for each in units:
                    # d loss / d (a factor of the unit's output): a sum over the weights that read it.
                    slope = (each.out.weight * each.out.weight.grad).sum(0)
                    each.worth += slope.detach() ** 2
    finally:
        for handle in handles:
            handle.remove()
        network.zero_grad(set_to_none=True)
    return units


def _sizes(units: Sequence[_Units], share: float) -> list[int]:
    """How many units each layer keeps."""
    sizes = [len(each.worth) for each in units]
    ordered = [torch.sort(each.worth).values for each in units]
    # What is to go is counted in weights, as what a choice costs is: counted in units, the dear ones would
    # all go first and take far more than the share with them.
    left = share * sum(len(each.worth) * each.cost for each in units)
    while left > 0:
        choices = []
        for i, size in enumerate(sizes):
            smaller = (size - 1) // STEP * STEP
            if smaller >= STEP:
                gone = len(ordered[i]) - size
                lost = float(ordered[i][gone : gone + size - smaller].sum())
                choices.append((lost / ((size - smaller) * units[i].cost), i, smaller))
        if not choices:
            break
        _, i, smaller = min(choices)
        weights = (sizes[i] - smaller) * units[i].cost
        if weights > 2 * left:  # the next step would miss the share by more than this one does
            break
        left -= weights
        sizes[i] = smaller
    return sizes


def _cut(state: dict[str, Tensor], name: str, units: _Units, kept: Tensor) -> None:
    into, out = ("gates" if units.parts == 3 else "into"), f"{name}.out.weight"
    count = len(units.worth)
    rows = torch.cat([kept + part * count for part in range(units.parts)])
    for key in (f"{name}.{into}.weight", f"{name}.{into}.bias"):
        if key in state:
            state[key] = state[key][rows]
    if len(kept) == count:
        return
    products = units.products.double()
    inner = products[kept][:, kept]
    inner += _RIDGE * inner.diagonal().mean() * torch.eye(len(kept), dtype=torch.float64)
    # Ridge toward what the weights were, so that units that are never active keep theirs.
    before = state[out].double()
    missing = before @ products[:, kept] - before[:, kept] @ products[kept][:, kept]
    state[out] = (before[:, kept] + torch.linalg.solve(inner, missing.T).T).float()
