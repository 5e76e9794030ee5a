"""How much memory models may take, what one takes, and which give way."""

from __future__ import annotations

import contextlib
import gc
import math
import os
import weakref
from collections.abc import Collection, Iterable
from pathlib import PurePath

from ..errors import ConfigError
from ..memory import release
from .card import Card
from .loaded import Loaded

VARIABLE = "SKOROPIS_MODEL_BUDGET_MB"
_GROWTH_OF_FILE = {"lexicon.npz": 22.0}
_GROWTH_OF_SUFFIX = {".klm": 1.0, ".npz": 3.0, ".npy": 1.0, ".safetensors": 1.0, ".bin": 1.0}
_GROWTH = 1.5


def budget_bytes(budget_mb: float | None) -> float:
    """The budget in bytes: as given, else of ``SKOROPIS_MODEL_BUDGET_MB``, else without limit (infinity).

    Raises ConfigError unless it is a positive number of megabytes (10^6 bytes).
    """
    value: float | str | None = budget_mb if budget_mb is not None else os.environ.get(VARIABLE) or None
    if value is None:
        return math.inf
    with contextlib.suppress(ValueError):
        if (number := float(value)) > 0:  # neither negative nor "nan"
            return number * 1e6
    raise ConfigError(
        f"the memory for models must be a positive number of megabytes, not {value!r} ({VARIABLE})"
    )


def cost_of(card: Card) -> int:
    """Bytes that a model is taken to need in memory, estimated from its card by the kind of each file.

    Estimated, not measured, because room must be made before a model is loaded, and because what a process
    gains while it loads is also what other threads gain and what the allocator had kept; mapped pages show
    only when they are touched. What a file becomes depends on the file more than on the kind of model:
    KenLM's is mapped as it is, arrays are unpacked (a successor index to 2.6 to 2.9 times its size), a
    lexicon of compressed text becomes Python strings (21 to 24 times). For ``en-general`` this gives 47 MB
    where 45 were measured, for ``ru-general`` 69 where 71 were (Linux, Python 3.11).
    """
    total = 0.0
    for file in card.files:
        suffix = PurePath(file.name).suffix
        total += file.bytes * _GROWTH_OF_FILE.get(file.name, _GROWTH_OF_SUFFIX.get(suffix, _GROWTH))
    return int(total)


def with_bases(loaded: Iterable[Loaded]) -> set[Loaded]:
    """The instances and all that they stand on, each once."""
    found: set[Loaded] = set()
    waiting = list(loaded)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += one.needs
    return found


def to_drop(loaded: Collection[Loaded], coming: Collection[Loaded], budget: float) -> list[Loaded]:
    """Which of ``loaded`` give way, least recently used first, so that they and ``coming`` keep the budget.

    A base that somebody stands on stays, and counts once. Fewer go than would be needed when no more can: a
    model that is too large alone is still loaded, because nothing works without it.
    """
    staying = set(loaded)
    dropped: list[Loaded] = []
    while sum(one.cost for one in with_bases(staying | set(coming))) > budget:
        needed = with_bases(need for one in (*staying, *coming) for need in one.needs)
        free = [one for one in staying if one not in needed and not one.kept]
        if not free:
            break
        oldest = min(free, key=lambda one: one.used)
        for base in oldest.needs:  # it was used whenever this one was
            base.used = max(base.used, oldest.used)
        staying.remove(oldest)
        dropped.append(oldest)
    return dropped


def let_go(dropped: list[Loaded]) -> None:
    """Empty ``dropped`` and give the memory back to the system, as far as no call runs on it."""
    if not dropped:
        return
    watched = [_watch(one.model) for one in dropped]
    dropped.clear()
    if any(reference is None or reference() is not None for reference in watched):
        gc.collect()  # a model may be tied to itself in a circle
    release()


def _watch(model: object) -> weakref.ref[object] | None:
    try:
        return weakref.ref(model)
    except TypeError:  # a class with slots may allow none
        return None
