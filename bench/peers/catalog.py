"""The peers: what each needs, and how it is started. A new one is an entry here and a script in ``serve``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from . import install, train
from .child import Child
from .place import DEBIAN_PYTHON, SERVE, Missing, Place
from .systems import CORRECTION, ONCE, REPEAT, TYPING, Peer, Start
from .text import digest

_DICTIONARIES = {"en": "en_US", "ru": "ru_RU"}
_BOTH = ("en", "ru")
_PRESAGE = ("presage", "libpresage1v5", "libpresage-data", "libtinyxml2.6.2v5", "libsqlite3-0")
_ONBOARD = ("onboard", "onboard-data")
_BOOSTER = ("ibus-typing-booster", "hunspell-en-us", "hunspell-ru")
_HUNSPELL = ("libhunspell-1.7-0", "hunspell-en-us", "hunspell-ru")
_ASPELL = ("aspell", "libaspell15", "aspell-en", "aspell-ru")
_JAMSPELL_DEBS = ("swig4.0", "libpcre2-8-0", "locales")
_JAMSPELL = "jamspell==0.0.12"
_SYMSPELL = ("symspellpy==6.10.1", "wordfreq==3.1.1")
_PYSPELLCHECKER = "pyspellchecker==0.9.1"
_HARPER = "harper.js@2.10.0"


def _path(*parts: str | Path) -> list[str | Path]:
    return list(parts)


class Peers:
    """All peers in one folder; ``texts(language)`` is what the trainable ones are trained on."""

    def __init__(self, place: Place, texts: Callable[[str], Path]) -> None:
        self._place = place
        self._texts = texts

    def all(self) -> list[Peer]:
        """Predictors first."""
        once, repeat, only = {TYPING: (ONCE,)}, {TYPING: (REPEAT,)}, {CORRECTION: ("",)}
        return [
            Peer("presage", once, _BOTH, self._presage),
            Peer("onboard", repeat, _BOTH, self._onboard),
            Peer("ibus-typing-booster", repeat, _BOTH, self._typing_booster),
            Peer("hunspell", only, _BOTH, self._hunspell),
            Peer("aspell", only, _BOTH, self._aspell),
            Peer("symspellpy", only, _BOTH, self._symspell),
            Peer("pyspellchecker", only, _BOTH, self._pyspellchecker),
            Peer("jamspell", only, _BOTH, self._jamspell),
            Peer("harper", only, ("en",), self._harper),
        ]

    def _start(self, stamp: str, command: Sequence[str | Path]) -> Start:
        log = self._place.home / f"{Path(command[1]).stem}.log"
        return Start(stamp, lambda rule: Child(command, self._place.environment(), log))

    def _deb(self, package: str) -> str:
        """The version of a Debian package that was fetched."""
        return install.deb(self._place, package).name.split("_")[1].replace("%3a", ":")

    def _presage(self, language: str, kind: str) -> Start:
        install.debian(self._place, _PRESAGE)
        text = self._texts(language)
        configuration = train.presage(self._place, language, text)
        library = self._place.library("libpresage.so.1")
        command = _path(DEBIAN_PYTHON, SERVE / "presage.py", library, configuration, language)
        return self._start(f"{self._deb('presage')}, {text.stem} ({digest(text)})", command)

    def _onboard(self, language: str, kind: str) -> Start:
        install.debian(self._place, _ONBOARD)
        text = self._texts(language)
        trained = train.onboard(self._place, language, text)
        own = self._place.unpacked / f"usr/share/onboard/models/{_DICTIONARIES[language]}.lm"
        packages = self._place.unpacked / "usr/lib/python3/dist-packages"
        command = _path(DEBIAN_PYTHON, SERVE / "onboard.py", packages, own, trained)
        return self._start(f"{self._deb('onboard')}, {text.stem} ({digest(text)})", command)

    def _typing_booster(self, language: str, kind: str) -> Start:
        install.debian(self._place, _BOOSTER)
        text = self._texts(language)
        trained = train.typing_booster(self._place, language, text)
        engine = self._place.unpacked / "usr/share/ibus-typing-booster/engine"
        command = _path(DEBIAN_PYTHON, SERVE / "typing_booster.py", engine, trained, _DICTIONARIES[language])
        version = self._deb("ibus-typing-booster")
        return self._start(f"{version}, first lines of {text.stem} ({digest(text)})", command)

    def _hunspell(self, language: str, kind: str) -> Start:
        install.debian(self._place, _HUNSPELL)
        name = _DICTIONARIES[language]
        files = [self._place.unpacked / f"usr/share/hunspell/{name}.{end}" for end in ("aff", "dic")]
        library = self._place.library("libhunspell-1.7.so.0")
        dictionary = self._deb({"en": "hunspell-en-us", "ru": "hunspell-ru"}[language])
        stamp = f"{self._deb('libhunspell-1.7-0')}, dictionary {dictionary}"
        return self._start(stamp, _path(DEBIAN_PYTHON, SERVE / "hunspell_words.py", library, *files))

    def _aspell(self, language: str, kind: str) -> Start:
        install.debian(self._place, _ASPELL)
        install.aspell_dictionaries(self._place)
        folders = [f"--{kind}={self._place.aspell}" for kind in ("data-dir", "local-data-dir", "dict-dir")]
        name = {"en": "en_US", "ru": "ru"}[language]
        program = self._place.unpacked / "usr/bin/aspell"
        aspell = _path(program, "-a", f"--lang={name}", *folders, "--encoding=utf-8")
        stamp = f"{self._deb('aspell')}, dictionary {self._deb(f'aspell-{language}')}"
        return self._start(stamp, _path(DEBIAN_PYTHON, SERVE / "aspell.py", *aspell))

    def _symspell(self, language: str, kind: str) -> Start:
        install.pypi(self._place, _SYMSPELL)
        words = "its own dictionary" if language == "en" else "wordfreq 3.1.1"
        stamp = f"{_SYMSPELL[0].partition('==')[2]}, {words}"
        return self._start(stamp, _path(self._place.python, SERVE / "symspell.py", language))

    def _pyspellchecker(self, language: str, kind: str) -> Start:
        install.pypi(self._place, [_PYSPELLCHECKER])
        stamp = _PYSPELLCHECKER.partition("==")[2]
        return self._start(stamp, _path(self._place.python, SERVE / "pure_python.py", language))

    def _jamspell(self, language: str, kind: str) -> Start:
        install.debian(self._place, _JAMSPELL_DEBS)
        install.jamspell(self._place, _JAMSPELL)
        text = self._texts(language)
        trained = train.jamspell(self._place, language, text)
        stamp = f"{_JAMSPELL.partition('==')[2]}, {text.stem} ({digest(text)})"
        return self._start(stamp, _path(self._place.python, SERVE / "fragments.py", trained))

    def _harper(self, language: str, kind: str) -> Start:
        node = shutil.which("node")
        if node is None:
            raise Missing("needs Node.js and npm")
        install.npm(self._place, _HARPER)
        package = self._place.npm / "node_modules" / "harper.js"
        command = _path(node, SERVE / "harper.mjs", package)
        return self._start(f"{_HARPER.partition('@')[2]}, spelling rule only", command)
