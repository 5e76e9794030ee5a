"""Trains the peers that can be trained, each with its own tool, on the same text. What is there is kept."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

from .install import run
from .place import DEBIAN_PYTHON, SERVE, Place
from .serve.latin import to_latin

ORDER = 3
_ALPHABETS = {"en": "abcdefghijklmnopqrstuvwxyz", "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё"}
_BOOSTER_LINES = 10_000
_SETTINGS = {
    "PredictorRegistry/PREDICTORS": "DefaultSmoothedNgramPredictor DefaultRecencyPredictor",
    "ContextTracker/ONLINE_LEARNING": "no",
    "Selector/SUGGESTIONS": "3",
}
"""Its own settings, but for these: nothing of the user's own, nothing learned, three words."""


def _once(path: Path, make: Callable[[Path], None]) -> Path:
    """``path``, made by ``make`` in memory or a temporary folder if it is not there yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Presage's tool commits every n-gram by itself: on a disk that takes an hour.
        memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
            made = Path(folder) / path.name
            make(made)
            part = path.with_name(f"{path.name}.part")
            part.write_bytes(made.read_bytes())
            part.replace(path)
    return path


def presage(place: Place, language: str, text: Path) -> Path:
    """Presage's configuration with a database of ``text``."""

    def make(database: Path) -> None:
        source = text
        if language == "ru":
            source = database.with_suffix(".txt")
            source.write_text(to_latin(text.read_text(encoding="utf-8")), encoding="utf-8")
        tool = place.unpacked / "usr/bin/text2ngram"
        for order in range(1, ORDER + 1):
            command = [tool, "-n", str(order), "-l", "-f", "sqlite", "-a", "-o", database, source]
            run(command, env=place.environment())

    database = _once(place.trained / f"presage-{text.stem}.db", make)
    tree = ElementTree.parse(place.unpacked / "etc/presage.xml")  # noqa: S314 - Debian's own file
    settings = _SETTINGS | {"Predictors/DefaultSmoothedNgramPredictor/DBFILENAME": str(database)}
    for name, value in settings.items():
        element = tree.find(name)
        if element is None:
            raise ValueError(f"Presage's configuration has no {name}")
        element.text = value
    configuration = database.with_suffix(".xml")
    tree.write(configuration, encoding="utf-8", xml_declaration=True)
    return configuration


def onboard(place: Place, language: str, text: Path) -> Path:
    """A model of ``text`` as Onboard keeps its user's."""

    def make(model: Path) -> None:
        packages = place.unpacked / "usr/lib/python3/dist-packages"
        command = [DEBIAN_PYTHON, SERVE / "onboard.py", packages, "--train", text, model]
        run(command, env=place.environment())

    return _once(place.trained / f"onboard-{text.stem}.lm", make)


def typing_booster(place: Place, language: str, text: Path) -> Path:
    """A database of the first lines of ``text``: every keystroke reads all of it, so it must be small."""

    def make(database: Path) -> None:
        lines = text.read_text(encoding="utf-8").splitlines()[:_BOOSTER_LINES]
        part = database.with_suffix(".txt")
        part.write_text("\n".join([*lines, ""]), encoding="utf-8")
        engine = place.unpacked / "usr/share/ibus-typing-booster/engine"
        command = [DEBIAN_PYTHON, SERVE / "typing_booster.py", engine, "--train", part, database]
        run(command, env=place.environment())

    return _once(place.trained / f"typing-booster-{text.stem}.db", make)


def jamspell(place: Place, language: str, text: Path) -> Path:
    """JamSpell's model of ``text``."""

    def make(model: Path) -> None:
        alphabet = model.with_suffix(".alphabet")
        alphabet.write_text(_ALPHABETS[language] + "\n", encoding="utf-8")
        command = [place.python, SERVE / "fragments.py", "--train", text, alphabet, model]
        run(command, env=place.environment())

    return _once(place.trained / f"jamspell-{text.stem}.bin", make)
