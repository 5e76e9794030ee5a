"""The general model and several domains as one: what is being written decides how much each counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from ..errors import ModelError
from .blend import Blend
from .domain import Domain
from .joined import JoinedLexicon
from .lexicon import Lexicon
from .neural import NeuralState
from .ngram import NGram, NGramState
from .tokens import ends_sentence
from .voices import Voice, add_logs, next_words, score_words

GENERAL = "general"
PRIOR = 0.1
"""Chance that a text is of one of the domains, before a word of it is read; each has the same part of it."""
FORGETTING = 0.98
"""What a token counts, against the one behind it: half after 34 tokens, little after a hundred."""
MOST = 4.0
"""Most evidence (nats) that one token can give: a single rare word never decides."""
LEAST = 0.03
"""A domain with a smaller weight is not asked."""
_REACH = 200
"""Tokens that are looked back at; further ones would weigh less than 2 % of what the last one does."""
_HISTORY = 4
"""Tokens in front of one that evidence looks at: no n-gram is longer."""
_TAIL = 96
"""Tokens that a state remembers for networks that have yet to read them; they look at no more."""


class AdaptiveState:
    """Where all parts stand. Immutable, but for what is worked out at first use and kept."""

    __slots__ = ("base", "evidence", "history", "networks", "ngrams", "tail", "voices")

    def __init__(
        self,
        base: Any,
        ngrams: tuple[NGramState, ...],
        evidence: tuple[float, ...],
        history: tuple[str, ...],
        tail: tuple[str, ...],
    ) -> None:
        self.base = base
        """A state of the general model."""
        self.ngrams = ngrams
        """Of each domain's own n-grams."""
        self.evidence = evidence
        """Log-odds (nats) of each domain against the general model, by what was read."""
        self.history = history
        """The last tokens of the sentence."""
        self.tail = tail
        """The last tokens, sentence ends or not."""
        self.networks: dict[int, NeuralState] = {}
        """Of the domains that were asked, by their place."""
        self.voices: list[Voice] | None = None


