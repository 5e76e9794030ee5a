"""The dimensions of a network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network looks like. Layers may differ in width once they have been pruned."""

    vocabulary: int
    """Pieces."""
    width: int
    """Length of an embedding and of what flows between the layers."""
    hidden: tuple[int, ...]
    """Recurrent units of each layer."""
    feed: tuple[int, ...]
    """Units of the feed-forward block behind each layer; 0 for none."""

    @property
    def layers(self) -> int:
        """Recurrent layers."""
        return len(self.hidden)

    @property
    def state(self) -> int:
        """Numbers that are carried from one piece to the next: each layer's memory and its last input."""
        return sum(self.hidden) + self.layers * self.width

    @property
    def parameters(self) -> int:
        """All weights, embeddings included; the embeddings serve as output weights too."""
        d = self.width
        count = self.vocabulary * (d + 1) + d
        for h, m in zip(self.hidden, self.feed, strict=True):
            count += d + 3 * h * (2 * d + 1) + d * (h + 1)
            count += d + 3 * d * m if m else 0
        return count


SIZES = {
    "tiny": (128, (192,), (0,)),
    "small": (192, (320, 320), (0, 0)),
    "base": (256, (448, 448), (512, 512)),
}
"""Width, recurrent units and feed-forward units of the sizes that can be asked for by name."""


def shape(size: str, vocabulary: int) -> Shape:
    """The shape of a named size over a vocabulary of pieces."""
    width, hidden, feed = SIZES[size]
    return Shape(vocabulary, width, hidden, feed)
