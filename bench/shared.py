"""Where the evaluation data lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data(*parts: str) -> Path:
    """``parts`` below the folder ``data`` of ``SKOROPIS_SHARED``, or of ``shared`` beside the checkout.

    Ends the program with a message that says what to set when there is no such place.
    """
    beside = Path(__file__).resolve().parents[2] / "shared"
    path = Path(os.environ.get("SKOROPIS_SHARED", beside)).joinpath("data", *parts)
    if not path.exists():
        sys.exit(f"{path} is missing: set SKOROPIS_SHARED to the folder that holds data/")
    return path
