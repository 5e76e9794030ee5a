"""The plugin's object: orders the readings of a phrase by sound and by language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skoropis.api import Context, Hypothesis, Models, language_of, lm_tokens

from .features import features
from .weights import KEEP, order, tuned

CONTEXT = 200
"""Characters of the text before that are read; no n-gram reaches further back."""


class Rescorer:
    """N-best rescoring with a log-linear model (Och and Ney 2002) of acoustic score, language and length."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._weights = tuned()

    def rescore(self, hypotheses: Sequence[Hypothesis], context: Context) -> tuple[Hypothesis, ...]:
        """``hypotheses`` best first, each with its ``lm_logprob`` (nats, inner punctuation left out).

        The first one given is taken for the recognizer's own choice; it is replaced only by a reading that
        is better by the tuned margin. Raises ModelError when the language has no model.
        """
        given = list(hypotheses)
        if not given:
            return ()
        language = context.language or language_of(given[0].text, self._models.languages)
        if language is None:
            return tuple(given)
        # The weights were tuned on what n-grams say.
        model = self._models.language_model(language, context.domain).fast
        before = model.read(lm_tokens(context.before[-CONTEXT:]))
        seen = [features(item, model, before) for item in given]
        ranked = order(seen, self._weights.get(language, KEEP))
        return tuple(replace(given[index], lm_logprob=seen[index].language) for index in ranked)
