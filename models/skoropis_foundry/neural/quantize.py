"""Weights in few bits: blocks of a row share one scale, values are packed several to a byte.

The layout is that of ONNX Runtime's ``MatMulNBits`` and ``GatherBlockQuantized``, which multiply and look up
without unpacking the matrix: what lies on disk is what the processor reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

BITS = (2, 4, 8)
BLOCK = 64
"""Weights that share a scale, along a row."""
_LEAST = 1e-8
_SMALLEST = 16
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Precision:
    """In how many bits the matrices of a network are kept, and how many weights of a row share a scale."""

    bits: int
    block: int = BLOCK
    embedding_bits: int | None = None
    """Of the embeddings, which are the output weights too; None for as many as the others."""
    embedding_block: int | None = None

    def of(self, name: str) -> tuple[int, int]:
        """Bits and block of the matrix of this name."""
        if name.startswith("embedding"):
            return self.embedding_bits or self.bits, self.embedding_block or self.block
        return self.bits, self.block

    def fitting(self, width: int) -> Precision:
        """The same with blocks of embeddings that part ``width`` evenly: where they are looked up, nothing
        cuts off what fills the last block.
        """
        block = self.of("embedding")[1]
        while width % block and block > _SMALLEST:
            block //= 2
        return replace(self, embedding_block=block)


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix of shape (rows, columns) in ``bits`` bits a weight.

    A weight is ``(code - zero) * scale`` with ``zero = 2 ** (bits - 1)``, the lowest bits of a byte first.
    Codes reach one step further down than up, so a scale may be negative: its block then reaches further up.
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
    """The scale of each block (..., block) that loses least squared error, of either sign.

    A few shares of the scale that clips nothing are tried, and the best is refined by least squares.
    """
    zero = 1 << (bits - 1)
    peak = np.abs(blocks).max(axis=-1)
    best = np.full(peak.shape, np.inf, dtype=np.float32)
    out = np.ones_like(peak)

    def offer(scale: Floats) -> None:
        nonlocal best, out
        codes = np.clip(np.round(blocks / scale[..., None]), -zero, zero - 1)
        lost = ((codes * scale[..., None] - blocks) ** 2).sum(axis=-1)
        better = lost < best
        best, out = np.where(better, lost, best), np.where(better, scale, out)

    # With few bits, clipping the largest weights serves the others.
    shares = np.linspace(1.0, 0.4, 13) if bits < 8 else np.linspace(1.0, 0.9, 3)
    for share in shares:
        scale = np.maximum(share * peak / (zero - 0.5 if bits == 2 else zero - 1), _LEAST).astype(np.float32)
        offer(scale)
        if bits < 8:
            offer(-scale)
    codes = np.clip(np.round(blocks / out[..., None]), -zero, zero - 1)
    fitted = (codes * blocks).sum(axis=-1) / np.maximum((codes * codes).sum(axis=-1), 1)
    offer(np.where(np.abs(fitted) < _LEAST, out, fitted).astype(np.float32))
    return out.astype(np.float32)


def blocks_of(weights: Floats, block: int) -> Floats:
    """The rows of a matrix cut into blocks, the last filled up with zeros: (rows, blocks, block)."""
    rows, columns = weights.shape
    count = -(-columns // block)
    padded = np.zeros((rows, count * block), dtype=np.float32)
    padded[:, :columns] = weights
    return padded.reshape(rows, count, block)


def pack(weights: Floats, bits: int, block: int = BLOCK, scales: Floats | None = None) -> Packed:
    """Quantize a matrix (rows, columns). ``scales`` (rows, blocks): those that were learned, if any.

    Raises ValueError for a number of bits that cannot be run.
    """
    if bits not in BITS:
        raise ValueError(f"weights of {bits} bits cannot be run; choose one of {BITS}")
    rows, columns = weights.shape
    blocks = blocks_of(weights, block)
    scales = scales_of(blocks, bits) if scales is None else scales.astype(np.float32)
    zero = 1 << (bits - 1)
    codes = np.clip(np.round(blocks / scales[..., None]), -zero, zero - 1).astype(np.int16) + zero
    per = 8 // bits
    grouped = codes.reshape(rows, blocks.shape[1], block // per, per).astype(np.uint8)
    data = np.zeros(grouped.shape[:-1], dtype=np.uint8)
    for i in range(per):
        data |= grouped[..., i] << (bits * i)
    return Packed(bits, block, columns, data, scales)
