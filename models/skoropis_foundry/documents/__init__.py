"""A user's folder as clean training text: read, clean, split.

The libraries that read a kind of file are imported when a file of that kind is read.
"""

from .cleaning import Cleaned, clean
from .document import Document, Skipped
from .folder import read_folder
from .language import detect_language
from .splitting import Split, split

__all__ = ["Cleaned", "Document", "Skipped", "Split", "clean", "detect_language", "read_folder", "split"]
