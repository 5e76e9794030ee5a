"""Asks the typing plugins and settles what they say into one answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from ..host import validate
from ..host.host import PluginHost
from ..text.edits import overlapping
from ..text.words import normalize_word
from ..types import Context, Suggestion
from .decency import decent
from .policy import Policy
from .ranking import rank

MAX_LIMIT = 50
SPARE = 2
"""Offers asked for beyond those shown: some may not be fit to be seen."""


class TypingAssistant:
    """Suggestions and corrections for one context at a time; keeps nothing between calls."""

    def __init__(
        self,
        host: PluginHost,
        deadline: float,
        settle: Callable[[Context], Context] = lambda context: context,
        allowed: Callable[[str], bool] = decent,
    ) -> None:
        """``deadline``: seconds that a keystroke may wait for plugins. ``settle`` fills in the domain.
        ``allowed``: whether a text may be offered; the user's own snippets always are.
        """
        self._host = host
        self._deadline = deadline
        self._settle = settle
        self._allowed = allowed

    def suggest(self, context: Context, limit: int, refused: Collection[str] = ()) -> tuple[Suggestion, ...]:
        """The ``limit`` best suggestions that are ready at the deadline, none of ``refused``."""
        limit = min(limit, MAX_LIMIT)
        if limit < 1:
            return ()
        context = self._settle(context)
        wanted = min(limit + SPARE + len(refused), validate.MAX_SUGGESTIONS)
        answers = self._host.ask(
            "predictor",
            lambda plugin: plugin.predict(context, wanted),
            lambda answer, source: validate.suggestions(answer, context, source),
            deadline=self._deadline,
        )
        for answer in answers:
            if answer.error is not None:
                self._host.mention(answer.plugin, str(answer.error))
        offers = [
            suggestion
            for answer in answers
            for suggestion in answer.value or ()
            if suggestion.kind == "snippet" or self._allowed(suggestion.text)
        ]
        return rank(offers, limit, {normalize_word(word) for word in refused})

    def corrections(
        self, context: Context, policy: Policy, *, deadline: float | None = None
    ) -> tuple[Suggestion, ...]:
        """What ``policy`` applies to ``context.before``, in text order, not overlapping.

        Raises the SkoropisError that a corrector reported when none could answer.

        With a ``deadline`` of its own nobody is typing against it: plugins that still start are waited for.
        """
        context = self._settle(context)
        answers = self._host.ask(
            "corrector",
            lambda plugin: plugin.correct(context),
            lambda answer, source: validate.suggestions(answer, context, source),
            deadline=self._deadline if deadline is None else deadline,
            patient=deadline is not None,
        )
        errors = [answer.error for answer in answers if answer.error is not None]
        if errors and len(errors) == len(answers):
            raise errors[0]
        found = [
            suggestion
            for answer in answers
            for suggestion in answer.value or ()
            if self._allowed(suggestion.text) or not self._allowed(_replaced(suggestion, context))
        ]
        words = policy.choose(s for s in found if s.kind != "casing")
        return _with_capitals(words, policy.choose(s for s in found if s.kind == "casing"))

    def warm(self, *kinds: str, patience: float = 0.0) -> None:
        """Load what typing needs now, so that no keystroke waits for it."""
        self._host.warm(*(kinds or ("predictor", "corrector")), patience=patience)


def _replaced(suggestion: Suggestion, context: Context) -> str:
    return context.before[suggestion.edit.start : suggestion.edit.end]


def _with_capitals(words: tuple[Suggestion, ...], capitals: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    """Both in text order: a word that is mended where it wants a capital is written with one."""
    mended = {word.edit.start: word for word in words}
    for capital in capitals:
        start = capital.edit.start
        if start in mended:
            word = mended[start]
            text = word.edit.text[:1].upper() + word.edit.text[1:]
            mended[start] = replace(word, edit=replace(word.edit, text=text), text=text)
        elif not overlapping(capital.edit, [word.edit for word in words]):
            mended[start] = capital
    return tuple(mended[start] for start in sorted(mended))
