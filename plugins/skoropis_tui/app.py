"""The screen of ``skoropis type``."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, TextArea

from skoropis.api import SkoropisError

from .asker import Asker, OpenSession
from .bars import Choices, Head, Hint, OfferBar
from .controller import Controller
from .editor import Editor
from .exchange import Answer
from .leaving import Leaving
from .look import CSS, DARK, LIGHT
from .settings import POLICIES, Settings, following
from .textfile import Clash, TextFile, Write

FADE = 0.5
"""Seconds between two looks at whether a mark's time is over."""
_SIGNALS = ("SIGHUP", "SIGTERM")


@dataclass(frozen=True, slots=True)
class Setup:
    """What the screen is opened with."""

    open_session: OpenSession
    write: Write
    """Replaces a file in one step."""
    settings: Settings
    languages: tuple[str, ...] = ("en", "ru")
    domains: tuple[str, ...] = ()
    path: Path | None = None
    light: bool = False
    clock: Callable[[], float] = time.monotonic
    """Seconds, by which a mended word stands out for a while."""


class TypeApp(App[None]):
    """Text, suggestions, and what was chosen. The session runs on a thread of its own."""

    CSS = CSS
    TITLE = "skoropis type"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-wide")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (7, "-short"), (12, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="^S"),
        Binding("f5", "look", "light/dark", key_display="F5"),
        Binding("f6", "language", show=False),
        Binding("f7", "domain", show=False),
        Binding("f8", "policy", show=False),
        Binding("f9", "record", show=False),
        Binding("ctrl+q,ctrl+c", "leave", "leave", key_display="^Q"),
    ]

    class Answered(Message):
        """The session's thread has an answer."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, setup: Setup) -> None:
        """Raises InputError when the file cannot be read."""
        super().__init__()
        self._setup = setup
        self._file = TextFile(setup.path, setup.write) if setup.path else None
        self._saved = self._file.load() if self._file else ""
        self._clashed = False
        self.settled = False
        """Whether the user has decided what becomes of the text."""
        self.failure: Exception | None = None
        """What ended the screen against the user's will."""
        self._asker = Asker(setup.open_session, self._pass_on)
        self.controller = Controller(self._asker.ask, setup.settings, setup.clock)
        self.editor = Editor(self.controller, self._saved)
        self._saved = self.editor.text
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = (LIGHT if setup.light else DARK).name

    def compose(self) -> ComposeResult:
        yield Head(id="head")
        yield self.editor
        yield OfferBar(id="offers")
        yield Hint()
        yield Choices(id="choices")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        self.editor.focus()
        self.set_interval(FADE, self._fade)
        for name in _SIGNALS:  # a terminal that is closed must not take the text with it
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.exit)

    def _pass_on(self, answer: Answer) -> None:
        """Called on the session's thread; the answer is taken in between two keys."""
        self.post_message(self.Answered(answer))

    def on_unmount(self) -> None:
        self._asker.close()

    @property
    def unsaved(self) -> str:
        """The text if it is nowhere else and nobody decided to give it up; else nothing."""
        return "" if self.settled or self.editor.text == self._saved else self.editor.text

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        before = self.controller.error
        self.editor.carry_out(self.controller.received(message.answer))
        if self.controller.error and self.controller.error != before:
            self.notify(self.controller.error, severity="error", markup=False)
        self._show()

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _changed(self) -> None:
        self._clashed = False
        self._show()

    def _fade(self) -> None:
        if self.controller.fade():
            self._show()

    def _show(self) -> None:
        if len(self.screen_stack) > 1 or not self.is_running:
            return
        controller = self.controller
        name = self._file.path.name if self._file else "not kept in a file"
        changed = self.editor.text != self._saved
        self.query_one(Head).show(name + (" ●" if changed else ""), controller)
        self.query_one(OfferBar).show(controller.offers.suggestions)
        waiting = "" if controller.ready or controller.error else "loading the language models …"
        self.query_one(Hint).show(
            controller.marks.hint(controller.caret), controller.mend_is_next, controller.error or waiting
        )
        self.query_one(Choices).show(controller.settings)
        self.editor.show_offers()

    def action_take(self, place: int) -> None:
        """Take a suggestion that was clicked."""
        self.controller.take(place)
        self.editor.focus()

    def action_hint(self) -> None:
        """Do what the line below the suggestions says."""
        mark = self.controller.marks.hint(self.controller.caret)
        if mark is not None and mark.kind == "mended":
            self.editor.action_undo()
        elif mark is not None:
            self.controller.take_mend()

    def action_language(self) -> None:
        """Fix the language, or let each word decide again."""
        choices = (None, *self._setup.languages)
        self._switch(replace(self._settings, language=following(self._settings.language, choices)))

    def action_domain(self) -> None:
        """Use the next domain's words."""
        choices = (None, *self._setup.domains)
        self._switch(replace(self._settings, domain=following(self._settings.domain, choices)))

    def action_policy(self) -> None:
        """Mend more readily, or not at all."""
        self._switch(replace(self._settings, policy=following(self._settings.policy, POLICIES)))

    def action_record(self) -> None:
        """Let Skoropis learn from what is typed, or not."""
        self._switch(replace(self._settings, recorded=not self._settings.recorded))

    def action_look(self) -> None:
        """Change between dark and light."""
        self.theme = (LIGHT if self.theme == DARK.name else DARK).name
        self._show()

    def action_save(self) -> None:
        """Save, asking for a name where there is none."""
        if self._file is None:
            self.push_screen(Leaving("", self._save_as, leave=False), lambda _: self._show())
        elif not (wrong := self._save()):
            self.notify(f"saved to {self._file.path.name}", markup=False, timeout=2)
            self._show()
        else:
            self.notify(wrong, severity="error", markup=False)

    def action_leave(self) -> None:
        """Leave; asks first when that would lose the text."""
        if len(self.screen_stack) > 1:
            return
        if not self.unsaved:
            self._leave(True)
            return
        path = str(self._file.path) if self._file else ""
        self.push_screen(Leaving(path, self._save_as, leave=True), self._leave)

    def _leave(self, may: bool | None) -> None:
        if may:
            self.settled = True
            self.exit()
        else:
            self._show()

    def _save_as(self, path: str) -> str:
        wanted = Path(path).expanduser()
        if self._file is None or wanted != self._file.path:
            self._file, self._clashed = TextFile(wanted, self._setup.write), False
        return self._save()

    def _save(self) -> str:
        """Save to the file that is chosen; what is wrong, if anything."""
        assert self._file is not None
        text = self.editor.text
        try:
            self._file.save(text, replace=self._clashed)
        except Clash as error:
            self._clashed = True
            return str(error)
        except SkoropisError as error:
            return str(error)
        self._saved, self._clashed = text, False
        return ""

    @property
    def _settings(self) -> Settings:
        return self.controller.settings

    def _switch(self, settings: Settings) -> None:
        self.controller.switch(settings)
        self._show()

    def _handle_exception(self, error: Exception) -> None:
        """End the screen; who called it keeps the text and says what happened, without quoting it."""
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.failure = error
            self.exit(return_code=1)
