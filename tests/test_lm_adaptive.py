"""Domains weighed by the text being written."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from skoropis.errors import ModelError
from skoropis.lm.adaptive import FORGETTING, GENERAL, LEAST, MOST, PRIOR, Adaptive
from skoropis.lm.domain import Domain, DomainWeights
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import MARKS, lm_tokens

TEXTS = {
    "general": [
        "We went home and the cat sat on the mat. The dog was fine. We saw the weather.",
        "The cat was at home. I saw the dog and we went out. The mat was fine.",
    ],
    "medical": [
        "The patient has angina. The patient was given aspirin. Angina was treated with aspirin.",
        "The patient has no fever. No angina. The patient was treated with aspirin.",
    ],
    "it": [
        "The server was restarted. Restart the kernel and the server. The kernel has a bug.",
        "The server has no kernel bug. A bug was found. Restart the server.",
    ],
}
WEIGHTS = DomainWeights("en-general", ((0.4, 0.6),) * 9, ((0.2, 0.2, 0.3, 0.3),) * 36)
MEDICAL = lm_tokens("The patient was given aspirin. No fever. The patient has angina and")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, build_ngram: Callable[..., Path]) -> dict[str, NGram]:
    home = tmp_path_factory.mktemp("adaptive")
    return {name: NGram.load(build_ngram(home / name, texts)) for name, texts in TEXTS.items()}


@pytest.fixture(scope="module")
def domains(models: dict[str, NGram]) -> dict[str, Domain]:
    return {name: Domain(models["general"], models[name], None, WEIGHTS) for name in ("medical", "it")}


@pytest.fixture(scope="module")
def adaptive(models: dict[str, NGram], domains: dict[str, Domain]) -> Adaptive:
    return Adaptive(models["general"], domains)


def test_before_a_word_is_read_the_prior_counts(adaptive: Adaptive) -> None:
    assert adaptive.weights(adaptive.start()) == pytest.approx(
        {GENERAL: 1 - PRIOR, "medical": PRIOR / 2, "it": PRIOR / 2}
    )


def test_the_text_decides_and_decides_anew(adaptive: Adaptive) -> None:
    state = adaptive.read(MEDICAL)
    assert adaptive.weights(state)["medical"] > 0.9
    state = adaptive.read(lm_tokens("The server was restarted. The kernel has a bug. ") * 6, state)
    weights = adaptive.weights(state)
    assert weights["it"] > 0.9 and weights["medical"] == 0.0
    state = adaptive.read(lm_tokens("We went home and the cat sat on the mat. We saw the dog. ") * 9, state)
    assert adaptive.weights(state)[GENERAL] > 0.9


def test_weights_sum_to_one_and_small_ones_are_not_asked(adaptive: Adaptive) -> None:
    state = adaptive.start()
    for token in [*MEDICAL, *lm_tokens("The server was fine. We went home.")]:
        weights = adaptive.weights(state)
        assert sum(weights.values()) == pytest.approx(1)
        assert all(weights[name] == 0 or weights[name] >= LEAST for name in adaptive.names)
        asked = [voice.model for voice in adaptive.voices(state)]
        for name, domain in zip(adaptive.names, adaptive.domains, strict=True):
            assert (domain.ngram in asked) == (weights[name] > 0)
        assert sum(math.exp(voice.share) for voice in adaptive.voices(state)) == pytest.approx(1)
        state = adaptive.score(state, token)[1]


def test_evidence_is_the_forgotten_sum_of_likelihood_ratios(
    adaptive: Adaptive, models: dict[str, NGram], domains: dict[str, Domain]
) -> None:
    tokens = lm_tokens("The patient has a bug. No")
    wanted = 0.0
    for place, token in enumerate(tokens):
        one = models["general"].score(models["general"].read(tokens[:place]), token)[0]
        other = models["medical"].score(models["medical"].read(tokens[:place]), token)[0]
        share = domains["medical"].share
        ratio = math.log((1 - share) * math.exp(one) + share * math.exp(other)) - one
        wanted = FORGETTING * wanted + min(ratio, MOST)
    assert adaptive.read(tokens).evidence[0] == pytest.approx(wanted, rel=1e-5)


def test_a_score_mixes_the_models_by_their_weights(
    adaptive: Adaptive, models: dict[str, NGram], domains: dict[str, Domain]
) -> None:
    for text in ("", "The patient", "The patient has angina. The", "We saw a"):
        tokens = lm_tokens(text)
        state = adaptive.read(tokens)
        weights = adaptive.weights(state)
        for word in ("patient", "kernel", "cat", "grfxl", "."):
            asked = {GENERAL: models["general"], **domains}
            wanted = sum(
                weights[name] * math.exp(model.score(model.read(tokens), word)[0])
                for name, model in asked.items()
            )
            assert math.exp(adaptive.score_many(state, [word])[0]) == pytest.approx(wanted)
            assert math.exp(adaptive.score(state, word)[0]) == pytest.approx(wanted)


def test_a_state_depends_on_the_tokens_alone(adaptive: Adaptive) -> None:
    whole = adaptive.read(MEDICAL)
    step = adaptive.start()
    for token in MEDICAL:
        step = adaptive.score(step, token)[1]
    cut = [adaptive.read(MEDICAL[at:], adaptive.read(MEDICAL[:at])) for at in range(len(MEDICAL) + 1)]
    for state in [step, *cut]:
        assert adaptive.weights(state) == pytest.approx(adaptive.weights(whole), rel=1e-5)
        assert dict(adaptive.next(state, "", 6)) == pytest.approx(dict(adaptive.next(whole, "", 6)), rel=1e-5)


def test_a_long_text_is_weighed_by_its_end(adaptive: Adaptive) -> None:
    long = lm_tokens("The server was restarted. ") * 300
    assert adaptive.weights(adaptive.read(long + MEDICAL * 12)) == pytest.approx(
        adaptive.weights(adaptive.read(MEDICAL * 12)), abs=0.02
    )


def test_one_rare_word_does_not_decide(adaptive: Adaptive) -> None:
    """The general model has never heard of aspirin, so the ratio is enormous; it is bounded."""
    assert adaptive.weights(adaptive.read(["aspirin"]))["medical"] < 0.8


def test_next_agrees_with_scoring_every_word(adaptive: Adaptive) -> None:
    for text in ("", "The patient", "The patient has angina. The", "Restart the server. The"):
        state = adaptive.read(lm_tokens(text))
        asked = {voice.model for voice in adaptive.voices(state)}
        for prefix in ("", "a", "p", "k"):
            words = [
                word
                for word in adaptive.lexicon.words
                if word.startswith(prefix) and any(model.knows(word) for model in asked)  # type: ignore[union-attr]
            ]
            scores = dict(zip(words, adaptive.score_many(state, words), strict=True))
            best = sorted(scores, key=lambda word: (-scores[word], word))[:3]
            assert [word for word, _ in adaptive.next(state, prefix, 3)] == best


def test_all_words_together_have_at_most_the_whole_chance(adaptive: Adaptive) -> None:
    tokens = [*adaptive.lexicon.words, ".", "</s>"]
    for text in ("", "The patient", "The patient has angina. The", "Restart the server. The"):
        total = np.exp(adaptive.score_many(adaptive.read(lm_tokens(text)), tokens)).sum()
        assert 0.5 < total <= 1.0 + 1e-3


def test_the_lexicon_has_the_words_of_all(adaptive: Adaptive) -> None:
    assert all(word in adaptive.lexicon for word in ("weather", "aspirin", "kernel"))
    assert adaptive.knows("kernel") and adaptive.knows("weather") and not adaptive.knows("grfxl")
    assert np.exp(adaptive.lexicon.logprobs.astype(np.float64)).sum() <= 1.0


def test_ngrams_alone_are_their_own_fast_part(adaptive: Adaptive) -> None:
    assert adaptive.fast is adaptive


def test_domains_on_another_base_are_refused(
    tmp_path: Path, build_ngram: Callable[..., Path], domains: dict[str, Domain]
) -> None:
    other = NGram.load(build_ngram(tmp_path, TEXTS["general"]))
    with pytest.raises(ModelError, match="share a general model"):
        Adaptive(other, domains)


def test_networks_are_asked_only_when_their_domain_counts(
    tmp_path: Path, build_ngram: Callable[..., Path], build_network: Callable[..., object]
) -> None:
    pytest.importorskip("onnx")
    from skoropis.lm.blend import WEIGHTS_FILE, Blend, Weights
    from skoropis.lm.neural import Neural
    from skoropis_foundry.pieces import train_pieces

    folder = build_ngram(tmp_path / "general", TEXTS["general"])
    words = sorted({word for texts in TEXTS.values() for text in texts for word in lm_tokens(text)})
    build_network(folder, train_pieces(dict.fromkeys(words, 5), 256 + len(MARKS) + 30))
    (folder / WEIGHTS_FILE).write_bytes(msgspec.json.encode(Weights((0.5,) * Blend.SITUATIONS)))
    blend = Blend.load(folder)
    weights = msgspec.structs.replace(WEIGHTS, pieces=blend.neural.pieces.digest)
    domains = {}
    for name in ("medical", "it"):
        own = NGram.load(build_ngram(tmp_path / name, TEXTS[name]))
        network = Neural.load(folder, "en", blend.lexicon, blend.neural.pieces)
        domains[name] = Domain(blend, own, network, weights)
    adaptive = Adaptive(blend, domains)

    state = adaptive.read(MEDICAL)
    asked = {id(voice.model) for voice in adaptive.voices(state)}
    assert id(domains["medical"].neural) in asked and id(domains["it"].neural) not in asked
    assert list(state.networks) == [0], "the other network has not read the text"
    shares = adaptive.weights(state)
    for word in ("patient", "kernel"):
        wanted = shares[GENERAL] * math.exp(blend.score(blend.read(MEDICAL), word)[0])
        medical = domains["medical"]
        wanted += shares["medical"] * math.exp(medical.score(medical.read(MEDICAL), word)[0])
        assert math.exp(adaptive.score(state, word)[0]) == pytest.approx(wanted, rel=1e-4)
    step = adaptive.start()
    for token in MEDICAL:
        step = adaptive.score(step, token)[1]
    assert dict(adaptive.next(step, "", 5)) == pytest.approx(dict(adaptive.next(state, "", 5)), rel=1e-3)

    assert adaptive.fast is not adaptive and adaptive.fast.lexicon is adaptive.lexicon
    fast = adaptive.fast.read(MEDICAL)
    assert adaptive.fast.weights(fast) == pytest.approx(shares)
    assert all(not isinstance(voice.model, Neural) for voice in adaptive.fast.voices(fast))
