"""Small true language models made from a few sentences, so that a test needs no model on disk."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from ..lm.tokens import SENTENCE_ENDS, lm_token
from ..text.words import normalize_word, tokenize

_START = "<s>"
_PAIR_SHARE = 0.7
_UNKNOWN = -20.0


class FakeLexicon:
    """The words of some sentences with their relative frequencies."""

    def __init__(self, sentences: Iterable[str]) -> None:
        written: dict[str, Counter[str]] = {}
        for sentence in sentences:
            for token in tokenize(sentence):
                if token.kind == "word":
                    written.setdefault(normalize_word(token.text), Counter())[token.text] += 1
        self._written = {name: seen.most_common(1)[0][0] for name, seen in written.items()}
        self.words: Sequence[str] = sorted(written)
        total = sum(sum(seen.values()) for seen in written.values())
        self.logprobs: NDArray[np.float32] = np.array(
            [math.log(sum(written[word].values()) / total) for word in self.words], dtype=np.float32
        )

    def __contains__(self, word: object) -> bool:
        return word in self._written

    def __len__(self) -> int:
        return len(self.words)

    def logprob(self, word: str) -> float:
        """Unigram log-probability (nats); ``-inf`` for an unknown word."""
        at = bisect_left(self.words, word)
        return float(self.logprobs[at]) if word in self._written else -math.inf

    def range(self, prefix: str) -> tuple[int, int]:
        """Places of the words that begin with ``prefix``, as a half-open range."""
        places = [at for at, word in enumerate(self.words) if word.startswith(prefix)]
        return (places[0], places[-1] + 1) if places else (0, 0)

    def surface(self, word: str) -> str:
        """The word as the sentences mostly write it."""
        return self._written.get(word, word)


class FakeLanguageModel:
    """An interpolated bigram model. The state is the last token."""

    def __init__(self, language: str, sentences: Iterable[str]) -> None:
        sentences = list(sentences)
        self.language = language
        self.lexicon = FakeLexicon(sentences)
        self._pairs: dict[str, Counter[str]] = {}
        for sentence in sentences:
            previous = self.start()
            for token in tokenize(sentence):
                name = lm_token(token)
                if name is not None:
                    self._pairs.setdefault(previous, Counter())[name] += 1
                    previous = self.read([name], previous)

    @property
    def fast(self) -> FakeLanguageModel:
        """Itself."""
        return self

    def start(self) -> str:
        """The state at the beginning of a sentence."""
        return _START

    def read(self, tokens: Iterable[str], state: str | None = None) -> str:
        """The state after ``tokens``."""
        last = self.start() if state is None else state
        for token in tokens:
            last = _START if token in SENTENCE_ENDS else token
        return last

    def score(self, state: str, token: str) -> tuple[float, str]:
        """Log-probability (nats) and the next state."""
        pairs = self._pairs.get(state, Counter())
        share = pairs[token] / sum(pairs.values()) if pairs else 0.0
        chance = (1 - _PAIR_SHARE) * math.exp(self.lexicon.logprob(token)) + _PAIR_SHARE * share
        return (math.log(chance) if chance else _UNKNOWN), self.read([token], state)

    def score_many(self, state: str, tokens: Sequence[str]) -> list[float]:
        """Log-probabilities (nats) of each of ``tokens``."""
        return [self.score(state, token)[0] for token in tokens]

    def next(self, state: str, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``."""
        words = [word for word in self.lexicon.words if word.startswith(prefix)]
        scored = zip(words, self.score_many(state, words), strict=True)
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]


class FakeModels:
    """Implements :class:`skoropis.protocols.Models` over fake language models."""

    def __init__(self, **sentences: Iterable[str]) -> None:
        """One keyword a language, and one for each of its domains:
        ``FakeModels(en=["I see you."], en_medical=["No fever."], ru=["Я тебя вижу."])``.
        """
        self.languages = tuple(name for name in sentences if "_" not in name)
        self._models = {
            name: FakeLanguageModel(name.partition("_")[0], text) for name, text in sentences.items()
        }

    def language_model(self, language: str, domain: str | None = None) -> FakeLanguageModel:
        """The model of a language and domain, or of the language alone. Raises ModelError."""
        found = self._models.get(f"{language}_{domain}") or self._models.get(language)
        if found is None:
            raise ModelError(f"no language model for {language!r}")
        return found
