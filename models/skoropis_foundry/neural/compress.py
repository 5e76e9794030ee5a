"""Compression of a network step by step: trim, distil, prune, quantize. Each may be done alone.

What was done before an interruption is taken up again: every finished step, and a training from its last
checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from skoropis.errors import InputError
from skoropis.files import sha256_of, write_atomic

from ..footprint import Footprint, footprint
from . import checkpoint, qat
from .distil import Distillation
from .export import export
from .graph import Graph
from .network import Network
from .own_text import OwnText
from .plan import Plan
from .prune import prune
from .quantize import Precision
from .shape import shape
from .subject import GRAPH, PIECES, Subject
from .trainer import Progress, Trainer
from .trim import trim, trim_network

_PRUNING_WINDOWS, _BATCH = 384, 32
STRENGTH = {"trim": 1.0, "distil": 1.0, "prune": 0.6, 4: 0.4, 2: 1.0}
"""Of the training after each step, or with rounded weights of so many bits."""
Report = Callable[[str, float], None]
"""``report(step, share)``: how much of a step is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What shall be done. A step without a wish is left out."""

    bits: int | None = 4
    embedding_bits: int | None = None
    """Of the embeddings and output weights, where they shall have others."""
    prune: float = 0.0
    """Share of units to remove."""
    trim: int | None = None
    """Pieces to keep at most; 0 for those that the text uses."""
    student: str | None = None
    """A size by name: a new, smaller network learns from the old one."""
    minutes: float = 5.0
    """Of training, each time a step needs it."""
    seed: int = 0

    @property
    def trains_rounded(self) -> bool:
        """Whether the network is trained with rounded weights; 8 bits lose nothing worth it."""
        return self.bits is not None and self.bits < 8 and self.minutes > 0

    @property
    def precision(self) -> Precision | None:
        """In which the network shall be written; None for floats."""
        if self.bits is None:
            return None
        return Precision(self.bits, embedding_bits=self.embedding_bits)


@dataclass(frozen=True, slots=True)
class Measured:
    """A network as it would be run. Figures of fit are on held-out text; None where there is no text."""

    bytes: int
    """Of the graph."""
    perplexity: float | None
    """A piece: only comparable while the pieces are the same."""
    bits_per_character: float | None
    footprint: Footprint


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did."""

    name: str
    before: Measured
    after: Measured


