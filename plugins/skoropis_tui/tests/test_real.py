"""The screen with the models that are shipped, in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import skoropis
from skoropis.files import write_atomic
from skoropis.typing.policy import POLICIES as POLICIES_OF_THE_CORE
from skoropis_tui.app import Setup, TypeApp
from skoropis_tui.command import sessions
from skoropis_tui.settings import POLICIES, Settings

from .driving import press, settle, shown, write


@pytest.fixture(scope="module")
def suite() -> Iterator[skoropis.Suite]:
    with skoropis.open(deadline_ms=5000) as opened:  # a busy machine must not change what is offered
        opened.warm_up()
        yield opened


def screen(suite: skoropis.Suite, settings: Settings = Settings()) -> TypeApp:  # noqa: B008 - it is frozen
    return TypeApp(Setup(sessions(suite), write_atomic, settings))


@pytest.mark.parametrize(
    ("begun", "taken", "slip", "mended"),
    [
        ("I will see you ", "tomorrow", "and thank you very mcuh ", "and thank you very much "),
        ("Увидимся ", "завтра", "и большое спасиба ", "и большое спасибо "),
    ],
)
def test_a_sentence_with_a_word_taken_a_slip_mended_and_taken_back(
    suite: skoropis.Suite, begun: str, taken: str, slip: str, mended: str
) -> None:
    app = screen(suite)

    async def play() -> None:
        async with app.run_test(size=(90, 16)) as pilot:
            await settle(pilot)
            await write(pilot, begun)
            for letter in taken:  # it is offered within the word, and taken as soon as it is
                offers = [offer.text for offer in app.controller.offers.suggestions]
                if taken in offers:
                    break
                await write(pilot, letter)
            place = offers.index(taken)
            assert f"F{place + 1} {taken}" in shown(app)
            await press(pilot, f"f{place + 1}")
            text = f"{begun}{taken} "
            assert app.editor.text == text
            await write(pilot, slip)
            assert app.editor.text == text + mended
            share = app.controller.savings.share
            assert share is not None
            assert share > 0
            await press(pilot, "backspace")
            assert app.editor.text == text + slip
            assert app.controller.error == ""

    asyncio.run(play())


def test_a_continuation_of_the_real_session_is_taken_by_the_word(suite: skoropis.Suite) -> None:
    app = screen(suite)

    async def play() -> None:
        async with app.run_test(size=(90, 16)) as pilot:
            await settle(pilot)
            await write(pilot, "I am looking forw")
            assert app.editor.suggestion.startswith("ard")
            await press(pilot, "tab")
            assert app.editor.text == "I am looking forward "

    asyncio.run(play())


def test_policy_and_record_reach_the_session(suite: skoropis.Suite) -> None:
    learned: list[str] = []
    app = screen(suite, Settings(policy="off", recorded=False))

    async def play() -> None:
        async with app.run_test(size=(90, 16)) as pilot:
            await settle(pilot)
            await write(pilot, "teh qzhplk is a qzhplk. ")
            assert app.editor.text == "teh qzhplk is a qzhplk. "
            await press(pilot, "f9")
            learned.extend(word.text for word in suite.learned())
            await write(pilot, "My vbnmpt is a vbnmpt. ")

    asyncio.run(play())
    assert "qzhplk" not in learned
    words = {word.text for word in suite.learned()}
    assert "vbnmpt" in words
    assert "qzhplk" not in words


def test_the_policies_are_those_of_the_core() -> None:
    assert set(POLICIES) == set(POLICIES_OF_THE_CORE)