class Adaptive:
    """Implements :class:`skoropis.protocols.LanguageModel`: a mixture whose weights follow the text.

    After each token the odds of a domain are what they were, somewhat forgotten, times how much likelier
    the domain found the token than the general model did (Bayes; the Markov mixture of Iyer and Ostendorf
    1999 with forgetting). The n-grams alone are asked for that, so a domain whose weight stays small costs
    microseconds. Weights are a function of the tokens read and of nothing else.
    """

    def __init__(
        self, base: Blend | NGram, domains: Mapping[str, Domain], lexicon: Lexicon | None = None
    ) -> None:
        """``domains``: by name, all on ``base``, the very same object. ``lexicon``: the joined one, if there
        is one. Raises ModelError when they do not belong together.
        """
        for domain in domains.values():
            if domain.base is not base:
                raise ModelError("domains that are weighed against one another must share a general model")
        self._base = base
        self._blend = base if isinstance(base, Blend) else None
        self.general = base.fast
        """The n-grams of the general model."""
        self.names = tuple(domains)
        self.domains = tuple(domains.values())
        part = PRIOR / max(len(domains), 1)
        self._prior = (math.log(1.0 - PRIOR), math.log(part))
        self._shares = tuple((math.log(1.0 - d.share), math.log(d.share)) for d in self.domains)
        self.lexicon = lexicon or JoinedLexicon(
            base.lexicon, [(domain.ngram.lexicon, part * domain.share) for domain in self.domains]
        )
        """The general words and those of all domains."""
        ngrams = tuple(domain.ngram for domain in self.domains)
        # Of the models alone: a method would tie this object to itself.
        self._ratios = lru_cache(maxsize=4096)(partial(_read_ratios, self.general, ngrams, self._shares))
        nothing = (0.0,) * len(domains)
        self._start = AdaptiveState(base.start(), tuple(m.start() for m in ngrams), nothing, (), ())
        self._fast = None
        if self._blend is not None:
            fast = {name: domain.fast for name, domain in domains.items()}
            self._fast = Adaptive(self.general, fast, self.lexicon)

    @property
    def language(self) -> str:
        """Code of the language."""
        return self._base.language

    @property
    def fast(self) -> Adaptive:
        """All n-gram models without the networks: they score in microseconds."""
        return self if self._fast is None else self._fast

    def start(self) -> AdaptiveState:
        """The state at the beginning of a text."""
        return self._start

    def read(self, tokens: Iterable[str], state: AdaptiveState | None = None) -> AdaptiveState:
        """The state after ``tokens``, from ``state`` or the beginning of a text."""
        tokens = list(tokens)
        before = self._start if state is None else state
        evidence, history = before.evidence, before.history
        for token in tokens[-_REACH:]:
            evidence = _moved(evidence, self._ratios(history, token))
            history = _behind(history, token)
        return AdaptiveState(
            self._base.read(tokens, None if state is None else state.base),
            tuple(d.ngram.read(tokens, at) for d, at in zip(self.domains, before.ngrams, strict=True)),
            evidence,
            history,
            (*before.tail, *tokens[-_TAIL:])[-_TAIL:],
        )

    def score(self, state: AdaptiveState, token: str) -> tuple[float, AdaptiveState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        general = self.general.score_many(self._ngram(state), [token])[0]
        own = [d.ngram.score(at, token) for d, at in zip(self.domains, state.ngrams, strict=True)]
        ratios = _ratios_of(general, [logprob for logprob, _ in own], self._shares)
        after = AdaptiveState(
            self._base.read([token], state.base),
            tuple(at for _, at in own),
            _moved(state.evidence, ratios),
            _behind(state.history, token),
            (*state.tail, token)[-_TAIL:],
        )
        return self.score_many(state, [token])[0], after

    def score_many(self, state: AdaptiveState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        return score_words(self.voices(state), tokens)

    def next(self, state: AdaptiveState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, best first."""
        return next_words(self.voices(state), prefix, k)

    def weights(self, state: AdaptiveState) -> dict[str, float]:
        """How much the general model and each domain count now; 0 for one that is not asked."""
        return dict(zip((GENERAL, *self.names), self._weights(state), strict=True))

    def knows(self, token: str) -> bool:
        """Whether the n-grams of any of the models hold ``token`` itself."""
        return self.general.knows(token) or any(domain.ngram.knows(token) for domain in self.domains)

    def _weights(self, state: AdaptiveState) -> list[float]:
        general, each = self._prior
        odds = [general, *(each + evidence for evidence in state.evidence)]
        total = add_logs(odds)
        weights = [math.exp(log - total) for log in odds]
        asked = [weights[0], *(weight if weight >= LEAST else 0.0 for weight in weights[1:])]
        rest = sum(asked)
        return [weight / rest for weight in asked]

    def voices(self, state: AdaptiveState) -> list[Voice]:
        """Who has a say after ``state``. The general parts' shares are sums over all that stand on them."""
        if state.voices is not None:
            return state.voices
        general, *each = self._weights(state)
        told = (self._blend.situation if self._blend else self.general.history)(state.base)
        neural = 0.0 if self._blend is None else self._blend.weights.neural[told]
        shared = [general * (1 - neural), general * neural]
        voices: list[Voice] = []
        for place, (domain, weight, ngram) in enumerate(zip(self.domains, each, state.ngrams, strict=True)):
            if weight:
                row = [weight * math.exp(log) for log in domain.row(told, ngram)]
                own = row[1:] if self._blend is None else row[2:]
                shared[0] += row[0]
                shared[1] += 0.0 if self._blend is None else row[1]
                voices.append(Voice(own[0], domain.ngram, ngram))
                if domain.neural is not None and own[1] > 0:
                    voices.append(Voice(own[1], domain.neural, self._network(state, place)))
        voices.append(Voice(shared[0], self.general, self._ngram(state)))
        if self._blend is not None:
            voices.append(Voice(shared[1], self._blend.neural, state.base.neural))
        state.voices = [voice._replace(share=math.log(voice.share)) for voice in voices if voice.share > 0]
        return state.voices

    def _ngram(self, state: AdaptiveState) -> NGramState:
        at: NGramState = state.base if self._blend is None else state.base.ngram
        return at

    def _network(self, state: AdaptiveState, place: int) -> NeuralState:
        """Where a domain's network stands; it reads the text when it is first asked."""
        known = state.networks.get(place)
        if known is None:
            network = self.domains[place].neural
            assert network is not None
            known = state.networks[place] = network.read(state.tail)
        return known


def _read_ratios(
    general: NGram,
    ngrams: Sequence[NGram],
    shares: Sequence[tuple[float, float]],
    history: tuple[str, ...],
    token: str,
) -> tuple[float, ...]:
    """The evidence of ``token`` behind ``history``, the last tokens of its sentence."""
    told, *own = [m.score_many(m.read(history), [token])[0] for m in (general, *ngrams)]
    return _ratios_of(told, own, shares)


def _ratios_of(
    general: float, own: Sequence[float], shares: Sequence[tuple[float, float]]
) -> tuple[float, ...]:
    """How much likelier (nats) each domain found a token than the general n-grams did."""
    return tuple(
        min(add_logs((rest, share + logprob - general)), MOST)
        for logprob, (rest, share) in zip(own, shares, strict=True)
    )


def _moved(evidence: tuple[float, ...], ratios: tuple[float, ...]) -> tuple[float, ...]:
    return tuple([FORGETTING * old + new for old, new in zip(evidence, ratios, strict=True)])


def _behind(history: tuple[str, ...], token: str) -> tuple[str, ...]:
    """The history of the next token: nothing behind the end of a sentence."""
    if ends_sentence(history[-1] if history else None, token):
        return ()
    return (*history, token)[-_HISTORY:]
