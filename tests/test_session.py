"""A session answers what a front end tells it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from skoropis.session import Session
from skoropis.types import (
    Accepted,
    AudioChunk,
    Changed,
    Context,
    Edit,
    Erased,
    Event,
    Heard,
    Hypothesis,
    Moved,
    Segment,
    Suggested,
    Suggestion,
    Transcribed,
    Typed,
    Undone,
)
from skoropis.typing.policy import CORRECT, WHILE_TYPING, Policy

WORDS = ["tomato", "tomorrow", "tomb", "tomcat", "the", "then", "there", "these"]
MENDS = {"teh": ("the", 0.99), "wrod": ("word", 0.5), "ghbdtn": ("привет", 0.99)}


class Typing:
    """Stands in for the plugins: completes from a list, mends from a table."""

    def suggest(self, context: Context, limit: int, refused=()) -> tuple[Suggestion, ...]:
        prefix = context.before.rsplit(" ", 1)[-1]
        start = len(context.before) - len(prefix)
        words = [w for w in WORDS if prefix and w.startswith(prefix) and w not in refused][:limit]
        return tuple(
            Suggestion(Edit(start, len(context.before), w), w, "completion", -1.0, "t", context.revision)
            for w in words
        )

    def corrections(self, context: Context, policy: Policy, *, deadline=None) -> tuple[Suggestion, ...]:
        found, start = [], 0
        for word in context.before.split(" "):
            if word in MENDS:
                text, chance = MENDS[word]
                kind = "layout" if word == "ghbdtn" else "correction"
                found.append(Suggestion(Edit(start, start + len(word), text), text, kind, math.log(chance)))
            start += len(word) + 1
        return policy.choose(found)


class Speech:
    def transcribe(self, audio: AudioChunk, context: Context) -> Transcribed:
        text = audio.pcm16.decode()
        return Transcribed(Segment(0.0, 1.0, text, (Hypothesis(text),)), "en", text)


@pytest.fixture
def session() -> Session:
    return Session(Typing(), Speech())


def shown(events: tuple[Event, ...]) -> list[str]:
    return [s.text for event in events if isinstance(event.body, Suggested) for s in event.body.suggestions]


def changes(events: tuple[Event, ...]) -> list[Changed]:
    return [event.body for event in events if isinstance(event.body, Changed)]


def test_typing_shows_suggestions_that_refer_to_the_text(session: Session) -> None:
    events = session.handle(Typed("tom"))

    assert shown(events) == ["tomato", "tomorrow", "tomb"]
    assert events[-1].body.revision == session.revision
    assert events[-1].cause is not None


def test_what_was_passed_over_is_not_offered_again_within_the_word(session: Session) -> None:
    assert shown(session.handle(Typed("t"))) == ["tomato", "tomorrow", "tomb"]
    assert shown(session.handle(Typed("o"))) == ["tomcat"]
    session.handle(Typed(" "))
    assert shown(session.handle(Typed("t"))) == ["tomato", "tomorrow", "tomb"]


def test_repeating_can_be_asked_for() -> None:
    session = Session(Typing(), Speech(), repeat=True)
    session.handle(Typed("t"))

    assert shown(session.handle(Typed("o"))) == ["tomato", "tomorrow", "tomb"]


def test_erasing_offers_everything_again(session: Session) -> None:
    session.handle(Typed("t"))
    session.handle(Typed("o"))

    assert shown(session.handle(Erased(1))) == ["tomato", "tomorrow", "tomb"]
    session.handle(Erased(100))
    assert session.before == ""


def test_an_accepted_suggestion_becomes_one_edit_with_its_space(session: Session) -> None:
    session.handle(Typed("see you "))
    suggestion = session.handle(Typed("tom"))[-1].body.suggestions[1]

    (change,) = changes(session.handle(Accepted(suggestion)))

    assert (change.reason, change.edit) == ("accept", Edit(8, 11, "tomorrow "))
    assert session.before == "see you tomorrow "


def test_a_stale_suggestion_changes_nothing(session: Session) -> None:
    suggestion = session.handle(Typed("tom"))[-1].body.suggestions[0]
    session.handle(Typed("x"))

    assert changes(session.handle(Accepted(suggestion))) == []
    assert session.before == "tomx"


def test_a_finished_word_is_mended_and_the_change_fits_the_text(session: Session) -> None:
    events = session.handle(Typed("see teh "))

    (change,) = changes(events)
    assert (change.edit, change.reason) == (Edit(4, 7, "the"), "correction")
    assert session.before == "see the "
    assert changes(session.handle(Typed("ghbdtn ")))[0].reason == "layout"


def test_an_unsure_mend_is_not_applied_unasked(session: Session) -> None:
    assert changes(session.handle(Typed("wrod "))) == []


def test_earlier_words_are_left_alone(session: Session) -> None:
    session.handle(Moved(Context("teh old")))

    assert changes(session.handle(Typed(" "))) == []


def test_what_stands_behind_the_caret_is_shown_to_the_correctors() -> None:
    seen = []

    class Watching(Typing):
        def corrections(self, context: Context, policy: Policy, *, deadline=None) -> tuple[Suggestion, ...]:
            seen.append((context.before, context.after))
            return super().corrections(context, policy, deadline=deadline)

    session = Session(Watching(), Speech(), Context("see teh", after=" dog"))

    assert changes(session.handle(Typed(" ")))[0].edit == Edit(4, 7, "the")
    assert seen == [("see teh", "  dog")]


def test_a_corrector_sees_whole_sentences_or_at_least_words_of_a_long_text() -> None:
    seen = []

    class Watching(Typing):
        def corrections(self, context: Context, policy: Policy, *, deadline=None) -> tuple[Suggestion, ...]:
            seen.append(context.before)
            return super().corrections(context, policy, deadline=deadline)

    for begun in ("Old words. " * 30 + "New ones follow here. See teh", "word " * 100 + "teh"):
        session = Session(Watching(), Speech(), Context(begun))
        (change,) = changes(session.handle(Typed(" ")))
        assert session.before == begun[:-3] + "the "
        assert change.edit.start == len(begun) - 3
    assert len(seen[0]) <= 300
    assert seen[0].startswith("Old words. ")
    assert seen[1].startswith("word ")


def test_undo_brings_the_word_back_and_it_is_not_mended_again(session: Session) -> None:
    session.handle(Typed("teh "))

    (change,) = changes(session.handle(Undone()))
    assert (change.edit, change.reason, session.before) == (Edit(0, 3, "teh"), "undo", "teh ")
    session.handle(Typed("teh "))
    assert session.before == "teh teh "
    assert changes(session.handle(Undone())) == []


def test_undo_never_touches_what_was_changed_since(session: Session) -> None:
    session.handle(Typed("teh "))
    session.handle(Erased(4))
    session.handle(Typed("abc "))

    assert changes(session.handle(Undone())) == []
    assert session.before == "abc "


@pytest.mark.parametrize("purpose", ["password", "terminal", "code"])
def test_silent_fields_get_nothing(purpose: str) -> None:
    session = Session(Typing(), Speech(), Context("", purpose=purpose))

    assert session.handle(Typed("teh ")) == ()


def test_speech_becomes_text_at_the_caret_and_can_be_undone(session: Session) -> None:
    session.handle(Typed("hello"))
    events = session.handle(Heard(AudioChunk(b"good morning")))

    assert [type(e.body) for e in events] == [Transcribed, Changed, Suggested]
    assert session.before == "hello good morning"
    session.handle(Undone())
    assert session.before == "hello"
    assert [type(e.body) for e in session.handle(Heard(AudioChunk(b"")))] == [Transcribed]


def test_every_change_replayed_by_a_front_end_gives_the_same_text(session: Session) -> None:
    screen = ""
    for char in "teh ghbdtn wrod t":
        screen += char
        for change in changes(session.handle(Typed(char))):
            screen = change.edit.apply(screen)
        assert screen == session.before


def test_the_policy_takes_the_likelier_of_two_that_overlap() -> None:
    low = Suggestion(Edit(0, 4, "low"), "low", "correction", math.log(0.85))
    high = replace(low, edit=Edit(2, 6, "high"), logprob=math.log(0.95))
    apart = replace(low, edit=Edit(7, 9, "apart"))

    assert WHILE_TYPING.choose([low, high, apart]) == (high, apart)
    assert CORRECT.outcome(replace(low, logprob=math.log(0.3))) == "suggest"
    assert CORRECT.outcome(replace(low, logprob=math.log(0.1))) == "nothing"
