"""The text that is written: Textual's editor, with a continuation behind the caret and marked words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from skoropis.api import Edit

if TYPE_CHECKING:
    from textual import events
    from textual.widgets.text_area import Edit as Change
    from textual.widgets.text_area import EditResult, Location

    from .controller import Controller

_CONTROL = {code: "·" for code in range(32) if chr(code) not in "\t\n"} | {127: "·"}
"""Control characters are shown, never sent to the terminal."""


def one_newline(text: str) -> str:
    r"""``text`` with ``\n`` as its only line break: the editor breaks lines at any of Unicode's."""
    return "\n".join((text + "\0").splitlines())[:-1]


_KEYS: list[BindingType] = [
    Binding("tab", "take_next", "take", key_display="Tab"),
    Binding("right", "right", "take all", key_display="→"),
    Binding("escape", "hide", "hide", key_display="Esc"),
    Binding("f4,alt+4", "take_mend", "mend", key_display="F4"),
    Binding("ctrl+z,super+z", "undo", "undo", key_display="^Z"),
    Binding("f1,alt+1", "take(0)", show=False),
    Binding("f2,alt+2", "take(1)", show=False),
    Binding("f3,alt+3", "take(2)", show=False),
]
_TAKEN = {"right", "ctrl+z,super+z", "f6", "f7"}
"""Keys of Textual's editor that mean something else here."""


