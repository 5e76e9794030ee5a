"""The training loop: one process or several, resumed where it was interrupted, over in the time it was given.

Started by PyTorch's own ``torchrun``, every process takes its part of each batch and gradients are averaged
(data-parallel training); the first process alone measures, reports and writes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn

from . import checkpoint
from .loss import SampledSoftmax, cross_entropy
from .network import Network
from .plan import Plan
from .windows import Windows

Objective = Callable[[Network, Tensor, Tensor, Tensor], Tensor]
"""``objective(network, pieces, features, targets)``: a loss that takes the place of the cross-entropy."""
_REPORT = 20
_SHOW_SECONDS = 1.0
SAVE_SECONDS = 120.0


@dataclass(slots=True)
class Progress:
    """How far a training is."""

    step: int = 0
    seconds: float = 0.0
    pieces: int = 0
    epoch: int = 0
    place: int = 0
    """Windows of this epoch that were shown."""
    loss: float = math.nan
    """Of the last steps, nats a piece, averaged with decay."""
    done: float = 0.0
    """Share of the plan."""
    curve: list[tuple[int, float]] = field(default_factory=list)
    """(pieces shown, loss) from time to time."""
    measured: list[tuple[int, float]] = field(default_factory=list)
    """(pieces shown, loss on dev text)."""


class Trainer:
    """Trains a network in place. Not for use by several threads."""

    def __init__(
        self,
        network: Network,
        windows: Windows,
        plan: Plan,
        *,
        objective: Objective | None = None,
        store: Path | None = None,
        parameters: Sequence[nn.Parameter] | None = None,
        save_seconds: float = SAVE_SECONDS,
    ) -> None:
        """``store``: checkpoint file, read when it is there, written every ``save_seconds``, and removed by
        nobody but the caller. ``parameters``: train these alone.
        """
        self.network = network
        self.progress = Progress()
        self._windows = windows
        self._plan = plan
        self._objective = objective
        self._store = store
        self._save_seconds = save_seconds
        self._stopped = False
        self._rank = dist.get_rank() if dist.is_initialized() else 0
        self._ranks = dist.get_world_size() if dist.is_initialized() else 1
        torch.manual_seed(plan.seed + 1000 * self._rank)
        chosen = list(network.parameters()) if parameters is None else list(parameters)
        self._parameters = [p for p in chosen if p.requires_grad]
        inner = {id(p) for part in (network.layers, network.feeds) for p in part.parameters() if p.ndim == 2}
        matrices = [p for p in self._parameters if id(p) in inner]
        others = [p for p in self._parameters if id(p) not in inner]
        self._optimizers: list[torch.optim.Optimizer] = []
        if matrices:
            self._optimizers.append(
                torch.optim.Muon(matrices, lr=plan.matrix_rate, weight_decay=plan.weight_decay)
            )
        if others:
            self._optimizers.append(
                torch.optim.AdamW(others, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.0)
            )
        self._rates = [[g["lr"] for g in o.param_groups] for o in self._optimizers]
        vocabulary = network.shape.vocabulary
        self._sampled = (
            SampledSoftmax(windows.frequencies(vocabulary), plan.draws)  # type: ignore[arg-type]
            if plan.draws and plan.full_from > 0
            else None
        )
        self._bf16 = plan.precision == "bf16" or (plan.precision == "auto" and faster_in_bf16())
        if store is not None and store.exists():
            self._resume(store)
        if self._ranks > 1:
            for tensor in network.state_dict().values():
                dist.broadcast(tensor, 0)

    def run(
        self,
        report: Callable[[Progress], None] | None = None,
        measure: Callable[[], float] | None = None,
        every: float = 0.1,
    ) -> Progress:
        """Train until the plan is over. Ctrl-C writes a checkpoint, then goes on its way.

        ``report`` is called every few steps and about every second, ``measure`` (loss on dev text) after each
        share ``every``.
        """
        progress, saved, mark = self.progress, time.monotonic(), self.progress.done + every
        order = self._windows.order(progress.epoch)
        before = shown = time.monotonic()
        try:
            while not self._over():
                size = self._plan.batch * self._ranks
                if progress.place + size > len(order):
                    progress.epoch, progress.place = progress.epoch + 1, 0
                    order = self._windows.order(progress.epoch)
                rows = order[progress.place : progress.place + size]
                if not len(rows):
                    raise ValueError("there is no text to train on")
                loss = self._step(rows[self._rank :: self._ranks])
                now = time.monotonic()
                progress.seconds, before = progress.seconds + now - before, now
                progress.step += 1
                progress.place += size
                progress.pieces += len(rows) * self._windows.length
                progress.loss = loss if math.isnan(progress.loss) else 0.98 * progress.loss + 0.02 * loss
                told = progress.step % _REPORT == 0
                if told and self._rank == 0:
                    progress.curve.append((progress.pieces, progress.loss))
                if report is not None and self._rank == 0 and (told or now - shown > _SHOW_SECONDS):
                    report(progress)
                    shown = now
                if measure is not None and progress.done >= mark and self._rank == 0:
                    progress.measured.append((progress.pieces, measure()))
                    mark += every
                    before = time.monotonic()  # measuring is not training
                if self._store is not None and now - saved > self._save_seconds:
                    self.save()
                    saved = now
        except KeyboardInterrupt:
            self.save()
            raise
        if measure is not None and self._rank == 0:
            progress.measured.append((progress.pieces, measure()))
        return progress

    def stop(self) -> None:
        """End the training before the next step. In the first process it ends that of all."""
        self._stopped = True

    def save(self) -> None:
        """Write the checkpoint now; the first process does."""
        if self._store is not None and self._rank == 0:
            told = {name: getattr(self.progress, name) for name in Progress.__slots__}  # type: ignore[attr-defined]
            checkpoint.save(self._store, self.network, told, self._optimizers)

    def _resume(self, store: Path) -> None:
        told, optimizers = checkpoint.restore(store, self.network)
        for optimizer, state in zip(self._optimizers, optimizers, strict=True):
            optimizer.load_state_dict(state)
        self.progress = Progress(**told)

    def _over(self) -> bool:
        """Whether the plan is fulfilled; all processes hear the first one's answer."""
        progress, plan = self.progress, self._plan
        shares = [float(self._stopped)]
        if plan.seconds is not None:
            shares.append(progress.seconds / max(plan.seconds, 1e-9))
        if plan.steps is not None:
            shares.append(progress.step / max(plan.steps, 1))
        done = max(shares)
        if self._ranks > 1:
            told = torch.tensor([done], dtype=torch.float64)
            dist.broadcast(told, 0)
            done = float(told)
        progress.done = min(done, 1.0)
        return done >= 1.0

    def _step(self, rows: NDArray[np.int64]) -> float:
        plan, done = self._plan, self.progress.done
        for optimizer, rates in zip(self._optimizers, self._rates, strict=True):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * plan.rate_at(done)
        pieces = torch.from_numpy(self._windows.batch(rows))
        shown, targets = pieces[:-1].clamp_min(0), pieces[1:]
        with torch.autocast("cpu", torch.bfloat16, enabled=self._bf16):
            features = self.network.features(shown)[0]
            if self._objective is not None:
                loss = self._objective(self.network, shown, features, targets)
            elif self._sampled is not None and done < plan.full_from:
                loss = self._sampled(self.network, features, targets)
            else:
                loss = cross_entropy(self.network, features, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        if self._ranks > 1:
            self._average()
        nn.utils.clip_grad_norm_(self._parameters, plan.clip)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _average(self) -> None:
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self._ranks
        place = 0
        for gradient in gradients:
            gradient.copy_(flat[place : place + gradient.numel()].view_as(gradient))
            place += gradient.numel()


def faster_in_bf16() -> bool:
    """Whether this processor multiplies matrices of bfloat16 faster than of float32."""
    a, b = torch.randn(512, 512), torch.randn(512, 512)

    def seconds(dtype: torch.dtype) -> float:
        x, y = a.to(dtype), b.to(dtype)
        best = math.inf
        for _ in range(5):
            begun = time.perf_counter()
            x @ y
            best = min(best, time.perf_counter() - begun)
        return best

    return seconds(torch.bfloat16) < 0.8 * seconds(torch.float32)
