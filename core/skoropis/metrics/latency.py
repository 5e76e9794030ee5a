"""What many calls cost, in two figures: the usual and the worst that a user still meets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def milliseconds(seconds: Sequence[float], rank: float) -> float:
    """Percentile ``rank`` (0 to 100) of some durations in seconds, as milliseconds; 0 for none."""
    return float(np.percentile(seconds, rank)) * 1000 if len(seconds) else 0.0
