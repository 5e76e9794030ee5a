"""Asks what shall become of a text that is not saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static


class Leaving(ModalScreen[bool]):
    """Ends with True when the screen may be left, False to go on writing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "go on writing")]

    def __init__(self, path: str, save: Callable[[str], str], *, leave: bool) -> None:
        """``save(path)`` saves there and says what is wrong, if anything. ``leave``: the user wants to go."""
        super().__init__()
        self._path = path
        self._save = save
        self._leave = leave

    def compose(self) -> ComposeResult:
        with Vertical(id="leaving"):
            yield Label("The text is not saved yet." if self._leave else "Save the text")
            yield Input(self._path, placeholder="name of a file", id="path")
            yield Static("", id="said")
            with Horizontal(id="buttons"):
                yield Button("Save", variant="primary", id="save", compact=True)
                if self._leave:
                    yield Button("Leave unsaved", id="discard", compact=True)
                yield Button("Go on writing", id="back", compact=True)

    def on_input_submitted(self) -> None:
        """Enter in the name saves."""
        self._try()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        if event.button.id == "save":
            self._try()
        else:
            self.dismiss(event.button.id == "discard")

    def _try(self) -> None:
        path = self.query_one("#path", Input).value.strip()
        wrong = self._save(path) if path else "Give the file a name."
        if wrong:
            self.query_one("#said", Static).update(Content(wrong))
            self.query_one("#path", Input).focus()
        else:
            self.dismiss(self._leave)
