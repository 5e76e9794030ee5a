"""Completes the word at the caret and proposes the next one."""
