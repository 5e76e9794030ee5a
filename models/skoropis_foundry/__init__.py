"""How the models are made: corpus, n-gram components, interpolation, pruning, evaluation."""
