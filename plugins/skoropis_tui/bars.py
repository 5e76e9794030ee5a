"""The lines around the text: what is saved, what is offered, what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from skoropis.api import Suggestion

    from .controller import Controller
    from .marks import Mark
    from .settings import Settings

OFFERS = 3


class Pressed(Static):
    """A line of text that does something when it is clicked."""

    def __init__(self, action: str, name: str, classes: str) -> None:
        super().__init__("", id=name, classes=classes)
        self._action = action

    async def on_click(self) -> None:
        """Do it; the editor keeps the focus."""
        await self.run_action(self._action)


class Head(Horizontal):
    """What is written to, and how many keystrokes were saved."""

    def compose(self) -> ComposeResult:
        yield Static("", id="title")
        yield Static("", id="savings")

    def show(self, title: str, controller: Controller) -> None:
        """Say it as it is now."""
        self.query_one("#title", Static).update(Content.assemble(("скоропись  ", "$primary"), title))
        share, bars = controller.savings.share, controller.savings.sparkline()
        told = "keystrokes saved " + ("–" if share is None else f"{share:.0%}".replace("-", "−"))
        self.query_one("#savings", Static).update(Content.assemble(told, "  ", (bars, "$primary")))


class OfferBar(Horizontal):
    """The three suggestions."""

    def compose(self) -> ComposeResult:
        for place in range(OFFERS):
            yield Pressed(f"app.take({place})", f"offer-{place}", "offer")

    def show(self, offers: tuple[Suggestion, ...]) -> None:
        """Say what is offered; best first."""
        for place, cell in enumerate(self.query(Pressed)):
            offer = offers[place] if place < len(offers) else None
            cell.set_class(offer is None, "-empty")
            text = "" if offer is None else offer.text
            cell.update(Content.assemble((f"F{place + 1} ", "$faint"), text))


class Hint(Pressed):
    """What the next key could mend or take back."""

    def __init__(self) -> None:
        super().__init__("app.hint", "hint", "")

    def show(self, mark: Mark | None, undoable: bool, otherwise: str) -> None:
        """Say what a mark is about and whether undo takes that mend back, or something else."""
        if mark is None:
            self.update(Content(otherwise))
        elif mark.kind == "mended":
            self.update(
                Content.assemble(
                    "mended ", (mark.was, "strike"), " → ", (mark.now, "$mended-text"), "   ",
                    ("^Z" if undoable else "", "$primary"), " takes it back" if undoable else "",
                )
            )  # fmt: skip
        else:
            self.update(
                Content.assemble(
                    (mark.was, "$doubt underline"), " → ", (mark.now, "bold"), "?   ",
                    ("F4", "$primary"), " mends it",
                )
            )  # fmt: skip


class Choices(Horizontal):
    """What is chosen, and the key that chooses the next."""

    def compose(self) -> ComposeResult:
        yield Pressed("app.language", "language", "choice")
        yield Pressed("app.domain", "domain", "choice")
        yield Pressed("app.policy", "policy", "choice")
        yield Pressed("app.record", "record", "choice")

    def show(self, settings: Settings) -> None:
        """Say it as it is now."""
        for name, key, label, value in (
            ("language", "F6", "language", settings.language or "by the word"),
            ("domain", "F7", "domain", settings.domain or "general"),
            ("policy", "F8", "mends", settings.policy),
            ("record", "F9", "", "on the record" if settings.recorded else "● off the record"),
        ):
            told = Content.assemble((f"{key} ", "$primary"), f"{label} " if label else "", (value, "bold"))
            self.query_one(f"#{name}", Pressed).update(told)
        self.query_one("#record").set_class(not settings.recorded, "-on")
