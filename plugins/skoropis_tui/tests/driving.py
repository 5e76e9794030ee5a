"""Driving the screen as a user would."""

from __future__ import annotations

import asyncio

from textual.pilot import Pilot

from skoropis_tui.app import TypeApp


async def settle(pilot: Pilot[None]) -> None:
    """Until the session has answered everything."""
    for _ in range(500):
        await pilot.pause()
        app = pilot.app
        assert isinstance(app, TypeApp)
        if app.controller.offers.fresh or app.controller.error:
            break
        await asyncio.sleep(0.01)
    await pilot.pause()


async def write(pilot: Pilot[None], text: str) -> None:
    """Press the keys of a text, then let the session answer."""
    for char in text:
        await pilot.press({" ": "space", "\n": "enter"}.get(char, char))
    await settle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each answered."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def shown(app: TypeApp) -> str:
    """What stands on the screen."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
