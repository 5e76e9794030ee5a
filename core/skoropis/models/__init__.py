"""Model folders: cards, checksums, where a model comes from, and the host that loads and shares them."""
