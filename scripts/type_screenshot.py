"""Draws docs/type.svg: the screen of ``skoropis type`` after a few lines were typed into it, all of it real.

Needs nothing but the models of this repository: ``python scripts/type_screenshot.py [FILE]``.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from textual.pilot import Pilot

import skoropis
from skoropis.files import write_atomic
from skoropis_tui.app import Setup, TypeApp
from skoropis_tui.command import sessions
from skoropis_tui.settings import Settings

TARGET = Path(__file__).parents[1] / "docs" / "type.svg"
SIZE = (96, 20)
TEXT = (
    "Hi Anna, thank you very much for the photos from yesterday. We will be there on Saturday.\n"
    "Ghbdtn, мама! Я уже дома, всё хорошо. Завтра утром поедем к бабушке, она нас очень ждёт.\n"
    "I recieved your letter. The wether is nice and I am looking forw"
)
"""What is typed, slips and all; where the next word is offered it is taken with its key."""


async def settle(pilot: Pilot[None]) -> None:
    """Until the session has answered."""
    app = pilot.app
    assert isinstance(app, TypeApp)
    for _ in range(3000):
        await pilot.pause()
        if app.controller.offers.fresh or app.controller.error:
            return
        await asyncio.sleep(0.01)
    raise SystemExit("the session gave no answer")


async def type_text(app: TypeApp, pilot: Pilot[None], text: str) -> None:
    """Type as a person would who looks at what is offered."""
    left = text
    while left:
        await settle(pilot)
        word = left.split()[0]
        begun = app.editor.text[app.controller.caret - _begun(app.editor.text) :]
        offers = [offer.text for offer in app.controller.offers.suggestions]
        place = offers.index(begun + word) if begun + word in offers else None
        whole = left.startswith(word + " ") and len(word) > 1
        if place is not None and whole and left[0] == word[0]:
            await pilot.press(f"f{place + 1}")
            left = left[len(word) + 1 :]
        else:
            await pilot.press({" ": "space", "\n": "enter"}.get(left[0], left[0]))
            left = left[1:]
    await settle(pilot)


def _begun(text: str) -> int:
    """Letters of the word at the end of ``text``."""
    return len(text) - max(text.rfind(" "), text.rfind("\n")) - 1


async def draw(target: Path) -> str:
    """Draw the screen; what is written on it."""
    with skoropis.open(deadline_ms=5000) as suite:
        suite.warm_up()
        domains = ("auto", *sorted({card.domain for card in suite.models.cards()} - {"general"}))
        app = TypeApp(Setup(sessions(suite), write_atomic, Settings(), domains=domains, clock=lambda: 0.0))
        async with app.run_test(size=SIZE) as pilot:
            await type_text(app, pilot, TEXT)
            await pilot.pause()
            write_atomic(target, app.export_screenshot(title="skoropis type").encode())
            app.settled = True
            return app.editor.text


if __name__ == "__main__":
    print(asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)))
