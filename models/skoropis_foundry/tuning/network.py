"""The network of a model: the base's, tuned on the user's text; a smaller one that learns from it; or new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skoropis.errors import ModelError
from skoropis.lm.pieces import Pieces

from ..corpus import sentences_of
from .texts import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..neural.network import Network
    from ..neural.plan import Plan
    from ..neural.trainer import Objective, Progress, Trainer
    from .ranks import Ranks

STORE, BEST = "training.pt", "best.pt"
_BATCH = 16
_DEV_LINES = 300
_MEASURES = 10
_PATIENCE = 3
"""Measures in a row that are no better than the best, after which it is over."""
_SAVE_SECONDS = 20.0
_TRAINING = 0.92
"""Share of the time that is for training; the rest is for measuring in between."""
_TEACHER = 0.5
"""Share of the loss that a small network takes from the base, the rest from the text."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that a process must know to take part in a training."""

    pieces: str
    """File of the vocabulary."""
    base: str | None
    """Graph of the base's network; None when there is none."""
    size: str | None
    """A named size; None: the base's own."""
    seconds: float
    budget: float
    """What the user allowed for everything; when it changes, ``seconds`` are reckoned anew."""
    seed: int
    threads: int


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it. Losses in nats a piece."""

    way: str
    """``tuned``, ``distilled`` or ``new``."""
    shape: dict[str, object]
    parameters: int
    pieces: int
    """Shown in all."""
    epochs: float
    steps: int
    seconds: float
    stopped_early: bool
    dev_before: float
    """Of the network as it began."""
    dev_best: float
    curve: tuple[tuple[int, float], ...]
    measured: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How a network comes about: rates of Muon and Adam, times the text is shown at most, windows a step."""

    matrix_rate: float
    rate: float
    epochs: float
    batch: int = _BATCH


WAYS = {
    "tuned": Way(0.01, 1e-3, 1.5),  # a second look at the whole text learns it by heart
    "distilled": Way(0.02, 3e-3, 30),
    "new": Way(0.02, 3e-3, 30),
}


class Training:
    """A training of the network, in every process that takes part."""

    def __init__(
        self, job: Job, folder: Path, train: Iterable[str], dev: tuple[str, ...], ranks: Ranks
    ) -> None:
        """``folder``: where checkpoint and best weights are kept. Raises ModelError for a damaged base."""
        import torch

        from ..neural.held_out import held_out
        from ..neural.windows import Text, Windows

        torch.set_num_threads(job.threads)
        torch.manual_seed(job.seed)
        self._folder, self._first = folder, ranks.first
        pieces = Pieces.load(Path(job.pieces))
        self._windows = Windows([Text(spelled(train, pieces))], pieces.end, job.seed)
        self._dev = held_out(spread(dev, _DEV_LINES), pieces)
        self.network, objective, self.way = _begin(job, pieces)
        self._epoch = max(len(self._windows.order(0)), 1)
        self._plan = plan(job, self.way, self._epoch, ranks.count)
        self._behind = 0
        self._deadline = time.monotonic() + job.seconds - seconds_done(folder)
        self._known()
        self.trainer = self._trainer(objective)

    def run(self, report: Callable[[float, str], None]) -> Trained:
        """Train. ``report``: called with the share that is done and a few words."""

        def told(progress: Progress) -> None:
            self._watch()
            report(progress.done, f"loss {progress.loss:.3f}, held-out text {self._best:.3f}")

        progress, shape = self.trainer.run(told, self._judge, 1 / _MEASURES), self.network.shape
        return Trained(
            way=self.way,
            shape={"width": shape.width, "hidden": list(shape.hidden), "feed": list(shape.feed)},
            parameters=shape.parameters,
            pieces=progress.pieces,
            epochs=round(progress.epoch + progress.place / self._epoch, 2),
            steps=progress.step,
            seconds=round(progress.seconds, 1),
            stopped_early=self._behind >= _PATIENCE,
            dev_before=self._begun,
            dev_best=self._best,
            curve=tuple(progress.curve),
            measured=((0, self._begun), *progress.measured),
        )

    def _trainer(self, objective: Objective | None) -> Trainer:
        from ..neural.trainer import Trainer

        store = self._folder / STORE

        def made() -> Trainer:
            return Trainer(
                self.network, self._windows, self._plan, objective=objective, store=store,
                save_seconds=_SAVE_SECONDS,
            )  # fmt: skip

        try:
            return made()
        except (
            ModelError,
            ValueError,
            KeyError,
            TypeError,
        ):  # damaged, or of another version of this program
            store.unlink(missing_ok=True)
            return made()

    def _known(self) -> None:
        """Know the best weights of an earlier run; else those at the beginning are the best."""
        from ..neural import checkpoint

        try:
            told = checkpoint.load(self._folder / BEST)[1]
            self._best, self._begun = float(told["nats"]), float(told["begun"])
        except (ModelError, KeyError, TypeError):
            self._best = self._begun = self._dev.nats(self.network)
            self._keep()

    def _judge(self) -> float:
        """Measure; keep the weights if they are the best, end the training when it ceased to get better."""
        nats = self._dev.nats(self.network)
        if nats < self._best:
            self._best, self._behind = nats, 0
            self._keep()
        else:
            self._behind += 1
            if self._behind >= _PATIENCE:
                self.trainer.stop()
        self._watch()
        return nats

    def _watch(self) -> None:
        """End it when the time is over: the trainer does not count what measuring takes."""
        if time.monotonic() > self._deadline:
            self.trainer.stop()

    def _keep(self) -> None:
        from ..neural import checkpoint

        if self._first:
            told = {"nats": self._best, "begun": self._begun}
            checkpoint.save(self._folder / BEST, self.network, told)


