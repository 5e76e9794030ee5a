"""Several processes as one training: ``torchrun --nproc_per_node 2 -m skoropis_foundry.cli.train ...``."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

_PATIENCE = timedelta(hours=24)
"""How long processes wait for the first one, which prepares everything."""


class Ranks:
    """This process among the others; alone when ``torchrun`` did not start it. A context manager."""

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))

    def __enter__(self) -> Ranks:
        if self.count > 1:
            import torch.distributed as dist

            dist.init_process_group("gloo", timeout=_PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        if self.count > 1:
            import torch.distributed as dist

            dist.destroy_process_group()

    @property
    def first(self) -> bool:
        """Whether this process prepares, measures, writes and speaks."""
        return self.rank == 0

    def tell(self, text: str | None = None) -> str | None:
        """What the first process has to say; the others wait for it."""
        if self.count == 1:
            return text
        import torch.distributed as dist

        said: list[Any] = [text]
        dist.broadcast_object_list(said, src=0)
        told: str | None = said[0]
        return told
