"""Giving memory back to the system."""

from __future__ import annotations

import ctypes
import sys


def release() -> None:
    """Return free heap pages to the system where its C library can (glibc); elsewhere do nothing.

    Loading a model leaves tens of megabytes of freed buffers behind, which glibc keeps for itself.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # musl has none
        trim(0)
