"""A capital for the first word of a sentence, where the user writes them."""
