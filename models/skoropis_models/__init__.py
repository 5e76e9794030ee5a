"""Model folders, data only: card.toml, CARD.md and the files that the card lists."""
