"""A model of a user's own text: what it learns, how it writes it, how large it gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import skoropis_models
from skoropis.errors import InputError
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import lm_tokens
from skoropis_foundry.user_ngram import UserNGram, make_user_ngram

FILES = ("ngram.klm", "index.npz", "lexicon.npz")
COMMON = {
    "the": 0.05, "patient": 1e-4, "takes": 1e-4, "twice": 1e-4, "a": 0.02, "day": 1e-3, "receive": 1e-4,
    "saw": 2e-4, "in": 0.02, "london": 1e-4, "and": 0.03, "lot": 2e-4, "is": 0.01, "well": 1e-3,
    "spent": 2e-4, "was": 0.01, "given": 2e-4, "don't": 2e-4,
}  # fmt: skip
TEXT = [
    "The patient takes apixaban 5 mg twice a day.",
    "The patient takes apixaban and 10 mg of ramipril.",
    "Yesterday the patient was given apixaban in London, and Ivanova saw the ECG.",
    "The ECG was seen by Ivanova; the ECG is well.",
    "Later Ivanova gave 20 mg apixaban, the patient was well and the stent is in place.",
    "The stent is well, a stent is a stent, and the stent was given. Now the spont is a spont.",
    "They recieve apixaban and ramipril. They recieve the stent.",
    "Alot is given, and alot is spent. A dont and a dont.",
    "Only the xylograph is a new word that is here once.",
]


class Base:
    """A general model of which only the lexicon is asked."""

    def __init__(self, chances: dict[str, float], surfaces: dict[str, str]) -> None:
        words = sorted(chances)
        logprobs = np.log(np.array([chances[word] for word in words])).astype(np.float32)
        self.lexicon = Lexicon(words, logprobs, {words.index(w): shown for w, shown in surfaces.items()})


BASE = Base(COMMON, {"london": "London"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[UserNGram, NGram, Path]:
    folder = tmp_path_factory.mktemp("user") / "model"
    told = make_user_ngram(TEXT, TEXT[:2], "en", BASE, folder)
    return told, NGram.load(folder), folder


def test_it_proposes_what_the_user_writes(made: tuple[UserNGram, NGram, Path]) -> None:
    _, model, _ = made
    assert model.next(model.read(lm_tokens("The patient takes")), "", 1)[0][0] == "apixaban"
    assert model.next(model.read(lm_tokens("apixaban and")), "ra", 1)[0][0] == "ramipril"
    assert model.language == "en"


def test_its_words_are_known_ones_and_new_ones_that_are_no_slips(made: tuple[UserNGram, NGram, Path]) -> None:
    told, model, _ = made
    words = set(model.lexicon.words)
    assert {"the", "patient", "spent", "london"} <= words  # the general model's, though seen once
    assert {"apixaban", "ramipril", "ivanova", "ecg", "mg", "stent"} <= words  # new, and often enough
    assert "spont" not in words  # as near to "spent" as the stent, but not so often
    assert not {"yesterday", "xylograph", "of"} & words  # new, but there once
    assert not {"recieve", "alot", "dont"} & words  # there twice, but slips
    assert "receive" not in words  # the general model's own words are not taken over
    assert all(model.knows(word) for word in words) and not model.knows("xylograph")
    assert told.words == len(words) and told.new_words == len(words - set(COMMON))


def test_names_and_abbreviations_are_written_as_they_are(made: tuple[UserNGram, NGram, Path]) -> None:
    lexicon = made[1].lexicon
    assert [lexicon.surface(word) for word in ("ivanova", "ecg", "london", "apixaban", "the")] == [
        "Ivanova", "ECG", "London", "apixaban", "the",
    ]  # fmt: skip


def test_the_report_says_what_was_made(made: tuple[UserNGram, NGram, Path]) -> None:
    told, model, folder = made
    assert told.tokens == sum(len(lm_tokens(line)) for line in TEXT)
    assert len(told.ngrams) == model._model.order == 4 and min(told.ngrams) > 0
    assert told.megabytes == pytest.approx(sum((folder / name).stat().st_size for name in FILES) / 1e6)
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert told.dev is not None and 1 < told.dev.perplexity < 20
    assert told.dev.words == sum(token.isalpha() for line in TEXT[:2] for token in lm_tokens(line))


def test_without_dev_lines_nothing_is_measured(tmp_path: Path) -> None:
    assert make_user_ngram(TEXT, [], "en", BASE, tmp_path).dev is None


def test_equal_lines_give_equal_files(made: tuple[UserNGram, NGram, Path], tmp_path: Path) -> None:
    make_user_ngram(TEXT, [], "en", BASE, tmp_path)
    assert all((tmp_path / name).read_bytes() == (made[2] / name).read_bytes() for name in FILES)


def _long_text() -> list[str]:
    rng = np.random.default_rng(3)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, 7)) for _ in range(800)]
    return [" ".join(words[at] for at in (rng.zipf(1.4, 12) - 1) % len(words)) + "." for _ in range(3000)]


def test_pruning_keeps_the_files_within_the_budget(tmp_path: Path) -> None:
    text = _long_text()
    large, small = (make_user_ngram(text, [], "en", BASE, tmp_path, budget_mb=mb) for mb in (2, 0.15))
    assert large.megabytes > 0.2 and 0.1 < small.megabytes <= 0.15
    assert sum(small.ngrams) < sum(large.ngrams) and small.words == large.words
    assert sum((tmp_path / name).stat().st_size for name in FILES) <= 150_000
    with pytest.raises(InputError, match="allow more"):
        make_user_ngram(text, [], "en", BASE, tmp_path, budget_mb=0.01)


def test_a_text_of_single_words_makes_a_model_too(tmp_path: Path) -> None:
    told = make_user_ngram(["patient", "day", "patient"], ["patient"], "en", BASE, tmp_path)
    model = NGram.load(tmp_path)
    assert told.ngrams[3] == 0 and model.next(model.start(), "", 1)[0][0] == "patient"


def test_russian_units_names_and_slips(tmp_path: Path) -> None:
    chances = {
        "пациент": 1e-5, "принимает": 1e-5, "температура": 1e-4, "мы": 5e-3, "и": 0.03, "в": 0.03,
        "еще": 1e-3, "нормальная": 5e-5,
    }  # fmt: skip
    lines = [
        "Пациент принимает апиксабан 5 мг и ещё рамиприл 10 мг.",
        "В Обнинске пациент принимает апиксабан 5 мг, температура нормальная.",
        "Тмпература в Обнинске нормальная, тмпература и рамиприл. Мы в Обнинске.",
        "По ЭКГ и по ЭКГ.",
    ]
    make_user_ngram(lines, [], "ru", Base(chances, {}), tmp_path)
    model = NGram.load(tmp_path)
    assert {"апиксабан", "мг", "рамиприл", "обнинске", "экг", "еще"} <= set(model.lexicon.words)
    assert "тмпература" not in model.lexicon
    assert [model.lexicon.surface(word) for word in ("обнинске", "экг")] == ["Обнинске", "ЭКГ"]
    assert model.next(model.read(lm_tokens("пациент принимает")), "", 1)[0][0] == "апиксабан"


@pytest.mark.parametrize("lines", [[], ["", "..."], ["12 345", "http://a.b/c"], ["zyxwv"]])
def test_a_text_without_words_is_one_clear_error(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(InputError, match="no word") as caught:
        make_user_ngram(lines, [], "en", BASE, tmp_path / "model")
    assert "zyxwv" not in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "model").exists()


def test_a_language_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'de'"):
        make_user_ngram(TEXT, [], "de", BASE, tmp_path)


def test_beside_the_shipped_model_common_slips_are_left_out(tmp_path: Path) -> None:
    base = NGram.load(Path(skoropis_models.__file__).parent / "en-general")
    slips = ["teh", "recieve", "definately", "alot", "thier", "beleive"]
    new = ["apixaban", "tirzepatide", "pgvector", "mmol", "kubectl"]
    assert not [word for word in new + slips if word in base.lexicon]
    lines = [f"We use {word} here, and {word} it was, as {word} is." for word in (*slips, *new)]
    make_user_ngram([*lines, *["The end of the day is the day."] * 20], [], "en", base, tmp_path)
    words = NGram.load(tmp_path).lexicon
    assert [word for word in slips if word in words] == []
    assert [word for word in new if word not in words] == []
