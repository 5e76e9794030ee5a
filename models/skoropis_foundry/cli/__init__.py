"""Commands of the foundry, joined to ``skoropis`` where it is installed with what they need."""
