"""Neural language models: their network, training, distillation, pruning, quantization and export.

``torch`` is imported by the modules that train, never by the run time.
"""
