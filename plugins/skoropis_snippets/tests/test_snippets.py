"""Triggers become their texts; a file that is wrong takes nothing away."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.api import ConfigError, Context, Suggestion
from skoropis_snippets.predictor import Predictor
from skoropis_snippets.snippets import CARET, expand, merged, parse
from skoropis_snippets.store import EVERY, Store

NOW = datetime(2026, 11, 24, 15, 7)
OWN = """
";addr" = "12 High Street"
";adieu" = "Farewell"
omw = "on my way"
";arrow" = ""
";q" = "<{caret}>"
"""


@pytest.fixture
def predictor(tmp_path: Path) -> Predictor:
    (tmp_path / "snippets.toml").write_text(OWN, encoding="utf-8")
    return Predictor(tmp_path, lambda: NOW)


def offers(predictor: Predictor, before: str, limit: int = 5, **context: object) -> list[Suggestion]:
    found = list(predictor.predict(Context(before, **context), limit))  # type: ignore[arg-type]
    assert len(found) <= limit
    assert all(offer.kind == "snippet" and offer.logprob < 0 for offer in found)
    assert [o.logprob for o in found] == sorted((o.logprob for o in found), reverse=True)
    return found


def texts(predictor: Predictor, before: str, limit: int = 5, **context: object) -> list[str]:
    return [offer.edit.apply(before) for offer in offers(predictor, before, limit, **context)]


def test_a_trigger_is_offered_once_it_is_clear(predictor: Predictor) -> None:
    assert texts(predictor, "to ;addr") == ["to 12 High Street"]
    assert texts(predictor, "to ;ad") == ["to 12 High Street", "to Farewell"]
    assert texts(predictor, "(;addr") == ["(12 High Street"]
    assert texts(predictor, "omw") == ["on my way"], "a word in full"
    assert texts(predictor, "om") == [], "a begun word is a word"
    assert offers(predictor, ";addr")[0].logprob > offers(predictor, ";ad")[0].logprob


@pytest.mark.parametrize(
    "before", ["", ";", "; ", "a;addr", ";addr ", ";addrs", "x omws", ";;addr", "homw", "\n", "zzz" * 100]
)
def test_otherwise_it_is_quiet(predictor: Predictor, before: str) -> None:
    assert texts(predictor, before) == []


def test_secret_fields_are_left_alone(predictor: Predictor) -> None:
    assert texts(predictor, ";addr", purpose="password") == []
    assert texts(predictor, ";addr", limit=0) == []


def test_built_in_examples_are_there_unless_they_are_taken_away(predictor: Predictor) -> None:
    assert texts(predictor, ";shrug") == ["¯\\_(ツ)_/¯"]
    assert texts(predictor, ";note") == ["2026-11-24 15:07: "]
    assert texts(predictor, ";arrow") == []


def test_the_caret_is_shown_in_the_text_and_is_not_in_the_edit(predictor: Predictor) -> None:
    offer = offers(predictor, "say ;q")[-1]
    whole = next(o for o in offers(predictor, "say ;q") if o.edit.text == "<>")
    assert whole.text == f"<{CARET}>"
    assert offer.kind == "snippet"


@pytest.mark.parametrize(
    ("template", "text", "shown"),
    [
        ("plain", "plain", "plain"), ("{date}", "2026-11-24", "2026-11-24"), ("{time}", "15:07", "15:07"),
        ("{date:%d.%m.%Y}", "24.11.2026", "24.11.2026"), ("a{caret}b", "ab", f"a{CARET}b"),
        ("a{caret}b{caret}c", "abc", f"a{CARET}bc"), ("end{caret}", "end", "end"),
        ("{x} {{}} {", "{x} {{}} {", None),
        (f"a{CARET}b", "ab", "ab"), ("{time:%n}", "", ""),
    ],
)  # fmt: skip
def test_placeholders_are_filled_in(template: str, text: str, shown: str | None) -> None:
    expanded = expand(template, NOW)
    assert (expanded.text, expanded.shown) == (text, text if shown is None else shown)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'";a" = ', "at end of document"), (b'\n";addr" = "SECRET\n', "line 2"), (b"\xff\xfe", "UTF-8"),
        (b'";a" = 3', "entry 1"),
        (b'";addr" = "SECRET"\n"a b" = "SECRET"', "entry 2"), (b'"x" = "SECRET"', "entry 1"),
        (b"[SECRET]\n", "entry 1"), (b'";addr" = "SECRET\\u0007"', "control"),
        (b'";addr" = "' + b"S" * 5000 + b'"', "longer"),
        (b"#" * (2 << 20), "MB"), (b"SECRET = 1\nSECRET = 1", "TOML"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_without_quoting_it(data: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as refused:
        parse(data, "snippets.toml")
    assert "SECRET" not in str(refused.value)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def settled(store: Store, clock: Clock, wanted: str) -> str:
    """What ``;addr`` stands for once the store has looked again."""
    for _ in range(200):
        clock.now += EVERY
        if store.get().get(";addr", "") == wanted:
            return wanted
        time.sleep(0.01)
    return store.get().get(";addr", "")


def test_a_change_of_the_file_counts_and_nobody_waits_for_it(tmp_path: Path) -> None:
    path, clock = tmp_path / "snippets.toml", Clock()
    store = Store(path, clock)
    assert ";addr" not in store.get()
    path.write_text('";addr" = "one"')
    assert ";addr" not in store.get(), "not before the next look"
    assert settled(store, clock, "one") == "one"
    path.write_text('";addr" = "another"')
    assert settled(store, clock, "another") == "another"
    path.unlink()
    assert settled(store, clock, "") == ""


def test_a_broken_file_is_told_once_and_old_snippets_stay(tmp_path: Path) -> None:
    path, clock = tmp_path / "snippets.toml", Clock()
    path.write_text('";addr" = "one"')
    store = Store(path, clock)
    path.write_text('";addr" = "two')
    told = 0
    for _ in range(40):
        clock.now += EVERY
        try:
            assert store.get()[";addr"] == "one"
        except ConfigError:
            told += 1
        time.sleep(0.005)
    assert told == 1
    path.write_text('";addr" = "three"')
    assert settled(store, clock, "three") == "three"


def test_a_file_that_is_broken_from_the_start_leaves_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "snippets.toml").write_text("nonsense")
    predictor = Predictor(tmp_path)
    with pytest.raises(ConfigError, match=r"snippets\.toml"):
        predictor.predict(Context(";shrug"), 3)
    assert texts(predictor, ";shrug")


def test_a_file_that_cannot_be_opened_is_told_once_and_read_when_it_can(tmp_path: Path) -> None:
    path, clock = tmp_path / "snippets.toml", Clock()
    path.mkdir()
    store = Store(path, clock)
    with pytest.raises(ConfigError, match="cannot read"):
        store.get()
    clock.now += EVERY
    assert store.get()
    path.rmdir()
    path.write_text('";addr" = "one"')
    assert settled(store, clock, "one") == "one"


def test_a_slow_disk_costs_no_keystroke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, clock = tmp_path / "snippets.toml", Clock()
    store = Store(path, clock)

    def slow(self: Path, **_: object) -> os.stat_result:
        time.sleep(0.5)
        raise FileNotFoundError

    monkeypatch.setattr(Path, "stat", slow)
    begun = time.monotonic()
    for _ in range(20):
        clock.now += EVERY
        store.get()
    assert time.monotonic() - begun < 0.4


@given(st.text(max_size=80))
def test_any_template_gives_text_that_can_be_typed(template: str) -> None:
    expanded = expand(template, NOW)
    assert expanded.shown.replace(CARET, "") == expanded.text


def test_own_snippets_lie_over_the_built_in_ones() -> None:
    assert merged({"b": "1", "a": "2", "c": "3"}, {"a": "4", "c": ""}) == {"a": "4", "b": "1"}
