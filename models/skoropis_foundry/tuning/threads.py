"""With how many threads a network is trained fastest, on this machine and beside what else runs on it."""

from __future__ import annotations

import time

_WINDOWS = 16
_SLOW = 4.0
"""Times one thread's step from which on several are not tried again."""


def fastest_threads(most: int) -> int:
    """How many threads to train with, ``most`` or one: where other programs are at work, threads wait for one
    another and several are slower than one.
    """
    import torch

    from ..neural.network import Network
    from ..neural.shape import Shape

    network = Network(Shape(1000, 256, (448,), (0,)))
    pieces = torch.zeros((64, _WINDOWS), dtype=torch.int64)

    def step(threads: int) -> float:
        torch.set_num_threads(threads)
        begun = time.monotonic()
        network.logits(network.features(pieces)[0]).sum().backward()  # type: ignore[no-untyped-call]
        return time.monotonic() - begun

    step(1)  # the first one makes room
    single = min(step(1) for _ in range(3))
    if most == 1 or step(most) > _SLOW * single:
        return 1
    return most if sum(step(most) for _ in range(5)) < 5 * single else 1
