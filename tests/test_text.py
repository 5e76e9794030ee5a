"""Words, prefixes, scripts, case and edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.lm.tokens import WINDOW, lm_tokens, split_prefix
from skoropis.text.casing import is_title, match_case
from skoropis.text.edits import apply_edits
from skoropis.text.scripts import language_of, script_of
from skoropis.text.words import normalize_word, tokenize
from skoropis.types import Edit


@pytest.mark.parametrize(
    ("before", "tokens", "prefix"),
    [
        ("I'll see you tom", ["i'll", "see", "you"], "tom"),
        ("I'll see you ", ["i'll", "see", "you"], ""),
        ("glad I'", ["glad"], "I'"),
        ("это по-", ["это"], "по-"),
        ("a - ", ["a", "-"], ""),
        ("well -", ["well", "-"], ""),
        ("Ещё раз. Ёл", ["еще", "раз", "."], "Ёл"),
        ("at 12", ["at", "<num>"], ""),
        ("", [], ""),
    ],
)
def test_the_begun_word_is_split_off(before: str, tokens: list[str], prefix: str) -> None:
    assert split_prefix(before) == (tokens, prefix)


def test_only_the_end_of_a_long_text_is_read() -> None:
    tokens, prefix = split_prefix("word " * 100_000 + "beg")

    assert prefix == "beg"
    assert len(tokens) <= WINDOW // 5


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("see https://a.example/x?y=1 now", ["word", "opaque", "word"]),
        ("anna@example.org", ["opaque"]),
        ("~/notes/today.txt", ["opaque"]),
        ("snake_case and x2", ["opaque", "word", "opaque"]),
        ("#tag @name", ["opaque", "opaque"]),
        ("call 12:30, 1.5", ["word", "number", "punct", "number"]),
        ("кое-кто — don’t", ["word", "punct", "word"]),
    ],
)
def test_what_must_be_left_alone_is_one_token(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokenize(text)] == kinds


@given(st.text())
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    position = 0
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
        assert token.start >= position
        position = token.end
    lm_tokens(text)
    split_prefix(text)


def test_words_are_known_by_one_form() -> None:
    assert normalize_word("Ёлка") == normalize_word("Е\u0308лка") == "елка"
    assert normalize_word("DON’T") == "don't"
    assert normalize_word("йод") == normalize_word("и\u0306од")


def test_scripts_and_languages() -> None:
    assert [script_of(w) for w in ("hello", "привет", "приvет", "123")] == [
        "latin",
        "cyrillic",
        "mixed",
        "other",
    ]
    assert language_of("задеплой build на ", ("en", "ru")) == "ru"
    assert language_of("123", ("en", "ru")) == "en"
    assert language_of("слово", ()) is None


def test_case_is_carried_over() -> None:
    assert [match_case(p, "the") for p in ("TEH", "Teh", "teh", "T")] == ["THE", "The", "the", "The"]
    assert is_title("Word")
    assert not is_title("WORD")
    assert not is_title("")


def test_edits_apply_to_one_text_and_may_not_overlap() -> None:
    assert apply_edits("teh qick fox", [Edit(4, 8, "quick"), Edit(0, 3, "the")]) == "the quick fox"
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abc", [Edit(0, 2, ""), Edit(1, 3, "")])
