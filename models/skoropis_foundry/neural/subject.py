"""What is compressed: a network with its pieces, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skoropis.errors import InputError, ModelError
from skoropis.lm.pieces import Pieces

from . import checkpoint
from .export import read_back
from .network import Network

GRAPH, PIECES = "neural.onnx", "pieces.model"


@dataclass(slots=True)
class Subject:
    """A network and the pieces it spells in."""

    network: Network
    pieces: bytes
    """The ``.model`` file of sentencepiece."""
    source: Path
    """The file that the weights came from."""
    bits: int
    """That its matrices came in; 32 for floats."""
    folder: Path | None
    """The whole model that it is a part of."""

    def spelled(self) -> Pieces:
        """Its pieces, ready to spell with."""
        return Pieces.from_bytes(self.pieces)


def open_subject(model: str) -> Subject:
    """``model``: an id, a model folder with a network in it, or a ``.onnx`` or ``.pt`` file with a
    ``pieces.model`` beside it. Raises ModelError or InputError.
    """
    path, folder = Path(model), None
    if path.is_dir():
        folder = path if (path / "card.toml").is_file() else None
        path = path / GRAPH
    elif path.suffix not in (".onnx", ".pt"):
        from skoropis.models.host import ModelHost

        host = ModelHost()
        folder = host.folder(model)
        host.verify(model)
        path = folder / GRAPH
    if not path.is_file():
        raise InputError(f"{model} holds no network ({GRAPH}) that could be compressed")
    if path.suffix == ".pt":
        network, bits = checkpoint.load(path)[0], 32
    else:
        arrays, shape, bits = read_back(path)
        network = Network.of(arrays, shape)
    try:
        pieces = path.with_name(PIECES).read_bytes()
    except OSError as error:
        raise ModelError(f"there is no {PIECES} beside {path}") from error
    subject = Subject(network, pieces, path, bits, folder)
    if subject.spelled().size != network.shape.vocabulary:
        raise ModelError(f"{path} and the {PIECES} beside it do not belong together")
    return subject
