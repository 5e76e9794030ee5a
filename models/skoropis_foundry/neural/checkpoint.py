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
    data = _read(path)
    network = Network(data["shape"])
    _fill(network, data["network"], path)
    return network, data["progress"], data["optimizers"]


def restore(path: Path, network: Network) -> tuple[dict[str, Any], list[Any]]:
    """Like :func:`load`, into a network that is there, with whatever was attached to it for the training.

    Raises ModelError when the file is of another network or training.
    """
    data = _read(path)
    if data["shape"] != network.shape:
        raise ModelError(f"{path} is of a network of another shape; start the training anew")
    _fill(network, data["network"], path)
    return data["progress"], data["optimizers"]


def _read(path: Path) -> dict[str, Any]:
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["version"] != VERSION:
            raise ModelError(f"{path} was written by another version; start the training anew")
        told = data["shape"]
        shape = Shape(told["vocabulary"], told["width"], tuple(told["hidden"]), tuple(told["feed"]))
        return {key: data[key] for key in ("network", "progress", "optimizers")} | {"shape": shape}
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


def _fill(network: Network, state: dict[str, Any], path: Path) -> None:
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ModelError(f"{path} is of another training; start the training anew") from error
