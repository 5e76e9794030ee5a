"""A domain over a general model: one base in memory, four voices, one probability."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from skoropis.errors import ModelError
from skoropis.lm.blend import WEIGHTS_FILE as BLEND_FILE
from skoropis.lm.blend import Blend, Weights
from skoropis.lm.domain import WEIGHTS_FILE, Domain, DomainWeights, load_domain_weights
from skoropis.lm.joined import JoinedLexicon
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import MARKS, lm_tokens
from skoropis_foundry.domain_weights import tune_domain, tune_domain_weights

GENERAL = [
    "The patient went home. The cat sat on the mat.",
    "The dog went home. I saw the patient dog.",
    "We saw the cat at home. The weather was fine.",
]
MEDICAL = [
    "The patient has angina. The patient was given aspirin.",
    "Angina was treated with aspirin. The patient has no fever.",
    "The patient was treated at home. No angina.",
]
HELD_OUT = [lm_tokens(line) for line in ("The patient has fever.", "The patient was given aspirin.")]
EVEN = DomainWeights("en-general", ((0.5, 0.5),) * 9, ((0.3, 0.3, 0.2, 0.2),) * 36)
HISTORIES = ([], ["the"], ["the", "patient"], ["was", "given"], ["unheard"], ["the", "dog", "."])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("domain")


@pytest.fixture(scope="module")
def base(home: Path, build_ngram: Callable[..., Path]) -> NGram:
    folder = build_ngram(home / "general", GENERAL, unheard=["angina", "zebra"], surfaces={"dog": "Dog"})
    return NGram.load(folder)


@pytest.fixture(scope="module")
def own(home: Path, build_ngram: Callable[..., Path]) -> NGram:
    return NGram.load(build_ngram(home / "own", MEDICAL, surfaces={"aspirin": "Aspirin"}))


@pytest.fixture(scope="module")
def domain(base: NGram, own: NGram) -> Domain:
    return Domain(base, own, None, EVEN)


@pytest.fixture(scope="module")
def blend(home: Path, base: NGram, build_network: Callable[..., object]) -> Blend:
    pytest.importorskip("onnx")
    from skoropis_foundry.pieces import train_pieces

    counts = {word: 50 - place for place, word in enumerate(base.lexicon.words)}
    build_network(home / "general", train_pieces(counts, 256 + len(MARKS) + 30))
    (home / "general" / BLEND_FILE).write_bytes(msgspec.json.encode(Weights((0.4,) * Blend.SITUATIONS)))
    return Blend.load(home / "general")


@pytest.fixture(scope="module")
def full(home: Path, blend: Blend, own: NGram) -> Domain:
    """With all four voices; its own network is another one over the general pieces."""
    from skoropis.lm.neural import Neural
    from skoropis_foundry.neural.export import export, read_back

    arrays, shape, _ = read_back(home / "general" / "neural.onnx")
    export({name: value * 0.7 for name, value in arrays.items()}, shape, home / "own" / "neural.onnx", None)
    neural = Neural.load(home / "own", "en", blend.lexicon, blend.neural.pieces)
    return Domain(blend, own, neural, msgspec.structs.replace(EVEN, pieces=blend.neural.pieces.digest))


def test_a_rare_word_of_a_domain_leaves_a_common_words_spelling_alone() -> None:
    general = Lexicon(["act", "cat"], np.log(np.array([0.6, 0.4], dtype=np.float32)), {})
    own = Lexicon(["act", "sql"], np.log(np.array([0.1, 0.9], dtype=np.float32)), {0: "ACT", 1: "SQL"})
    assert JoinedLexicon(general, [(own, 0.1)]).surface("act") == "act"
    assert JoinedLexicon(general, [(own, 0.95)]).surface("act") == "ACT"
    assert JoinedLexicon(general, [(own, 0.1)]).surface("sql") == "SQL"


def test_a_score_is_the_weighted_sum_of_what_both_say(domain: Domain, base: NGram, own: NGram) -> None:
    for history in HISTORIES:
        state = domain.read(history)
        for word in ("patient", "aspirin", "zebra", "grfxl", "."):
            one, other = (m.score(m.read(history), word)[0] for m in (base, own))
            wanted = math.log(0.5 * math.exp(one) + 0.5 * math.exp(other))
            assert domain.score(state, word)[0] == pytest.approx(wanted)
            assert domain.score_many(state, [word])[0] == pytest.approx(wanted)


def test_the_weights_of_the_situation_apply(base: NGram, own: NGram) -> None:
    rows = [(0.9 - 0.1 * place, 0.1 + 0.1 * place) for place in range(9)]
    domain = Domain(base, own, None, DomainWeights("x", tuple(rows)))
    seen = set()
    for history in HISTORIES:
        state = domain.read(history)
        at = 3 * base.history(base.read(history)) + own.history(own.read(history))
        assert domain.situation(state) == at
        one, other = (math.exp(m.score(m.read(history), "home")[0]) for m in (base, own))
        wanted = rows[at][0] * one + rows[at][1] * other
        assert math.exp(domain.score(state, "home")[0]) == pytest.approx(wanted)
        seen.add(at)
    assert len(seen) > 3


def test_four_voices_have_their_say(full: Domain, blend: Blend) -> None:
    assert full.neural is not None
    for history in HISTORIES:
        state = full.read(history)
        assert full.situation(state) == 3 * blend.situation(blend.read(history)) + full.ngram.history(
            full.ngram.read(history)
        )
        for word in ("patient", "aspirin", "grfxl"):
            said = [
                m.score(m.read(history), word)[0]
                for m in (blend.ngram, blend.neural, full.ngram, full.neural)
            ]
            wanted = math.log(np.exp(said) @ (0.3, 0.3, 0.2, 0.2))
            assert full.score(state, word)[0] == pytest.approx(wanted, rel=1e-4)
            assert full.score_many(state, [word])[0] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("which", ["domain", "full"])
def test_all_words_together_have_at_most_the_whole_chance(which: str, request: pytest.FixtureRequest) -> None:
    model: Domain = request.getfixturevalue(which)
    tokens = [*model.lexicon.words, ".", "</s>"]
    for history in HISTORIES:
        total = float(np.exp(model.score_many(model.read(history), tokens)).sum())
        assert 0.5 < total <= 1.0 + 1e-3


@pytest.mark.parametrize("which", ["domain", "full"])
def test_next_agrees_with_scoring_every_word(which: str, request: pytest.FixtureRequest) -> None:
    model: Domain = request.getfixturevalue(which)
    for history in HISTORIES:
        state = model.read(history)
        for prefix in ("", "a", "ca", "pa", "z"):
            words = [word for word in model.lexicon.words if word.startswith(prefix)]
            scores = dict(zip(words, model.score_many(state, words), strict=True))
            best = sorted(scores, key=lambda word: (-scores[word], word))[:3]
            found = model.next(state, prefix, 3)
            assert [word for word, _ in found] == best
            assert dict(found) == pytest.approx({word: scores[word] for word in best})
    assert model.next(state, "qq", 3) == [] and model.next(state, "", 0) == []


@pytest.mark.parametrize("which", ["domain", "full"])
def test_reading_in_pieces_equals_reading_at_once(which: str, request: pytest.FixtureRequest) -> None:
    model: Domain = request.getfixturevalue(which)
    tokens = lm_tokens("The dog went home. The patient has")
    whole = model.next(model.read(tokens), "", 5)
    for cut in range(len(tokens) + 1):
        state = model.read(tokens[cut:], model.read(tokens[:cut]))
        assert dict(model.next(state, "", 5)) == pytest.approx(dict(whole), rel=1e-4)
    state = model.start()
    for token in tokens:
        state = model.score(state, token)[1]
    assert dict(model.next(state, "", 5)) == pytest.approx(dict(whole), rel=1e-4)


def test_the_fast_part_is_both_ngrams(full: Domain, blend: Blend, own: NGram) -> None:
    alone = Domain(blend.ngram, own, None, EVEN)
    assert full.fast.fast is full.fast and full.fast.lexicon is full.lexicon
    assert alone.fast is alone
    for history in HISTORIES:
        words = list(full.lexicon.words)
        assert full.fast.score_many(full.fast.read(history), words) == pytest.approx(
            alone.score_many(alone.read(history), words)
        )


def test_the_lexicon_is_both_lexicons_and_shares_their_strings(
    domain: Domain, base: NGram, own: NGram
) -> None:
    lexicon = domain.lexicon
    assert list(lexicon.words) == sorted({*base.lexicon.words, *own.lexicon.words})
    of_base = {id(word) for word in base.lexicon.words}
    assert of_base <= {id(word) for word in lexicon.words}
    assert {id(word) for word in lexicon.words} - of_base <= {id(word) for word in own.lexicon.words}
    assert "aspirin" in lexicon and "zebra" in lexicon and "grfxl" not in lexicon
    assert lexicon.logprob("grfxl") == -math.inf and np.isfinite(lexicon.logprobs).all()
    both = 0.5 * math.exp(base.lexicon.logprob("patient")) + 0.5 * math.exp(own.lexicon.logprob("patient"))
    assert math.exp(lexicon.logprob("patient")) == pytest.approx(both, rel=1e-4)
    assert np.exp(lexicon.logprobs.astype(np.float64)).sum() <= 1.0
    assert (lexicon.surface("aspirin"), lexicon.surface("dog"), lexicon.surface("cat")) == (
        "Aspirin",
        "Dog",
        "cat",
    )
    low, high = lexicon.range("a")
    assert [w for w in lexicon.words if w.startswith("a")] == list(lexicon.words[low:high])
    assert domain.knows("aspirin") and domain.knows("weather") and not domain.knows("zebra")


def test_a_lexicon_that_adds_no_word_shares_the_list(base: NGram) -> None:
    assert JoinedLexicon(base.lexicon, [(base.lexicon, 0.3)]).words is base.lexicon.words


def test_a_network_has_no_say_without_the_general_one(full: Domain, base: NGram, own: NGram) -> None:
    alone = Domain(base, own, full.neural, full.weights)
    assert alone.neural is None
    assert math.exp(alone.score(alone.start(), "the")[0]) == pytest.approx(
        sum(0.5 * math.exp(m.score(m.start(), "the")[0]) for m in (base, own))
    )


def test_a_domain_tuned_beside_ngrams_stands_on_a_blend(blend: Blend, own: NGram) -> None:
    """The blend then takes the place of the general n-grams, with the weights it has itself."""
    model = Domain(blend, own, None, DomainWeights("en-general", ((0.75, 0.25),) * 9))
    for history in HISTORIES:
        wanted = 0.75 * math.exp(blend.score(blend.read(history), "home")[0])
        wanted += 0.25 * math.exp(own.score(own.read(history), "home")[0])
        assert math.exp(model.score(model.read(history), "home")[0]) == pytest.approx(wanted, rel=1e-4)


def test_weights_of_a_missing_network_go_to_the_others(blend: Blend, own: NGram) -> None:
    model = Domain(blend, own, None, EVEN)
    shares = [math.exp(voice.share) for voice in model.voices(model.start())]
    assert shares == pytest.approx([0.375, 0.375, 0.25]) and sum(shares) == pytest.approx(1)


def test_tuning_gives_a_domain_text_more_probability(base: NGram, own: NGram) -> None:
    weights = tune_domain("en-general", base, own, None, HELD_OUT)
    assert weights.full == () and len(weights.fast) == 9
    assert all(sum(row) == pytest.approx(1) and row[0] > 0 for row in weights.fast)

    def loss(model: Domain) -> float:
        total = 0.0
        for tokens in HELD_OUT:
            state = model.start()
            for token in tokens:
                logprob, state = model.score(state, token)
                total -= logprob
        return total

    assert loss(Domain(base, own, None, weights)) < loss(Domain(base, own, None, EVEN))


def test_a_tuned_domain_comes_back_from_its_folder(home: Path, full: Domain, blend: Blend) -> None:
    weights = tune_domain("en-general", blend, full.ngram, full.neural, HELD_OUT, importance=[1.0, 3.0])
    assert len(weights.full) == 36 and all(len(row) == 4 for row in weights.full)
    assert all(sum(row) == pytest.approx(1) for row in weights.full)
    assert weights.pieces == blend.neural.pieces.digest
    (home / "own" / WEIGHTS_FILE).write_bytes(msgspec.json.encode(weights))
    asked = []

    def resolve(model_id: str) -> Blend:
        asked.append(model_id)
        return blend

    loaded = Domain.load_with(home / "own", resolve)
    assert asked == ["en-general"] and loaded.base is blend
    wanted = Domain(blend, full.ngram, full.neural, weights)
    for history in HISTORIES:
        words = ["aspirin", "the", "zebra"]
        assert loaded.score_many(loaded.read(history), words) == pytest.approx(
            wanted.score_many(wanted.read(history), words)
        )


def test_tuning_finds_the_weights_that_made_a_text() -> None:
    dice = random.Random(5)
    chances, situations = [], []
    for _ in range(6000):
        situation = dice.randrange(2)
        voice = 0 if dice.random() < (0.8, 0.3)[situation] else 1
        draw = dice.random() < 0.9
        chances.append((0.9 if draw == (voice == 0) else 0.1, 0.9 if draw == (voice == 1) else 0.1))
        situations.append(situation)
    rows = tune_domain_weights(np.array(situations), np.array(chances), np.ones(6000), 3)
    assert rows[0][0] == pytest.approx(0.8, abs=0.05) and rows[1][0] == pytest.approx(0.3, abs=0.05)
    assert rows[0][0] > rows[2][0] > rows[1][0], "a situation that never came is like all together"
    silent = np.column_stack([np.array(chances), np.zeros(6000)])
    assert all(row[2] == 0 for row in tune_domain_weights(np.array(situations), silent, np.ones(6000), 2))


@pytest.mark.parametrize(
    "fast",
    [((0.5, 0.5),) * 8, ((0.5, 0.4),) * 9, ((0.0, 1.0),) * 9, ((1.5, -0.5),) * 9],
    ids=["rows", "sum", "no base", "negative"],
)
def test_weights_that_are_none_are_refused(base: NGram, own: NGram, fast: tuple) -> None:
    with pytest.raises(ModelError, match="train it again"):
        Domain(base, own, None, DomainWeights("x", fast))


@pytest.mark.parametrize("content", ["", "{}", '{"base": "x", "fast": [], "more": 1}', "[1"])
def test_a_damaged_weights_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / WEIGHTS_FILE).write_text(content)
    with pytest.raises(ModelError, match=WEIGHTS_FILE):
        load_domain_weights(tmp_path / WEIGHTS_FILE)


def test_a_network_over_other_pieces_is_refused(blend: Blend, full: Domain) -> None:
    with pytest.raises(ModelError, match="another general model"):
        Domain(blend, full.ngram, full.neural, msgspec.structs.replace(EVEN, pieces="0" * 64))


def test_a_domain_of_another_language_is_refused(
    tmp_path: Path, base: NGram, build_ngram: Callable[..., Path]
) -> None:
    russian = NGram.load(build_ngram(tmp_path, ["Пациент дома."], language="ru"))
    with pytest.raises(ModelError, match="'ru'"):
        Domain(base, russian, None, EVEN)


def test_the_weights_file_is_plain_json() -> None:
    told = json.loads(msgspec.json.encode(EVEN))
    assert set(told) == {"base", "fast", "full", "pieces"} and len(told["full"]) == Domain.SITUATIONS == 36
