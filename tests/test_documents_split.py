"""Train, dev and test: whole documents, no line in two of them, the same every time."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis_foundry.documents import Document, Split, split
from skoropis_foundry.documents.lines import key


def keys(documents: Iterable[Document]) -> set[str]:
    return {key(line) for document in documents for line in document.lines}


def count(documents: Iterable[Document]) -> int:
    return sum(len(document.lines) for document in documents)


def shelf(documents: int, lines: int) -> list[Document]:
    """Documents whose lines are all different. Digits do not count, so words tell the lines apart."""
    return [
        Document(f"{n}.txt", "\n".join(f"line {word(n)} {word(m)}" for m in range(lines)))
        for n in range(documents)
    ]


def word(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def apart(parts: Split) -> bool:
    """Whether no line is in two parts."""
    train, dev, test = keys(parts.train), keys(parts.dev), keys(parts.test)
    return not (train & dev or train & test or dev & test)


def test_whole_documents_are_held_out() -> None:
    documents = shelf(40, 10)
    parts = split(documents)
    assert not parts.by_block
    assert sorted(
        document.id for part in (parts.train, parts.dev, parts.test) for document in part
    ) == sorted(document.id for document in documents)
    assert (len(parts.dev), len(parts.test)) == (4, 4)
    assert all(document in documents for document in parts.test)


def test_the_split_depends_on_ids_and_seed_alone() -> None:
    documents = shelf(40, 10)
    assert split(documents) == split(documents)
    assert {d.id for d in split(documents[::-1]).test} == {d.id for d in split(documents).test}
    assert {d.id for d in split(documents, seed="x").test} != {d.id for d in split(documents).test}


def test_a_share_of_nothing_gives_nothing() -> None:
    parts = split(shelf(40, 10), test_share=0, dev_share=0.25)
    assert not parts.test and len(parts.dev) == 10 and not parts.by_block
    with pytest.raises(ValueError, match="train"):
        split(shelf(2, 2), dev_share=0.5, test_share=0.5)


def test_one_large_document_is_cut_into_blocks_of_lines_in_a_row() -> None:
    (document,) = shelf(1, 10_000)
    parts = split([document])
    assert parts.by_block
    assert apart(parts)
    for part in (parts.dev, parts.test):
        assert count(part) == pytest.approx(1000, abs=100)
        for block in part:
            assert len(block.lines) == 200
            assert block.text in document.text
    assert all(block.id.startswith("0.txt@") for block in parts.test)


def test_a_document_that_is_most_of_the_text_is_cut_and_the_others_are_not() -> None:
    large = Document("large", "\n".join(f"big {word(n)}" for n in range(3000)))
    parts = split([*shelf(30, 5), large])
    assert parts.by_block
    names = {document.id for part in (parts.train, parts.dev, parts.test) for document in part}
    assert {f"{n}.txt" for n in range(30)} <= names and "large" not in names


def test_what_is_held_out_is_not_trained_on() -> None:
    documents = [Document(d.id, d.text + "\nSee you!\nOh, NO...") for d in shelf(40, 10)]
    parts = split(documents)
    assert apart(parts)
    assert "see you" in keys(parts.test)
    assert all("See you!" not in document.lines for document in parts.train + parts.dev)


def test_nothing_to_split() -> None:
    for documents in ([], [Document("a", "")]):
        assert split(documents) == Split([], [], [], by_block=True)


LINE = st.sampled_from(
    ["ok", "OK!", "yes", "no", "well, then", "see you", "one two three", "a b", "c d", "e f g"]
)
DOCUMENT = st.lists(LINE | st.text("abc xyz", min_size=1, max_size=9), max_size=40).map("\n".join)


@given(st.lists(DOCUMENT, max_size=25), st.text(max_size=3))
def test_no_line_is_in_two_parts_and_none_is_invented(texts: list[str], seed: str) -> None:
    documents = [Document(f"{n}.txt", text) for n, text in enumerate(texts)]
    parts = split(documents, seed)
    assert apart(parts)
    every = parts.train + parts.dev + parts.test
    assert len({document.id for document in every}) == len(every)
    assert all(document.text for document in every)
    assert keys(every) <= keys(documents)
    assert count(every) <= count(documents)
    if count(documents) >= 30 and len(keys(documents)) >= 3:
        assert parts.train and parts.dev and parts.test


@given(st.integers(3, 400), st.integers(1, 12))
def test_with_lines_of_their_own_every_line_is_in_one_part(lines: int, documents: int) -> None:
    whole = shelf(documents, -(-lines // documents))
    parts = split(whole)
    assert count(parts.train) + count(parts.dev) + count(parts.test) == count(whole)
    assert keys(parts.train) | keys(parts.dev) | keys(parts.test) == keys(whole)
