"""The text on the screen and the session's stay the same, however late the session answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skoropis.api import Edit, Erased, Moved, Typed
from skoropis_tui.asker import Asker, coalesced
from skoropis_tui.controller import HIGHLIGHT, Controller
from skoropis_tui.exchange import Answer, Ask, Opened
from skoropis_tui.settings import Settings
from skoropis_tui.window import BEFORE

from .scripted import ScriptedSession

MENDS = {"teh": "the", "recieve": "receive", "a": "an"}
GHOSTS = {"see you ": "tomorrow at noon"}
OFFERS = ("there", "tomorrow", "today", "the")


class Desk:
    """A controller with an editor that only keeps text, and a session that answers when it is let."""

    def __init__(self, text: str = "", **scripted: object) -> None:
        self.now = 0.0
        self.waiting: list[Ask] = []
        self.sessions: list[ScriptedSession] = []
        self.opened: list[Settings] = []
        self._scripted = {"offers": OFFERS, "mends": MENDS, "ghosts": GHOSTS, **scripted}
        self.controller = Controller(self.waiting.append, Settings(), lambda: self.now)
        self.text = text
        self.caret = len(text)
        self.history: list[tuple[str, int]] = []
        self._asker = Asker(self._open, lambda answer: None)
        self._asker.close()
        self.controller.open(text, self.caret)
        self.answer()

    def _open(self, settings: Settings, context: object) -> ScriptedSession:
        self.opened.append(settings)
        self.sessions.append(ScriptedSession(context, **self._scripted))  # type: ignore[arg-type]
        return self.sessions[-1]

    @property
    def session(self) -> ScriptedSession:
        return self.sessions[-1]

    def key(self, text: str) -> None:
        """Type letters, none of them answered yet."""
        for char in text:
            self.edit(Edit(self.caret, self.caret, char), self.caret + 1)

    def type(self, text: str) -> None:
        """Type letters, each answered before the next."""
        for char in text:
            self.key(char)
            self.answer()

    def backspace(self, count: int = 1) -> None:
        count = min(count, self.caret)
        self.edit(Edit(self.caret - count, self.caret, ""), self.caret - count)

    def edit(self, edit: Edit, caret: int) -> None:
        self.history.append((self.text, self.caret))
        self.text, self.caret = edit.apply(self.text), caret
        self.controller.edited(edit, caret)

    def move(self, caret: int) -> None:
        self.caret = caret
        self.controller.moved(caret)

    def undo(self) -> None:
        """What the editor does: a mend that stands out, else its own last step."""
        edit = self.controller.undo_earlier()
        if edit is not None:
            self.carry_out(edit)
        elif self.history:
            self.text, self.caret = self.history.pop()
            self.controller.replaced(self.text, self.caret)
        self.answer()

    def answer(self, upto: int | None = None) -> None:
        """Let the session answer what is waiting, or the first of it."""
        while self.waiting:
            asks, rest = self.waiting[:upto], self.waiting[upto or len(self.waiting) :]
            self.waiting[:] = rest
            self.take_in(self._asker._handle(asks))
            if upto is not None:
                return

    def take_in(self, answer: Answer) -> None:
        for edit in self.controller.received(answer):
            self.carry_out(edit)

    def carry_out(self, edit: Edit) -> None:
        self.history.append((self.text, self.caret))
        self.text = edit.apply(self.text)
        if self.caret >= edit.end:
            self.caret += len(edit.text) - (edit.end - edit.start)

    def agrees(self) -> bool:
        """Editor, controller and session hold one text."""
        told = self.controller
        assert (self.text, self.caret) == (told.text, told.caret)
        return self.text[: self.caret].endswith(self.session.before)


def test_a_word_is_mended_while_the_user_types_on() -> None:
    desk = Desk()
    desk.key("teh quick")
    desk.answer()
    assert desk.text == "the quick"
    assert desk.agrees()
    (mark,) = desk.controller.marks
    assert (mark.kind, mark.was, desk.text[mark.start : mark.end]) == ("mended", "teh", "the")


def test_a_mend_that_comes_when_the_word_is_being_changed_is_dropped() -> None:
    desk = Desk()
    desk.key("teh ")
    first = list(desk.waiting)
    desk.waiting.clear()
    desk.backspace(2)
    desk.key("e")
    desk.take_in(desk._asker._handle(first))
    desk.answer()
    assert desk.text == "tee"
    assert desk.agrees()


def test_a_mend_that_comes_when_the_caret_is_elsewhere_is_dropped() -> None:
    desk = Desk()
    desk.key("teh ")
    first = list(desk.waiting)
    desk.waiting.clear()
    desk.move(0)
    desk.take_in(desk._asker._handle(first))
    desk.answer()
    assert desk.text == "teh "
    assert desk.agrees()


def test_a_mend_of_a_word_that_was_erased_and_written_again_is_dropped() -> None:
    desk = Desk()
    desk.key("a ")
    first = list(desk.waiting)
    desk.waiting.clear()
    desk.backspace(2)
    desk.key("a ")
    desk.take_in(desk._asker._handle(first))
    assert desk.text == "a "
    desk.answer()
    assert desk.agrees()


def test_suggestions_for_an_older_text_are_not_shown() -> None:
    desk = Desk()
    desk.type("t")
    shown = desk.controller.offers.suggestions
    assert [offer.text for offer in shown] == ["there", "tomorrow", "today"]
    desk.key("od")
    desk.answer(1)
    assert desk.controller.offers.suggestions == shown
    desk.answer()
    assert [offer.text for offer in desk.controller.offers.suggestions] == ["today"]


def test_a_suggestion_is_taken_with_its_space_and_a_full_stop_closes_up() -> None:
    desk = Desk()
    desk.type("t")
    assert desk.controller.take(1)
    desk.answer()
    assert desk.text == "tomorrow "
    assert desk.agrees()
    assert desk.controller.follows_taken(".")
    assert desk.controller.follows_taken(" ")
    assert not desk.controller.follows_taken("x")
    desk.key("a")
    assert not desk.controller.follows_taken(".")


def test_no_space_is_put_before_one() -> None:
    desk = Desk("t then")
    desk.move(1)
    desk.answer()
    desk.controller.take(0)
    desk.answer()
    assert desk.text == "there then"


@pytest.mark.parametrize(("typed", "taken"), [("tod", "today "), ("tx", "tx")])
def test_what_is_taken_while_an_answer_is_on_its_way_is_taken_only_if_it_still_holds(
    typed: str, taken: str
) -> None:
    desk = Desk()
    desk.type("t")
    desk.key(typed[1:])
    assert desk.controller.take(2)
    desk.answer()
    assert desk.text == taken
    assert desk.agrees()


def test_a_continuation_is_taken_by_the_word_and_whole() -> None:
    desk = Desk()
    desk.type("see you ")
    assert desk.controller.ghost == "tomorrow at noon"
    desk.controller.take_next()
    desk.answer()
    assert (desk.text, desk.controller.ghost) == ("see you tomorrow ", "at noon")
    desk.controller.take_ghost()
    desk.answer()
    assert (desk.text, desk.controller.ghost) == ("see you tomorrow at noon ", "")
    assert desk.agrees()


def test_a_letter_of_the_continuation_leaves_it_standing_at_once() -> None:
    desk = Desk()
    desk.type("see you ")
    desk.key("to")
    assert desk.controller.ghost == "morrow at noon"
    desk.key("x")
    assert desk.controller.ghost == ""


def test_no_continuation_before_text_on_the_same_line_nor_after_moving() -> None:
    desk = Desk("see you x")
    desk.move(len("see you "))
    desk.answer()
    assert desk.controller.ghost == ""
    desk = Desk("see you \nx")
    desk.move(0)
    desk.answer()
    desk.move(len("see you "))
    desk.answer()
    assert desk.controller.ghost == ""
    assert not desk.controller.take_ghost()


def test_tab_takes_the_first_suggestion_where_nothing_continues() -> None:
    desk = Desk()
    desk.type("to")
    assert desk.controller.take_next()
    desk.answer()
    assert desk.text == "tomorrow "


def test_a_doubtful_word_is_marked_and_mended_by_its_key() -> None:
    desk = Desk(doubts={"wich": "which"}, mends={})
    desk.type("the one wich is")
    mark = desk.controller.marks.hint(desk.caret)
    assert mark is not None
    assert (mark.kind, mark.was, mark.now, mark.start) == ("doubtful", "wich", "which", 8)
    assert desk.controller.take_mend()
    desk.answer()
    assert desk.text == "the one which is"
    assert desk.agrees()
    assert desk.controller.marks.hint(desk.caret) is None


def test_what_is_hidden_comes_back_with_the_next_word() -> None:
    desk = Desk()
    desk.type("t")
    assert desk.controller.hide()
    assert not desk.controller.offers.suggestions
    assert not desk.controller.take_next()
    desk.type("o")
    assert not desk.controller.offers.suggestions
    desk.type(" t")
    assert desk.controller.offers.suggestions


def test_undo_right_after_a_mend_takes_it_back_for_good() -> None:
    desk = Desk()
    desk.type("teh ")
    assert desk.controller.just_mended()
    desk.undo()
    assert desk.text == "teh "
    assert desk.agrees()
    assert not list(desk.controller.marks)
    desk.type("and teh ")
    assert desk.text == "teh and teh "


def test_undo_reaches_a_mend_that_stands_out_though_more_was_typed() -> None:
    desk = Desk()
    desk.type("teh quick")
    desk.undo()
    assert (desk.text, desk.caret) == ("teh quick", 9)
    assert desk.agrees()


def test_undo_reaches_a_mend_behind_a_taken_word_or_a_moved_caret() -> None:
    desk = Desk()
    desk.type("teh t")
    desk.controller.take(1)
    desk.answer()
    assert not desk.controller.mend_is_next  # the word that was just taken comes first
    desk.type("x")
    assert desk.controller.mend_is_next
    desk.undo()
    assert desk.text == "teh tomorrow x"
    assert desk.agrees()
    desk = Desk()
    desk.type("teh quick")
    desk.move(0)
    desk.answer()
    desk.undo()
    assert (desk.text, desk.caret) == ("teh quick", 0)
    assert desk.agrees()


def test_a_mend_stands_out_for_a_while() -> None:
    desk = Desk()
    desk.type("teh quick")
    desk.now += HIGHLIGHT + 1
    assert desk.controller.fade()
    assert not desk.controller.fade()
    desk.undo()
    assert desk.text == "the quic"


def test_undo_of_what_was_typed_after_a_taken_word_leaves_the_word() -> None:
    desk = Desk()
    desk.type("teh t")
    desk.controller.take(1)
    desk.answer()
    desk.type("x")
    desk.now += HIGHLIGHT + 1
    desk.controller.fade()
    desk.undo()
    assert desk.text == "the tomorrow "
    assert desk.agrees()


def test_a_session_that_has_nothing_to_take_back_is_told_the_text() -> None:
    desk = Desk()
    desk.type("t")
    desk.controller.take(0)
    desk.answer()
    desk.session._undo.clear()
    desk.undo()
    assert desk.text == "t"
    assert desk.agrees()
    assert isinstance(desk.session.heard[-1], Moved)


def test_a_switch_opens_a_session_with_the_choice() -> None:
    desk = Desk("hello ")
    desk.controller.switch(Settings("ru", "medical", "bold", False))
    desk.answer()
    assert desk.opened[-1] == Settings("ru", "medical", "bold", False)
    assert (desk.session.context.language, desk.session.context.domain) == ("ru", "medical")
    assert desk.agrees()


def test_a_session_is_told_little_of_a_long_text() -> None:
    desk = Desk("word " * 10_000)
    assert len(desk.session.before) <= BEFORE
    assert desk.session.before.startswith("word ")
    desk.type("teh ")
    assert desk.text.endswith("word the ")
    assert desk.agrees()


def test_a_session_that_fails_leaves_an_editor() -> None:
    desk = Desk()
    desk.type("t")

    def fail(body: object) -> tuple[()]:
        raise ValueError("the text of the user")

    desk.session.handle = fail  # type: ignore[method-assign, assignment]
    desk.type("eh and so on")
    assert desk.text == "teh and so on"
    assert desk.controller.error == "suggestions failed: ValueError"
    assert not desk.controller.offers.suggestions
    assert not desk.controller.take(0)
    desk.controller.switch(Settings(policy="bold"))
    desk.answer()
    assert (desk.controller.error, desk.controller.ready) == ("", True)


def test_keys_are_counted_against_characters() -> None:
    desk = Desk()
    desk.type("t")
    desk.controller.take(1)
    desk.answer()
    assert (desk.controller.savings.keys, desk.controller.savings.written) == (2, len("tomorrow "))
    desk.backspace()
    assert (desk.controller.savings.keys, desk.controller.savings.written) == (3, len("tomorrow"))
    desk.edit(Edit(0, 0, "pasted " * 5), 35)
    assert (desk.controller.savings.keys, desk.controller.savings.written) == (3, len("tomorrow"))


def test_a_burst_of_keys_becomes_one_event() -> None:
    asks = [Ask(number, Typed(char)) for number, char in enumerate("hello", start=1)]
    asks += [Ask(6, Erased(1)), Ask(7, Erased(2)), Ask(8, Typed("x"))]
    assert list(coalesced(asks)) == [Ask(5, Typed("hello")), Ask(7, Erased(3)), Ask(8, Typed("x"))]


def test_what_was_done_to_a_text_that_was_replaced_is_left_out() -> None:
    desk = Desk()
    opened = Ask(3, Opened(Settings(), desk.session.context))
    asks = [Ask(1, Typed("x")), Ask(2, Erased(1)), opened, Ask(4, Typed("y"))]
    assert list(coalesced(asks)) == [opened, Ask(4, Typed("y"))]


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["teh ", "a ", "see you ", "t", " ", "\n", "recieve ", "x", "привет ", "🙂"]).map(
            lambda text: lambda desk: desk.key(text)
        ),
        st.integers(1, 4).map(lambda count: lambda desk: desk.backspace(count)),
        st.integers(0, 30).map(lambda caret: lambda desk: desk.move(min(caret, len(desk.text)))),
        st.integers(0, 2).map(lambda place: lambda desk: desk.controller.take(place)),
        st.just(lambda desk: desk.controller.take_next()),
        st.just(lambda desk: desk.controller.take_mend()),
        st.just(lambda desk: desk.undo()),
        st.integers(1, 3).map(lambda count: lambda desk: desk.answer(count)),
        st.just(lambda desk: desk.answer()),
        st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
            lambda ends: (
                lambda desk: desk.edit(
                    Edit(min(*ends, len(desk.text)), min(max(ends), len(desk.text)), "in"),
                    min(*ends, len(desk.text)) + 2,
                )
            )
        ),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_whatever_is_done_in_whatever_order_all_hold_one_text(steps: list[Callable[[Desk], None]]) -> None:
    desk = Desk(doubts={"recieve": "receive"}, mends={"teh": "the", "a": "an"})
    for step in steps:
        step(desk)
    desk.answer()
    assert desk.agrees()
    for mark in desk.controller.marks:
        assert desk.text[mark.start : mark.end] == (mark.now if mark.kind == "mended" else mark.was)
