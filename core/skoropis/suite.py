"""``skoropis.open``: the public face over models, plugins and sessions."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import TracebackType

from .errors import InputError, ModelError, SkoropisError
from .host.host import PluginHost, PluginInfo
from .models.domain_choice import DomainChoice
from .models.host import ModelHost
from .paths import config_dir
from .profile.memory import MemoryProfile
from .profile.store import open_profile
from .session import Session
from .speech.listener import Listener
from .speech.recognizer import Recognizer
from .speech.transcripts import join
from .text.edits import apply_edits, shifted
from .text.passages import passages
from .text.scripts import majority_language
from .types import (
    Context,
    Correction,
    Hypothesis,
    LearnedWord,
    Notice,
    Suggestion,
    Transcribed,
    Transcript,
)
from .typing.assistant import TypingAssistant
from .typing.known import KnownWords
from .typing.policy import CORRECT, WHILE_TYPING, Policy, named_policy

DEADLINE_MS = 50
CORRECT_DEADLINE = 20.0
"""Seconds for one piece of a text that is corrected as a whole."""
PIECE = 2000
"""Characters corrected at once: bounds the time of one call and loses no context that an n-gram could use."""
FILE_FRONTEND = "skoropis.dictation"


class Suite:
    """All Skoropis does, for a program. ``skoropis.open`` it, close it when done; threads may share it."""

    def __init__(
        self,
        languages: Sequence[str] = ("en", "ru"),
        domain: str | None = None,
        profile: MemoryProfile | str | None = None,
        *,
        trust: Collection[str] = (),
        deadline_ms: float = DEADLINE_MS,
        on_notice: Callable[[Notice], None] | None = None,
    ) -> None:
        if isinstance(languages, str) or not languages:
            raise InputError("languages must be a sequence of codes such as ('en', 'ru')")
        self.models = ModelHost(languages)
        installed = {card.language for card in self.models.cards()}
        for language in languages:
            if language not in installed:
                known = ", ".join(sorted(installed)) or "none"
                raise ModelError(f"no language model for {language!r}; installed languages: {known}")
        self._notices: list[Notice] = []
        self._on_notice = on_notice
        self._domains = DomainChoice.open(self.models, domain, self._tell)
        self._profile, self._write_profile = open_profile(profile, self._tell)
        grants = {"models": self.models, "profile": self._profile, "config_folder": config_dir()}
        self._host = PluginHost({**grants, "settings": {}}, trust=trust, on_notice=on_notice)
        words = KnownWords(self.models, self._profile)
        self._typing = TypingAssistant(self._host, deadline_ms / 1000.0, self._domains.settle, words)
        self._speech = Recognizer(self._host, self._domains.settle)

    def __enter__(self) -> Suite:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End plugins' threads, write the profile (may raise SkoropisError); nothing works then."""
        self._host.close()
        self._write_profile()

    @property
    def domain(self) -> str | None:
        """The domain of texts that name none: a name, ``auto`` to follow the text, or None.

        It may be set at any time and counts from the next keystroke on, in sessions too; setting it loads
        the domain's models, which stay as far as the memory budget goes. With ``auto`` or None the
        application may choose, see ``domains.toml``. A name that no model has means the general model, and
        a notice.
        """
        return self._domains.name

    @domain.setter
    def domain(self, name: str | None) -> None:
        self._domains.name = name
        self._domains.load(Context(""))

    def suggest(
        self, text: str, limit: int = 3, *, language: str | None = None, refused: Collection[str] = ()
    ) -> tuple[Suggestion, ...]:
        """What may stand at the end of ``text``: completions of a begun word, else next words, best first.

        Costs what a keystroke may cost, however long the text. ``refused``: words not to offer (again).
        """
        return self._typing.suggest(self._context(text, language), limit, refused)

    def correct(
        self, text: str, language: str | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Correction:
        """Mend typos and wrong-layout words. The language is found per word unless it is given.

        ``progress(done, total)`` is called after each piece of a long text, in characters.
        """
        found: list[Suggestion] = []
        for start, end in passages(text, PIECE):
            context = self._context(text[start:end], language)
            mends = self._typing.corrections(context, CORRECT, deadline=CORRECT_DEADLINE)
            found += [shifted(suggestion, start) for suggestion in mends]
            if progress is not None:
                progress(end, len(text))
        edits = tuple(suggestion.edit for suggestion in found)
        mended = apply_edits(text, edits)
        written = language or majority_language(mended, self.models.languages)
        return Correction(mended, edits, written, tuple(found))

    def rescore(self, hypotheses: Sequence[Hypothesis], context: str = "") -> tuple[Hypothesis, ...]:
        """An n-best list in the order of likelihood once the language model has been asked, best first.

        ``context``: what was said or written before.
        """
        return self._speech.rescore(hypotheses, self._context(context, None))

    def transcribe(
        self,
        path: str | os.PathLike[str],
        language: str | None = None,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """The text of a sound file. The language is found per phrase unless it is given.

        ``progress(seconds)`` is called with the time in the recording up to which it is transcribed.
        Raises AudioError for what holds no sound, ModelError when there are no weights.
        """
        return join(self.dictate(path, language, progress=progress), language)

    def dictate(
        self,
        path: str | os.PathLike[str],
        language: str | None = None,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> tuple[Transcribed, ...]:
        """The phrases of a sound file, each with its n-best list and what it was before rescoring.

        Arguments and errors as for :meth:`transcribe`.
        """
        session = self.session(self._context("", language), limit=0, policy=None)
        heard = Listener(session, progress)
        answers = self._host.ask(
            "frontend",
            lambda plugin: plugin.run(heard, str(Path(path))),
            lambda answer, source: True,
            deadline=None,
            patient=True,
            only=FILE_FRONTEND,
        )
        for answer in answers:
            if answer.error is not None:
                raise answer.error
        if not answers:
            raise SkoropisError("the file could not be transcribed; see: skoropis plugins")
        return tuple(heard.phrases)

    def learn(self, text: str) -> None:
        """Learn from text the user wrote. Kept as long as the profile is, see :func:`open`."""
        self._profile.learn(text)

    def forget(self, word: str) -> bool:
        """Forget a learned word; whether it was known."""
        return self._profile.forget(word)

    def learned(self) -> tuple[LearnedWord, ...]:
        """Every learned word with how often it was seen, the most frequent first."""
        return self._profile.learned()

    def warm_up(self, *kinds: str, patience: float = 2.0) -> None:
        """Load what typing needs now instead of at the first keystroke.

        ``kinds``: of plugins, all that typing uses by default. Waits for our own plugins, and for those of
        others no longer than ``patience`` seconds; they are otherwise ready when they are ready.
        """
        self._domains.load(Context(""))
        self._typing.warm(*kinds, patience=patience)

    def session(
        self,
        context: Context | None = None,
        *,
        limit: int = 3,
        repeat: bool = False,
        policy: Policy | str | None = WHILE_TYPING,
        learn: bool = False,
    ) -> Session:
        """A typing or dictation context for a front end; see :class:`skoropis.session.Session`.

        ``policy``: how much is done unasked, also by name: off, gentle, normal, bold. ``learn``: what is
        written goes into the profile. Raises InputError for a policy that is none.
        """
        if policy is not None:
            policy = named_policy(policy) if isinstance(policy, str) else policy
            self._typing.warm()
        self._domains.load(context or Context(""))
        learner = self._profile if learn else None
        return Session(
            self._typing, self._speech, context, limit=limit, repeat=repeat, policy=policy, learner=learner
        )

    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every plugin that is installed and how it is."""
        return self._host.info()

    def notices(self) -> tuple[Notice, ...]:
        """What went wrong with plugins and domains so far, each once."""
        return (*self._notices, *self._host.notices())

    def _context(self, text: str, language: str | None) -> Context:
        if language is not None and language not in self.models.languages:
            known = ", ".join(self.models.languages)
            raise InputError(f"language {language!r} is not one of those opened: {known}")
        context = Context(text, language=language)
        self._domains.load(context)
        return context

    def _tell(self, notice: Notice) -> None:
        self._notices.append(notice)
        if self._on_notice is not None:
            self._on_notice(notice)


def open(
    languages: Sequence[str] = ("en", "ru"),
    domain: str | None = None,
    profile: MemoryProfile | str | None = None,
    *,
    trust: Collection[str] = (),
    deadline_ms: float = DEADLINE_MS,
    on_notice: Callable[[Notice], None] | None = None,
) -> Suite:
    """Open the suite. Nothing is loaded before it is needed.

    ``languages``: codes, most important first. ``domain``: name of the domain whose models are used where
    there are any, ``auto`` to follow the text, None for the general ones; see :attr:`Suite.domain`.
    ``profile``: what is learned about the user; None begins with an empty one that is kept in memory and gone
    in the end, a name such as "default" opens the one that is kept on disk, encrypted.
    ``trust``: ids of plugins by others that may run this time. ``deadline_ms``: how long a keystroke may
    wait for plugins. ``on_notice``: told once when a plugin is switched off.

    Raises ModelError when a language has no model, SkoropisError when the profile cannot be read.
    """
    return Suite(languages, domain, profile, trust=trust, deadline_ms=deadline_ms, on_notice=on_notice)
