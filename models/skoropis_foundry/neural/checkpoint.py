"""A training that was interrupted and goes on: weights, optimizers and how far it was, in one file."""

from __future__ import annotations

import io
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from skoropis.errors import ModelError
from skoropis.files import write_atomic

from .network import Network
from .shape import Shape

VERSION = 1


def save(path: Path, network: Network, progress: dict[str, Any], optimizers: list[Any] | None = None) -> None:
    """Write it as a whole or not at all. Raises SkoropisError when the disk does not allow it."""
    plain = {name: tensor.detach().cpu() for name, tensor in network.state_dict().items()}
    data = {
        "version": VERSION,
        "shape": asdict(network.shape),
        "network": plain,
        "progress": progress,
        "optimizers": [optimizer.state_dict() for optimizer in optimizers or []],
    }
    buffer = io.BytesIO()
    torch.save(data, buffer)
    write_atomic(path, buffer.getvalue())


def load(path: Path) -> tuple[Network, dict[str, Any], list[Any]]:
    """The network, how far it was, and the optimizers' states. Nothing in the file is ever executed.

    Raises ModelError when it is missing, damaged or of another version.
    """
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["version"] != VERSION:
            raise ModelError(f"{path} was written by another version; start the training anew")
        shape = data["shape"]
        network = Network(
            Shape(shape["vocabulary"], shape["width"], tuple(shape["hidden"]), tuple(shape["feed"]))
        )
        network.load_state_dict(data["network"])
    except (
        OSError,
        KeyError,
        TypeError,
        EOFError,
        RuntimeError,
        ValueError,
        pickle.UnpicklingError,
    ) as error:
        raise ModelError(f"{path} is missing or damaged; start the training anew") from error
    return network, data["progress"], data["optimizers"]