class Editor(TextArea, inherit_bindings=False):
    """Takes every key at once, and tells the controller what became of the text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_KEYS,
        *(known for known in TextArea.BINDINGS if isinstance(known, Binding) and known.key not in _TAKEN),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"editor--mended", "editor--doubtful"}

    def __init__(self, controller: Controller, text: str) -> None:
        self._controller = controller
        self._telling = False
        """Whether the controller is told of what happens to the text and the caret."""
        self._marked: dict[int, list[tuple[int, int, Style]]] = {}
        """Columns that stand out, by row."""
        super().__init__(
            one_newline(text), id="editor", compact=True, highlight_cursor_line=False, tab_behavior="focus"
        )

    @property
    def caret(self) -> int:
        """The caret as an offset in the text."""
        return self._offset(self.cursor_location)

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)
        self._controller.open(self.text, self.caret)
        self._telling = True

    def on_resize(self) -> None:
        """There may be room for more of the continuation."""
        self.call_after_refresh(self.show_offers)

    def edit(self, edit: Change) -> EditResult:
        """Carry out a change, and pass it on if it is the user's."""
        edit.text = one_newline(edit.text)
        if not self._telling:
            return super().edit(edit)
        done = Edit(self._offset(edit.top), self._offset(edit.bottom), edit.text)
        with self._silence():
            result = super().edit(edit)
        self._controller.edited(done, self.caret)
        self.show_offers()
        return result

    def carry_out(self, edits: tuple[Edit, ...]) -> None:
        """Change what the session changed. The caret stays where it is in the words."""
        for edit in edits:
            by = len(edit.text) - (edit.end - edit.start)
            ends = [self._offset(place) for place in self.selection]
            self.history.checkpoint()  # each is a step of its own to undo
            with self._silence():
                self.replace(edit.text, self._location(edit.start), self._location(edit.end))
                anchor, caret = (self._location(at + by if at >= edit.end else at) for at in ends)
                self.selection = Selection(anchor, caret)
            self.history.checkpoint()
            self.record_cursor_width()

    def show_offers(self) -> None:
        """Show the continuation, as much of it as fits, and the marks as they are now."""
        self.suggestion = self._fitting(self._controller.ghost)
        self._marked = {}
        for mark in self._controller.marks:
            (top, left), (bottom, right) = self._location(mark.start), self._location(mark.end)
            style = self.get_component_rich_style(f"editor--{mark.kind}", partial=True)
            for row in range(top, bottom + 1):
                end = right if row == bottom else len(self.document.get_line(row))
                self._marked.setdefault(row, []).append((left if row == top else 0, end, style))
        self.notify_style_update()  # has lines drawn anew that hold the same text
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """A line with its marks."""
        line = Text(self.document.get_line(line_index).translate(_CONTROL), end="", no_wrap=True)
        for start, end, style in self._marked.get(line_index, ()):
            line.stylize(style, start, end)
        return line

    def watch_selection(self, old: Selection, new: Selection) -> None:
        """Tell the controller where the caret went."""
        if self._telling and self.is_mounted:
            self._controller.moved(self._offset(new.end))

    async def _on_key(self, event: events.Key) -> None:
        char = event.character if event.is_printable and self.selection.is_empty else None
        if char and self._controller.follows_taken(char):
            self._close_up(char)
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _close_up(self, char: str) -> None:
        """Write a full stop or a comma where the space is that was put behind a taken word."""
        if char == " ":  # it is there already
            self._controller.savings.key()
            return
        caret = self.caret
        with self._silence():
            self.delete(self._location(caret - 1), self._location(caret), maintain_selection_offset=False)
        self._controller.edited(Edit(caret - 1, caret, ""), caret - 1, key=False)
        self._controller.savings.change(-1)
        self.insert(char, maintain_selection_offset=False)

    def action_take_next(self) -> None:
        """Take the continuation's next word, else the first suggestion."""
        self._controller.take_next()

    def action_right(self) -> None:
        """Take the whole continuation; without one, go right."""
        if not (self.selection.is_empty and self._controller.take_ghost()):
            self.action_cursor_right()

    def action_take(self, place: int) -> None:
        """Take a suggestion."""
        self._controller.take(place)

    def action_take_mend(self) -> None:
        """Take the mend of the doubtful word nearest the caret."""
        self._controller.take_mend()

    def action_hide(self) -> None:
        """Show no suggestions until the next word."""
        self._controller.hide()
        self.show_offers()

    def action_undo(self) -> None:
        """Take back: a mend that stands out, else the last step."""
        edit = self._controller.undo_earlier()
        if edit is None:
            self._step(super().undo)
        else:
            self.carry_out((edit,))
            self.show_offers()

    def action_redo(self) -> None:
        """Make the step again that was taken back."""
        self._step(super().redo)

    def action_delete_left(self) -> None:
        """Delete left; right after a mend, take the mend back instead."""
        if self.selection.is_empty and self._controller.just_mended():
            self._step(super().undo)
        else:
            super().action_delete_left()

    def _step(self, step: Callable[[], None]) -> None:
        before = self.text
        with self._silence():
            step()
        text = self.text
        if text != before:
            self._controller.replaced(text, self.caret)
            self.show_offers()

    @contextmanager
    def _silence(self) -> Iterator[None]:
        """What happens meanwhile is told to the controller afterwards, or known to it already."""
        telling, self._telling = self._telling, False
        try:
            yield
        finally:
            self._telling = telling

    def _fitting(self, ghost: str) -> str:
        """As many words of a continuation as there is room for on the line."""
        if not ghost:
            return ""
        ghost, broken, _ = ghost.partition("\n")
        at = self.wrapped_document.location_to_offset(self.cursor_location).x
        room = max(0, self.wrap_width + 1 - at)
        if cell_len(ghost) <= room and not broken:
            return ghost
        cut = set_cell_size(ghost, max(0, min(cell_len(ghost), room - 1)))
        whole = cut.rpartition(" ")[0]
        return (whole if whole.strip() else cut.rstrip()) + "…" if room > 1 else ""

    def _offset(self, location: Location) -> int:
        row, column = location
        lines = self.document.lines
        # A line that is deleted with its break may end on the line after the last.
        return min(sum(len(line) + 1 for line in lines[:row]) + column, self._length)

    @property
    def _length(self) -> int:
        return sum(len(line) + 1 for line in self.document.lines) - 1

    def _location(self, offset: int) -> Location:
        for row, line in enumerate(self.document.lines):
            if offset <= len(line):
                return row, offset
            offset -= len(line) + 1
        return self.document.end
