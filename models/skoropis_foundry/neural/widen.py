"""The same network with a width that can be packed: looked-up embeddings need whole blocks."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
import torch.nn.functional as functional

from .network import Network

BLOCK = 16


def widened(network: Network, block: int = BLOCK) -> Network:
    """``network`` with its width filled up to a multiple of ``block`` by units that are always 0; itself
    where it is one. It computes the same, save for what keeps the norms from dividing by zero.
    """
    width = network.shape.width
    more = -width % block
    if not more:
        return network
    out = Network(replace(network.shape, width=width + more))
    # A norm divides by the root of the mean square, which zeros make smaller by this, and embeddings are
    # multiplied by the root of the width. The output layer's share of both cancels out.
    ratio = math.sqrt(width / (width + more))
    state = {}
    for name, value in network.state_dict().items():
        if name == "embedding.weight":
            value = functional.pad(value * ratio, (0, more))
        elif name == "norm.weight":
            value = functional.pad(value, (0, more))
        elif name.endswith("norm.weight"):
            value = functional.pad(value * ratio, (0, more))
        elif name.endswith("gates.weight"):
            value = torch.cat([functional.pad(part, (0, more)) for part in value.chunk(2, dim=1)], dim=1)
        elif name.endswith("into.weight"):
            value = functional.pad(value, (0, more))
        elif name.endswith("out.weight"):
            value = functional.pad(value, (0, 0, 0, more))
        elif name.endswith("out.bias"):
            value = functional.pad(value, (0, more))
        state[name] = value
    out.load_state_dict(state)
    return out
