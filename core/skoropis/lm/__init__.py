"""Language-model run time: tokens, lexicon, n-gram."""
