"""Emoji are found by name in both languages, and a colon is mostly a colon."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skoropis.api import Context
from skoropis_emoji.names import Names, names
from skoropis_emoji.predictor import Predictor
from skoropis_emoji.trigger import trigger


def offered(before: str, limit: int = 3, **context: object) -> list[str]:
    offers = Predictor().predict(Context(before, **context), limit)  # type: ignore[arg-type]
    assert len(offers) <= limit
    for offer in offers:
        assert offer.kind == "emoji"
        assert offer.logprob < 0
        assert before[offer.edit.start] == ":"
        assert offer.edit.apply(before) == before[: offer.edit.start] + offer.text
    assert [o.logprob for o in offers] == sorted((o.logprob for o in offers), reverse=True)
    return [offer.text for offer in offers]


@pytest.mark.parametrize(
    ("before", "emoji"),
    [
        (":smile", "😄"), ("Well done :tada", "🎉"), (":heart", "❤️"), ("so (:joy", "😂"), (":SMILE", "😄"),
        (":улыб", "😊"), ("привет :сердце", "❤️"), (":сердца", "💕"), (":сердечка", "🥰"), (":огонь", "🔥"),
        ("ок :палец", "👍️"), (":red_heart", "❤️"), (":thumbs_up", "👍️"),
        (":большой_палец", "👍️"), (":party-pop", "🎉"),
        ("\n:кот", "🐱"), (":ёлка", "🎄"), (":joy:", "😂"), ("👍:fire", "🔥"), (":thumbsup", "👍️"),
    ],
)  # fmt: skip
def test_names_and_keywords_find_emoji(before: str, emoji: str) -> None:
    assert emoji in offered(before)


@pytest.mark.parametrize(
    "before",
    [
        "", ":", ":s", "::", ":)", ":-D", "at 10:30", "10:30am", "http:", "http://smile", "std::smile",
        "::smile",
        "key:smile", "ratio 3:сердце", "C:smile", ":10", ":_", "note: smile", ":smile ", "`:smile",
        "```\nx = :smile",
        "a.b:smile", "x=:smile", "Dear Sir:smile", ":zzzzqq", ":joy::", ":не бывает", ":smilezzz:", "/:smile",
    ],
)  # fmt: skip
def test_a_colon_is_mostly_a_colon(before: str) -> None:
    assert offered(before) == []


def test_nothing_is_offered_in_secrets_and_inside_words() -> None:
    assert offered(":smile", purpose="password") == []
    assert offered(":smile", purpose="code") == []
    assert offered(":smi", after="le") == []
    assert offered(":smile", limit=0) == []


def test_whole_names_come_before_words_and_words_before_beginnings() -> None:
    found = Names(
        [
            "A\tcatfish\t\t\tсом\t",
            "B\tblack cat\t\t\tчёрная кошка\t",
            "C\tcat\t\t\tкошка\t",
            "D\tdog\tcat\t\tпёс\t",
        ]
    )
    asked = trigger(":cat")
    assert asked is not None
    assert found.find(asked, 9) == (["C", "D", "B", "A"], True)


def test_a_second_colon_asks_for_exactly_that_name() -> None:
    assert offered(":joy:") == ["😂"]
    assert offered(":jo:") == []


def test_every_emoji_is_found_by_its_own_names() -> None:
    text = files("skoropis_emoji").joinpath("data/emoji.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    assert len(rows) == len(names()) > 1800
    assert len(text.encode()) < 1_000_000
    missed = []
    for emoji, english, _, _, russian, _ in rows[::7]:
        for name in (english, russian):
            words = "".join(char if char.isalnum() else " " for char in name).split()
            asked = trigger(":" + "_".join(words)[:38])
            if asked is not None and emoji not in names().find(asked, 3000)[0]:
                missed.append((emoji, name))
    assert not missed


def test_names_are_read_at_the_first_use() -> None:
    code = (
        "from skoropis.api import Context\nfrom skoropis_emoji.names import names\n"
        "from skoropis_emoji.predictor import Predictor\np = Predictor()\n"
        "p.predict(Context('at 10:30 I smile'), 3); print(names.cache_info().currsize)\n"
        "p.predict(Context(':smile'), 3); print(names.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["0", "1"]


def test_an_answer_costs_no_more_than_the_manifest_says() -> None:
    predictor = Predictor()
    predictor.predict(Context(":smile"), 3)
    begun = time.process_time()
    for before in (":fa", ":сме", "x" * 100_000 + " :heart", "no colon at all") * 25:
        predictor.predict(Context(before), 3)
    assert (time.process_time() - begun) / 100 < 0.005


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_answered(text: str) -> None:
    offered(text)
    offered(text + ":" + text)