class Compression:
    """Compresses a subject in a folder of its own."""

    def __init__(
        self, subject: Subject, teacher: Network | None, text: OwnText | None, wishes: Wishes, store: Path
    ) -> None:
        """``teacher``: None to learn from the network as it was before each step. ``store``: the folder that
        holds what is worked on, each compression in a folder of its own in it.
        """
        learning = wishes.prune or wishes.trim is not None or wishes.student or teacher
        if text is None and learning:
            raise InputError("to prune, trim or distil takes text to learn from; give some with --text")
        if wishes.student and wishes.minutes <= 0:
            raise InputError("a new network needs time to learn; give some with --minutes")
        self.subject, self.wishes = subject, wishes
        self._teacher, self._text = teacher, text
        self._precision: Precision | None = None
        self._scales: dict[str, NDArray[np.float32]] = {}
        self.folder = store / self._key()
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def graph(self) -> Path:
        """The network as it is now, exported."""
        return self.folder / GRAPH

    @property
    def pieces(self) -> Path:
        """The pieces of the network as it is now."""
        return self.folder / PIECES

    def run(self, report: Report) -> Iterator[Step]:
        """Do what was wished, step by step. Interrupted, it leaves what the next run goes on from."""
        before = self._measure()
        for name, work in self._wanted():
            report(name, 0.0)
            network, pieces = self.folder / f"{name}.pt", self.folder / f"{name}.model"
            if network.exists() and pieces.exists():
                self.subject.network, self.subject.pieces = checkpoint.load(network)[0], pieces.read_bytes()
            else:
                work(report)
                checkpoint.save(network, self.subject.network, {})
                write_atomic(pieces, self.subject.pieces)
                self._training(name).unlink(missing_ok=True)
            report(name, 1.0)
            after = self._measure()
            yield Step(name, before, after)
            before = after
        if self.wishes.bits is not None:
            report("quantize", 0.0)
            self._quantize(report)
            yield Step("quantize", before, self._measure())

    def _wanted(self) -> Iterator[tuple[str, Callable[[Report], None]]]:
        """The steps before quantization. A teacher that only helps the others makes no step of its own."""
        wishes = self.wishes
        if wishes.trim is not None:
            yield "trim", self._trim
        if wishes.student or (self._teacher and not wishes.prune and not wishes.trains_rounded):
            yield "distil", self._distil
        if wishes.prune:
            yield "prune", self._prune

    def _trim(self, report: Report) -> None:
        trimmed = trim(self.subject.pieces, self._own().counts(), self.wishes.trim or None)
        network = trim_network(self.subject.network, trimmed.kept)
        self.subject.network, self.subject.pieces = network, trimmed.data
        report("trim", 0.1)
        # What the other pieces now spell it must learn; a teacher of the old pieces cannot tell.
        self._train("trim", network, None, report, self._plan("trim"))

    def _distil(self, report: Report) -> None:
        teacher = self._teacher or self.subject.network
        network = self.subject.network
        if self.wishes.student:
            torch.manual_seed(self.wishes.seed)
            network = Network(shape(self.wishes.student, network.shape.vocabulary))
        if teacher.shape.vocabulary != network.shape.vocabulary:
            raise InputError("the model to distil from spells in other pieces; choose one with the same")
        new = Plan(batch=_BATCH, draws=0, seed=self.wishes.seed)
        self._train("distil", network, teacher, report, new if self.wishes.student else self._plan("distil"))
        self.subject.network = network

    def _prune(self, report: Report) -> None:
        windows = self._own().windows(self.subject.spelled(), self.wishes.seed)
        rows = windows.order(0)[:_PRUNING_WINDOWS]
        batches = [windows.batch(rows[i : i + _BATCH]) for i in range(0, len(rows), _BATCH)]
        whole = self.subject.network
        smaller = prune(whole, self.wishes.prune, batches)
        report("prune", 0.05)
        self._train("prune", smaller, self._fitting(whole), report, self._plan("prune"))
        self.subject.network = smaller

    def _quantize(self, report: Report) -> None:
        precision = self.wishes.precision
        assert precision is not None
        self._precision = precision
        if self._text is None or not self.wishes.trains_rounded:
            return
        whole = self.subject.network
        rounded = Network.of(whole.arrays(), whole.shape)
        qat.begin(rounded, precision)
        self._train("quantize", rounded, self._fitting(whole), report, self._plan(precision.bits))
        self.subject.network, self._scales = qat.finish(rounded)

    def _fitting(self, whole: Network) -> Network:
        """Who teaches: the teacher that was given, if it spells in these pieces."""
        teacher = self._teacher
        return teacher if teacher and teacher.shape.vocabulary == whole.shape.vocabulary else whole

    def _train(
        self, step: str, network: Network, teacher: Network | None, report: Report, plan: Plan
    ) -> None:
        if self.wishes.minutes <= 0:
            return
        windows = self._own().windows(self.subject.spelled(), self.wishes.seed)
        objective = None if teacher is None else Distillation(teacher)
        plan = replace(plan, seconds=60 * self.wishes.minutes)
        trainer = Trainer(network, windows, plan, objective=objective, store=self._training(step))

        def tell(progress: Progress) -> None:
            report(step, progress.done)

        trainer.run(tell)

    def _plan(self, step: str | int) -> Plan:
        return tuning_plan(STRENGTH[step], self.wishes.seed)

    def _training(self, step: str) -> Path:
        return self.folder / f"{step}.training.pt"

    def _own(self) -> OwnText:
        assert self._text is not None
        return self._text

    def _measure(self) -> Measured:
        network = self.subject.network
        export(network.arrays(), network.shape, self.graph, self._precision, scales=self._scales)
        write_atomic(self.pieces, self.subject.pieces)
        perplexity = bits = None
        if self._text is not None:
            lines = self._text.held_out(self.subject.spelled())
            total, count = Graph(self.graph).total(lines)
            perplexity, bits = math.exp(total / max(count, 1)), total / math.log(2) / max(lines.characters, 1)
        return Measured(self.graph.stat().st_size, perplexity, bits, footprint(self.graph))

    def _key(self) -> str:
        """Names what is done to what: the same again goes on, anything else begins anew."""
        digest = hashlib.sha256(json.dumps(asdict(self.wishes), sort_keys=True).encode())
        digest.update(sha256_of(self.subject.source).encode())
        for line in self._text.learned if self._text else ():
            digest.update(line.encode())
        if self._teacher is not None:
            digest.update(self._teacher.bias.detach().numpy().tobytes())
        return digest.hexdigest()[:16]


def tuning_plan(strength: float, seed: int = 0) -> Plan:
    """How a trained network is trained on, at rates that fall from the beginning.

    ``strength``: of 1, half the rate of a new network. The less a step took away, the gentler it should be,
    see :data:`STRENGTH`: too strong a training undoes the end of the first one.
    """
    return Plan(
        batch=_BATCH,
        matrix_rate=0.01 * strength,
        rate=2e-3 * strength,
        weight_decay=0.0,
        draws=0,
        warm_up=0.05,
        decay=1.0,
        seed=seed,
    )
