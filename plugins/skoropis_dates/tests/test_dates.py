"""Names of days become dates, written as each language writes them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.api import Context
from skoropis_dates.calendar import Named
from skoropis_dates.predictor import Predictor

TUESDAY = datetime(2026, 11, 24, 15, 7)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.delenv(name, raising=False)


def offered(before: str, limit: int = 3, now: datetime = TUESDAY, **context: object) -> list[str]:
    offers = Predictor(lambda: now).predict(Context(before, **context), limit)  # type: ignore[arg-type]
    assert len(offers) <= limit
    for offer in offers:
        assert offer.kind == "snippet"
        assert offer.logprob < 0
        assert before[offer.edit.start] == ";"
        assert offer.edit.apply(before) == before[: offer.edit.start] + offer.text
    assert [o.logprob for o in offers] == sorted((o.logprob for o in offers), reverse=True)
    return [offer.text for offer in offers]


@pytest.mark.parametrize(
    ("before", "first"),
    [
        (";today", "24 November 2026"), ("Due ;tomorrow", "25 November 2026"),
        (";yesterday", "23 November 2026"),
        ("(;now", "15:07"), (";Today", "24 November 2026"), (";tod", "24 November 2026"),
        (";friday", "27 November 2026"), (";tuesday", "1 December 2026"), (";next friday", "4 December 2026"),
        (";last friday", "20 November 2026"), (";next fri", "4 December 2026"),
        (";day after tomorrow", "26 November 2026"),
        (";сегодня", "24 ноября 2026 г."), ("до ;завтра", "25 ноября 2026 г."), (";сейчас", "15:07"),
        (";послезавтра", "26 ноября 2026 г."), (";пятница", "27 ноября 2026 г."),
        (";пятницу", "27 ноября 2026 г."),
        (";следующая пятница", "4 декабря 2026 г."), (";в следующую пятницу", "4 декабря 2026 г."),
        (";прошлый вторник", "17 ноября 2026 г."), (";завт", "25 ноября 2026 г."),
    ],
)  # fmt: skip
def test_a_name_gives_its_date(before: str, first: str) -> None:
    assert offered(before)[0] == first


def test_each_format_of_a_language_is_offered() -> None:
    assert offered(";today") == ["24 November 2026", "Tuesday, 24 November 2026", "2026-11-24"]
    assert offered(";сегодня") == ["24 ноября 2026 г.", "24.11.2026", "вторник, 24 ноября"]
    assert offered(";today", limit=1) == ["24 November 2026"]


def test_the_territory_of_the_locale_writes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert offered(";today")[:2] == ["November 24, 2026", "Tuesday, November 24, 2026"]
    assert offered(";now") == ["3:07 PM", "15:07"]
    assert offered(";now", now=datetime(2026, 1, 1, 0, 5))[0] == "12:05 AM"
    assert offered(";now", now=datetime(2026, 1, 1, 12, 0))[0] == "12:00 PM"
    assert offered(";сегодня")[0] == "24 ноября 2026 г."


def test_several_days_that_begin_alike_are_offered_each_once() -> None:
    assert offered(";to") == ["24 November 2026", "25 November 2026"], "today, tomorrow"
    assert offered(";next t")[:2] == ["1 December 2026", "3 December 2026"], "Tuesday, Thursday"


@pytest.mark.parametrize(
    "before",
    ["", ";", ";t", ";10", "a;today", "x = 1;today", "; today", ";;today", "today", ";todayx", "&nbsp;now"],
)  # fmt: skip
def test_a_semicolon_is_mostly_a_semicolon(before: str) -> None:
    assert offered(before) == []


def test_nothing_is_offered_in_secrets_and_inside_words() -> None:
    assert offered(";today", purpose="password") == []
    assert offered(";tod", after="ay") == []


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("today", range(7))
def test_weekdays_fall_where_they_are_said_to(today: int, weekday: int) -> None:
    now = datetime(2026, 11, 23 + today)  # 23 is a Monday
    coming, following, last = (Named(place, weekday).at(now) for place in ("coming", "next", "last"))  # type: ignore[arg-type]
    assert {moment.weekday() for moment in (coming, following, last)} == {weekday}
    assert 1 <= (coming - now).days <= 7
    assert following.isocalendar().week == now.isocalendar().week + 1
    assert 1 <= (now - last).days <= 7


@given(st.text(max_size=50))
def test_any_text_is_answered(text: str) -> None:
    offered(text)
    offered(" ;" + text)
