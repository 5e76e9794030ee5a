"""The screen as a user drives it: keys, mouse, paste, sizes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from skoropis.api import Context, InputError, SkoropisError
from skoropis.files import write_atomic
from skoropis_tui.app import Setup, TypeApp
from skoropis_tui.leaving import Leaving
from skoropis_tui.settings import Settings

from .driving import press, settle, shown, write
from .scripted import ScriptedSession

SCRIPT: dict[str, Any] = {
    "offers": ("there", "tomorrow", "today"),
    "ghosts": {"see you ": "tomorrow at noon, as always", "увидимся ": "завтра утром"},
    "mends": {"teh": "the"},
    "doubts": {"wich": "which"},
}
Play = Callable[[TypeApp, Pilot[None]], Coroutine[Any, Any, None]]


class Stage:
    """A screen with scripted sessions."""

    def __init__(
        self, path: Path | None = None, clock: Callable[[], float] = time.monotonic, **script: Any
    ) -> None:
        self.sessions: list[ScriptedSession] = []
        self.opened: list[Settings] = []
        self._script = {**SCRIPT, **script}
        setup = Setup(
            self._open, write_atomic, Settings(), domains=("auto", "medical"), path=path, clock=clock
        )
        self.app = TypeApp(setup)

    def _open(self, settings: Settings, context: Context) -> ScriptedSession:
        self.opened.append(settings)
        self.sessions.append(ScriptedSession(context, **self._script))
        return self.sessions[-1]

    def play(self, play: Play, size: tuple[int, int] = (90, 20)) -> TypeApp:
        """Run the screen under ``play``."""

        async def run() -> None:
            async with self.app.run_test(size=size) as pilot:
                await settle(pilot)
                await play(self.app, pilot)

        asyncio.run(run())
        return self.app


def test_typing_taking_and_taking_back() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "teh t")
        assert app.editor.text == "the t"
        assert "mended teh → the" in shown(app)
        assert "F2 tomorrow" in shown(app)
        await press(pilot, "f2")
        assert app.editor.text == "the tomorrow "
        await press(pilot, "ctrl+z")
        assert app.editor.text == "the t"
        await press(pilot, "alt+1")
        assert app.editor.text == "the there "
        await write(pilot, ".")
        assert app.editor.text == "the there."
        await write(pilot, " teh ")
        await press(pilot, "backspace")
        assert app.editor.text == "the there. teh "
        await press(pilot, "backspace")
        assert app.editor.text == "the there. teh"
        await press(pilot, "ctrl+y")

    Stage().play(play)


def test_the_continuation_is_seen_and_taken_by_the_word_or_whole() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "see you ")
        assert "see you tomorrow at noon, as always" in shown(app)
        await press(pilot, "tab")
        assert app.editor.text == "see you tomorrow "
        await press(pilot, "right")
        assert app.editor.text == "see you tomorrow at noon, as always "
        await press(pilot, "left", "right")
        assert app.editor.caret == len(app.editor.text)
        await write(pilot, "\nувидимся ")
        assert "увидимся завтра утром" in shown(app)
        await press(pilot, "escape")
        assert "завтра" not in shown(app)
        await press(pilot, "tab")
        assert app.editor.text.endswith("\nувидимся ")

    Stage().play(play)


def test_a_continuation_that_does_not_fit_is_cut_at_a_word() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "see you ")
        assert app.editor.suggestion == "tomorrow at noon,…"
        assert "noon,…" in shown(app)

    Stage().play(play, size=(32, 20))


def test_doubtful_words_are_underlined_and_mended_with_their_key() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "wich one")
        line = app.editor.get_line(0)
        assert [(span.start, span.end) for span in line.spans] == [(0, 4)]
        assert line.spans[0].style.underline
        assert "wich → which?" in shown(app)
        await press(pilot, "f4")
        assert app.editor.text == "which one"
        assert not app.editor.get_line(0).spans

    Stage().play(play)


def test_a_mended_word_is_highlighted_until_it_fades() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "so teh ")
        (span,) = app.editor.get_line(0).spans
        assert (span.start, span.end) == (3, 6)
        assert span.style.bgcolor is not None
        now[0] += 60
        await asyncio.sleep(0.7)
        await pilot.pause()
        assert not app.editor.get_line(0).spans
        assert "mended" not in shown(app)

    now = [0.0]
    Stage(clock=lambda: now[0]).play(play)


def test_no_key_waits_for_the_session() -> None:
    gate = threading.Event()

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        gate.clear()
        for char in "teh quick brown fox":
            await pilot.press("space" if char == " " else char)
        for _ in range(200):  # a busy machine is slow to hand the keys on
            if app.editor.text.endswith("fox"):
                break
            await asyncio.sleep(0.05)
        assert app.editor.text == "teh quick brown fox"  # an answered session would have mended it
        gate.set()
        await settle(pilot)
        assert app.editor.text == "the quick brown fox"

    gate.set()
    stage = Stage(gate=gate)
    stage.play(play)
    assert len(stage.sessions[0].heard) <= 4  # the text at the start, the first key, and the rest at once


def test_mouse_selection_and_clicks() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "one two")
        await pilot.click("#editor", offset=(2 + 3, 1))
        await settle(pilot)
        assert app.editor.caret == 3
        await write(pilot, " t")
        await pilot.click("#offer-1")
        await settle(pilot)
        assert app.editor.text == "one tomorrow two"
        assert app.focused is app.editor
        await pilot.double_click("#editor", offset=(2 + 1, 1))
        await press(pilot, "shift+home", "x")
        assert app.editor.text.startswith("x")

    Stage().play(play)


def test_a_large_paste_is_taken_in_one_piece_and_undone_in_one() -> None:
    pasted = ("teh word, слово, 🙂 " * 300)[:5000] + "\r\nend"

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        from textual.events import Paste

        await write(pilot, "start ")
        app.post_message(Paste(pasted))
        await settle(pilot)
        assert app.editor.text == "start " + pasted.replace("\r\n", "\n")
        assert app.controller.text == app.editor.text
        assert app.controller.savings.keys == len("start ")
        await write(pilot, " teh ")
        assert app.editor.text.endswith("end the ")
        await press(pilot, "ctrl+z", "ctrl+z", "ctrl+z")
        assert app.editor.text == "start "
        assert app.controller.text == app.editor.text

    Stage().play(play)


@pytest.mark.parametrize(
    "text",
    ["👩‍👩‍👧 family 🇷🇺 ", "שלום עולם ", "مرحبا بالعالم ", "ﬁ ﬀ é à̱ 漢字 ", "a\tb\x1b[31m\x07\u2028c\x0cd "],
)
def test_any_script_is_written_and_drawn(text: str) -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        from textual.events import Paste

        app.post_message(Paste(text))
        await settle(pilot)
        assert app.controller.text == app.editor.text
        await write(pilot, "teh ")
        assert "the " in app.editor.text
        await press(pilot, "left", "left", "backspace", "up", "home", "delete")
        assert app.controller.text == app.editor.text
        assert not any(char in shown(app) for char in "\x1b\x07\x0c")

    Stage().play(play)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (12, 4), (20, 6), (40, 9), (71, 11), (300, 100)])
def test_any_size_of_terminal(size: tuple[int, int]) -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "see you ")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "tomorrow at noon" in shown(app)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        await write(pilot, "teh ")
        assert app.editor.text == "see you the "
        if size[1] >= 2 and size[0] >= 12:
            assert app.editor.size.height >= 1

    Stage().play(play, size)


def test_many_keys_that_edit_leave_both_sides_with_one_text() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "teh one\nand teh two\n\nthree")
        for key in [
            "up", "ctrl+k", "ctrl+k", "ctrl+shift+k", "home", "ctrl+w", "delete", "ctrl+u", "x", "ctrl+z",
            "ctrl+z", "ctrl+y", "shift+up", "ctrl+x", "ctrl+v", "pagedown", "ctrl+shift+k", "ctrl+d", "tab",
            "shift+left", "y", "ctrl+left", "ctrl+backspace", "f4", "enter", "end", "backspace",
        ]:  # fmt: skip
            await press(pilot, key)
            assert app.controller.text == app.editor.text, key
            assert app.controller.caret == app.editor.caret, key

    Stage().play(play)


def test_language_domain_policy_and_record_are_shown_and_switched() -> None:
    stage = Stage()

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        assert "language by the word" in shown(app)
        await press(pilot, "f6", "f7", "f8", "f9")
        seen = shown(app)
        for told in ("language en", "domain auto", "mends bold", "● off the record"):
            assert told in seen
        await pilot.click("#record")
        await settle(pilot)
        assert "F9 on the record" in shown(app)
        await press(pilot, "f8")
        await write(pilot, "teh ")

    stage.play(play, size=(110, 20))
    assert stage.opened[4] == Settings("en", "auto", "bold", False)
    assert stage.opened[-1] == Settings("en", "auto", "off", True)
    assert all(session.closed for session in stage.sessions)


def test_what_is_saved_so_far_is_shown() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        assert "keystrokes saved –" in shown(app)
        await write(pilot, "see you ")
        await press(pilot, "right")
        keys, written = len("see you ") + 1, len("see you tomorrow at noon, as always ")
        assert f"keystrokes saved {1 - keys / written:.0%}" in shown(app)
        assert "▁" in shown(app)

    Stage().play(play)


def test_a_session_that_fails_is_told_once_and_typing_goes_on() -> None:
    stage = Stage()

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        def fail(body: object) -> tuple[()]:
            raise SkoropisError("the model is gone")

        stage.sessions[-1].handle = fail  # type: ignore[method-assign, assignment]
        await write(pilot, "still here")
        assert app.editor.text == "still here"
        assert "the model is gone" in shown(app)

    stage.play(play)


def test_light_and_dark() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        assert app.theme == "skoropis-light"
        await pilot.press("f5")
        assert app.theme == "skoropis-dark"

    Stage().play(play)


def test_a_file_is_opened_and_saved_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("\ufeffDear all,\r\n\r\nteh end".encode())

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        assert app.editor.text == "Dear all,\n\nteh end"
        assert "letter.txt" in shown(app)
        await press(pilot, "!")
        assert "letter.txt ●" in shown(app)
        assert app.unsaved
        await press(pilot, "ctrl+s")
        assert "letter.txt ●" not in shown(app)
        await pilot.press("ctrl+q")

    app = Stage(path).play(play)
    assert path.read_bytes() == "\ufeffDear all,\r\n\r\nteh end!".encode()
    assert app.settled


def test_leaving_offers_to_save(tmp_path: Path) -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "to keep")
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert isinstance(app.screen, Leaving)
        await pilot.press("ctrl+q", "enter")
        await pilot.pause()
        assert "Give the file a name." in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.focused is app.editor
        await pilot.press("ctrl+q")
        await pilot.pause()
        app.screen.query_one(Input).value = str(tmp_path / "new" / "text.txt")
        await pilot.press("enter")
        await pilot.pause()

    app = Stage().play(play)
    assert (tmp_path / "new" / "text.txt").read_text() == "to keep"
    assert app.settled
    assert app.unsaved == ""


def test_leaving_unsaved_takes_a_click(tmp_path: Path) -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "away")
        await pilot.press("ctrl+q")
        await pilot.pause()
        await pilot.click("#discard")
        await pilot.pause()

    app = Stage(tmp_path / "never.txt").play(play)
    assert app.settled
    assert not (tmp_path / "never.txt").exists()


def test_a_selection_is_copied_not_left() -> None:
    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "copy")
        await press(pilot, "shift+home")
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.focused is app.editor
        assert app.clipboard == "copy"

    Stage().play(play)


def test_what_another_program_wrote_is_not_lost_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shared.txt"
    path.write_text("ours")

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "!")
        path.write_text("theirs")
        await press(pilot, "ctrl+s")
        assert path.read_text() == "theirs"
        assert any("holds another text" in notice.message for notice in app._notifications)
        await press(pilot, "ctrl+s")
        assert path.read_text() == "ours!"

    Stage(path).play(play)


def test_an_existing_file_is_not_replaced_by_naming_it(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("precious")

    async def play(app: TypeApp, pilot: Pilot[None]) -> None:
        await write(pilot, "new")
        await pilot.press("ctrl+s")
        await pilot.pause()
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert path.read_text() == "precious"
        await pilot.press("enter")
        await pilot.pause()
        assert path.read_text() == "new"

    Stage().play(play)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe\x00", "not UTF-8 text"), (None, "is a folder"), (b"x" * 4_000_001, "MB")],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "odd"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        Stage(path)
