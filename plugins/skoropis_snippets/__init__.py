"""Snippets: texts that stand for a short trigger, such as ``;addr``."""
