"""Asks the typing plugins and settles what they say into one answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from ..host import validate
from ..host.host import PluginHost
from ..text.edits import overlapping
from ..text.words import normalize_word
from ..types import Context, Edit, Suggestion
from .decency import decent
from .policy import Decision, Policy
from .ranking import continuations, rank

MAX_LIMIT = 50
SPARE = 2
"""Offers asked for beyond those shown: some may not be fit to be seen."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What may stand at the caret: the few that are listed, best first, and phrases, longest first."""

    listed: tuple[Suggestion, ...] = ()
    phrases: tuple[Suggestion, ...] = ()


class TypingAssistant:
    """Suggestions and corrections for one context at a time; keeps nothing between calls."""

    def __init__(
        self,
        host: PluginHost,
        deadline: float,
        settle: Callable[[Context], Context] = lambda context: context,
        known: Callable[[str], bool] = lambda text: False,
        allowed: Callable[[str], bool] = decent,
    ) -> None:
        """``deadline``: seconds that a keystroke may wait for plugins. ``settle`` fills in the domain.
        ``known``: whether a text is made of words, so that it takes more to be replaced.
        ``allowed``: whether a text may be offered; the user's own snippets always are.
        """
        self._host = host
        self._deadline = deadline
        self._settle = settle
        self._known = known
        self._allowed = allowed

    def suggest(self, context: Context, limit: int, refused: Collection[str] = ()) -> tuple[Suggestion, ...]:
        """The ``limit`` best suggestions that are ready at the deadline, none of ``refused``."""
        return self.offers(context, limit, refused).listed

    def offers(self, context: Context, limit: int, refused: Collection[str] = ()) -> Offers:
        """The ``limit`` best suggestions, and the phrases that plugins think likely."""
        limit = min(limit, MAX_LIMIT)
        if limit < 1:
            return Offers()
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
        refused = {normalize_word(word) for word in refused}
        return Offers(rank(offers, limit, refused), continuations(offers))

    def corrections(
        self, context: Context, policy: Policy, *, deadline: float | None = None
    ) -> tuple[Suggestion, ...]:
        """What ``policy`` applies to ``context.before``, in text order, not overlapping.

        Raises the SkoropisError that a corrector reported when none could answer.

        With a ``deadline`` of its own nobody is typing against it: plugins that still start are waited for.
        """
        return self.decide(context, policy, deadline=deadline).apply

    def decide(self, context: Context, policy: Policy, *, deadline: float | None = None) -> Decision:
        """What ``policy`` applies and what it only suggests; errors and ``deadline`` as for
        :meth:`corrections`.
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

        def known(edit: Edit) -> bool:
            return self._known(context.before[edit.start : edit.end])

        found = [
            suggestion
            for answer in answers
            for suggestion in answer.value or ()
            if self._allowed(suggestion.text) or not self._allowed(_replaced(suggestion, context))
        ]
        words = policy.decide((s for s in found if s.kind != "casing"), known)
        return _with_capitals(words, policy.decide(s for s in found if s.kind == "casing"))

    def warm(self, *kinds: str, patience: float = 0.0) -> None:
        """Load what typing needs now, so that no keystroke waits for it."""
        self._host.warm(*(kinds or ("predictor", "corrector")), patience=patience)


def _replaced(suggestion: Suggestion, context: Context) -> str:
    return context.before[suggestion.edit.start : suggestion.edit.end]


def _with_capitals(words: Decision, capitals: Decision) -> Decision:
    """Both: a word that is mended, or may be, where it wants a capital is written with one."""
    wanted = {capital.edit.start for capital in capitals.apply}

    def written(suggestion: Suggestion) -> Suggestion:
        if suggestion.edit.start not in wanted:
            return suggestion
        text = suggestion.edit.text[:1].upper() + suggestion.edit.text[1:]
        return replace(suggestion, edit=replace(suggestion.edit, text=text), text=text)

    apply, suggest = ([written(word) for word in part] for part in (words.apply, words.suggest))
    taken = [word.edit for word in (*apply, *suggest)]
    apply += [capital for capital in capitals.apply if not overlapping(capital.edit, taken)]
    suggest += [capital for capital in capitals.suggest if not overlapping(capital.edit, taken)]
    return Decision(tuple(sorted(apply, key=_place)), tuple(sorted(suggest, key=_place)))


def _place(suggestion: Suggestion) -> int:
    return suggestion.edit.start
