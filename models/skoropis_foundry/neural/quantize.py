"""Weights in few bits: blocks of a row share one scale, values are packed several to a byte.

The layout is that of ONNX Runtime's ``MatMulNBits`` and ``GatherBlockQuantized``, which multiply and look up
without unpacking the matrix: what lies on disk is what the processor reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = (2, 4, 8)
BLOCK = 64
"""Weights that share a scale, along a row."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix of shape (rows, columns) in ``bits`` bits a weight.

    A weight is ``(code - zero) * scale`` with ``zero = 2 ** (bits - 1)``, the lowest bits of a byte first.
    """

    bits: int
    block: int
    columns: int
    data: NDArray[np.uint8]
    """Shape (rows, blocks, block * bits / 8)."""
    scales: Floats
    """Shape (rows, blocks)."""

    @property
    def nbytes(self) -> int:
        """Bytes of codes and scales."""
        return int(self.data.nbytes + self.scales.nbytes)

    def unpack(self) -> Floats:
        """The weights as they are multiplied, shape (rows, columns)."""
        per = 8 // self.bits
        mask = (1 << self.bits) - 1
        codes = np.stack([(self.data >> (self.bits * i)) & mask for i in range(per)], axis=-1)
        codes = codes.reshape(*self.scales.shape, self.block).astype(np.float32)
        values = (codes - (1 << (self.bits - 1))) * self.scales[..., None]
        return np.ascontiguousarray(values.reshape(len(self.data), -1)[:, : self.columns])


def scales_of(blocks: Floats, bits: int) -> Floats:
    """The scale of each block (…, block) that loses least, of a few shares of the one that clips nothing."""
    zero = 1 << (bits - 1)
    peak = np.abs(blocks).max(axis=-1)
    best = np.full(peak.shape, np.inf, dtype=np.float32)
    out = np.ones_like(peak)
    # Codes reach from -zero to zero - 1. With few bits, clipping the largest weights serves the others.
    for share in np.linspace(1.0, 0.4 if bits < 8 else 0.9, 13 if bits < 8 else 3):
        scale = np.maximum(share * peak / (zero - 0.5 if bits == 2 else zero - 1), 1e-8).astype(np.float32)
        codes = np.clip(np.round(blocks / scale[..., None]), -zero, zero - 1)
        lost = ((codes * scale[..., None] - blocks) ** 2).sum(axis=-1)
        better = lost < best
        best, out = np.where(better, lost, best), np.where(better, scale, out)
    return out.astype(np.float32)


def pack(weights: Floats, bits: int, block: int = BLOCK, scales: Floats | None = None) -> Packed:
    """Quantize a matrix (rows, columns). ``scales`` (rows, blocks): those that were learned, if any.

    Raises ValueError for a number of bits that cannot be run.
    """
    if bits not in BITS:
        raise ValueError(f"weights of {bits} bits cannot be run; choose one of {BITS}")
    rows, columns = weights.shape
    count = -(-columns // block)
    padded = np.zeros((rows, count * block), dtype=np.float32)
    padded[:, :columns] = weights
    blocks = padded.reshape(rows, count, block)
    scales = scales_of(blocks, bits) if scales is None else scales.astype(np.float32)
    zero = 1 << (bits - 1)
    codes = np.clip(np.round(blocks / scales[..., None]), -zero, zero - 1).astype(np.int16) + zero
    per = 8 // bits
    grouped = codes.reshape(rows, count, block // per, per).astype(np.uint8)
    data = np.zeros(grouped.shape[:-1], dtype=np.uint8)
    for i in range(per):
        data |= grouped[..., i] << (bits * i)
    return Packed(bits, block, columns, data, scales)
