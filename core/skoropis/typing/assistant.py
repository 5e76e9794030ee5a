"""Asks the typing plugins and settles what they say into one answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..host import validate
from ..host.host import PluginHost
from ..text.words import normalize_word, tokenize
from ..types import Context, Edit, Suggestion
from .policy import Decision, Policy
from .ranking import continuations, rank

MAX_LIMIT = 50


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
        known: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """``deadline``: seconds that a keystroke may wait for plugins. ``settle`` fills in the domain.
        ``known``: whether a word is one, so that it takes more to be replaced.
        """
        self._host = host
        self._deadline = deadline
        self._settle = settle
        self._known = known

    def suggest(self, context: Context, limit: int, refused: Collection[str] = ()) -> tuple[Suggestion, ...]:
        """The ``limit`` best suggestions that are ready at the deadline, none of ``refused``."""
        return self.offers(context, limit, refused).listed

    def offers(self, context: Context, limit: int, refused: Collection[str] = ()) -> Offers:
        """The ``limit`` best suggestions, and the phrases that plugins think likely."""
        limit = min(limit, MAX_LIMIT)
        if limit < 1:
            return Offers()
        context = self._settle(context)
        wanted = min(limit + len(refused), validate.MAX_SUGGESTIONS)
        answers = self._host.ask(
            "predictor",
            lambda plugin: plugin.predict(context, wanted),
            lambda answer, source: validate.suggestions(answer, context, source),
            deadline=self._deadline,
        )
        offers = [suggestion for answer in answers for suggestion in answer.value or ()]
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
            words = [t.text for t in tokenize(context.before[edit.start : edit.end]) if t.kind == "word"]
            return bool(words) and all(self._known(word) for word in words)

        return policy.decide((suggestion for answer in answers for suggestion in answer.value or ()), known)

    def warm(self, *kinds: str, patience: float = 0.0) -> None:
        """Load what typing needs now, so that no keystroke waits for it."""
        self._host.warm(*(kinds or ("predictor", "corrector")), patience=patience)