def plan(job: Job, way: str, windows: int, processes: int) -> Plan:
    """How long and at what rates; ``windows``: of an epoch."""
    from ..neural.plan import Plan

    how = WAYS[way]
    steps = max(_MEASURES, round(how.epochs * windows / (how.batch * processes)))
    return Plan(
        seconds=job.seconds * _TRAINING,
        steps=steps,
        batch=max(1, min(how.batch, windows // processes)),
        matrix_rate=how.matrix_rate,
        rate=how.rate,
        draws=0,  # so few windows a step: the rivals would be most of the vocabulary anyway
        warm_up=0.05,
        decay=1.0,
        seed=job.seed,
    )


def seconds_done(folder: Path) -> float:
    """Seconds of training that an interrupted run has behind it."""
    from ..neural import checkpoint

    try:
        return float(checkpoint.load(folder / STORE)[1]["seconds"])
    except (ModelError, KeyError, TypeError):
        return 0.0


def kept(folder: Path) -> bool:
    """Whether the best weights are there and whole."""
    from ..neural import checkpoint

    try:
        checkpoint.load(folder / BEST)
    except ModelError:
        return False
    return True


def pack(folder: Path, target: Path) -> None:
    """Write the best weights of a training as a graph with 8-bit weights. Raises ModelError."""
    from ..neural import checkpoint
    from ..neural.export import export

    network = checkpoint.load(folder / BEST)[0]
    export(network.arrays(), network.shape, target, 8)


def spelled(lines: Iterable[str], pieces: Pieces) -> NDArray[np.uint16]:
    """Lines as pieces, every sentence ended by the piece for that."""
    out: list[int] = []
    for line in lines:
        for sentence in sentences_of(line):
            for token in sentence:
                out += pieces.ids(token)
            out.append(pieces.end)
    return np.array(out, dtype=np.uint16)


def _begin(job: Job, pieces: Pieces) -> tuple[Network, Objective | None, str]:
    """The network to train, what it is trained for, and the name of the way."""
    from ..neural.distil import Distillation
    from ..neural.export import read_back
    from ..neural.network import Network
    from ..neural.shape import shape

    wanted = None if job.size is None else shape(job.size, pieces.size)
    if job.base is None:
        assert wanted is not None
        return Network(wanted), None, "new"
    arrays, own, _ = read_back(Path(job.base))
    base = Network.of(arrays, own)
    if wanted is None or wanted.parameters >= own.parameters:
        return base, None, "tuned"
    return Network(wanted), Distillation(base, share=_TEACHER), "distilled"
