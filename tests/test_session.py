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
from skoropis.typing.assistant import Offers
from skoropis.typing.policy import CORRECT, POLICIES, WHILE_TYPING, Decision, Policy

WORDS = ["tomato", "tomorrow", "tomb", "tomcat", "the", "then", "there", "these"]
PHRASES = {"good morning to you": 0.9, "kind regards": 0.4}
KNOWN = {"the form"}
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

    def offers(self, context: Context, limit: int, refused=()) -> Offers:
        phrase = self.continuation(context)
        return Offers(self.suggest(context, limit, refused), (phrase,) if phrase else ())

    def continuation(self, context: Context) -> Suggestion | None:
        for start in range(len(context.before)):
            begun = context.before[start:]
            for phrase, chance in PHRASES.items():
                if phrase.startswith(begun) and phrase != begun:
                    edit = Edit(start, len(context.before), phrase)
                    return Suggestion(edit, phrase, "continuation", math.log(chance), "t", context.revision)
        return None

    def decide(self, context: Context, policy: Policy, *, deadline=None) -> Decision:
        found, start = [], 0
        for word in context.before.split(" "):
            if word in MENDS:
                text, chance = MENDS[word]
                kind = "layout" if word == "ghbdtn" else "correction"
                found.append(Suggestion(Edit(start, start + len(word), text), text, kind, math.log(chance)))
            start += len(word) + 1
        return policy.decide(found, lambda edit: edit.text in KNOWN)


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
        def decide(self, context: Context, policy: Policy, *, deadline=None) -> Decision:
            seen.append((context.before, context.after))
            return super().decide(context, policy, deadline=deadline)

    session = Session(Watching(), Speech(), Context("see teh", after=" dog"))

    assert changes(session.handle(Typed(" ")))[0].edit == Edit(4, 7, "the")
    assert seen == [("see teh", "  dog")]


def test_a_corrector_sees_whole_sentences_or_at_least_words_of_a_long_text() -> None:
    seen = []

    class Watching(Typing):
        def decide(self, context: Context, policy: Policy, *, deadline=None) -> Decision:
            seen.append(context.before)
            return super().decide(context, policy, deadline=deadline)

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


def suggested(events: tuple[Event, ...]) -> Suggested:
    return next(event.body for event in reversed(events) if isinstance(event.body, Suggested))


def test_a_likely_continuation_is_shown_and_taken_word_by_word(session: Session) -> None:
    shown = suggested(session.handle(Typed("good")))

    assert shown.ghost is not None
    assert shown.ghost.text == "good morning to you"
    session.handle(Accepted(shown.ghost, words=1))
    assert session.before == "good morning "
    rest = suggested(session.handle(Typed("t"))).ghost
    assert rest is not None
    session.handle(Accepted(rest, space=False))
    assert session.before == "good morning to you"


def test_an_unlikely_continuation_is_not_shown_unless_it_was_and_still_fits(session: Session) -> None:
    assert suggested(session.handle(Typed("kind"))).ghost is None
    gentle = Session(Typing(), Speech(), policy=POLICIES["gentle"])
    assert suggested(gentle.handle(Typed("kind"))).ghost is None
    shown = Session(Typing(), Speech(), policy=Policy(0.8, 0.3, ghost=0.3))
    assert suggested(shown.handle(Typed("kind"))).ghost is not None


def test_a_continuation_that_was_shown_stays_while_it_is_typed_and_goes_when_it_is_not() -> None:
    class Fading(Typing):
        def continuation(self, context: Context) -> Suggestion | None:
            return super().continuation(context) if len(context.before) < 5 else None

    session = Session(Fading(), Speech())
    session.handle(Typed("goo"))
    offer = suggested(session.handle(Typed("d mor"))).ghost

    assert offer is not None
    assert (offer.edit, offer.revision) == (Edit(0, 8, "good morning to you"), session.revision)
    assert suggested(session.handle(Typed("t"))).ghost is None
    assert suggested(session.handle(Erased(1))).ghost is None


def test_a_doubtful_word_is_marked_and_can_be_mended_later(session: Session) -> None:
    session.handle(Typed("a wrod "))
    (mend,) = suggested(session.handle(Typed("here and "))).mends

    assert mend.edit == Edit(2, 6, "word")
    (change,) = changes(session.handle(Accepted(mend)))
    assert (change.reason, session.before) == ("correction", "a word here and ")
    assert suggested(session.handle(Typed("x"))).mends == ()


def test_a_doubt_moves_with_the_text_and_goes_with_its_word(session: Session) -> None:
    session.handle(Typed("wrod "))
    shown = suggested(session.handle(Typed("teh "))).mends
    assert [mend.edit for mend in shown] == [Edit(0, 4, "word")]
    assert suggested(session.handle(Erased(6))).mends == ()


def test_the_word_before_is_mended_once_the_next_one_settles_it() -> None:
    class Late(Typing):
        def decide(self, context: Context, policy: Policy, *, deadline=None) -> Decision:
            if context.before.endswith("form here"):
                mend = Suggestion(Edit(0, 4, "from"), "from", "correction", math.log(0.99))
                return policy.decide([mend])
            return Decision()

    session = Session(Late(), Speech())
    assert changes(session.handle(Typed("form "))) == []
    (change,) = changes(session.handle(Typed("here ")))
    assert (change.edit, session.before) == (Edit(0, 4, "from"), "from here ")
    session.handle(Undone())
    assert session.before == "form here "
    assert changes(session.handle(Typed("form here "))) == []


def test_a_taken_word_is_not_mended(session: Session) -> None:
    offer = Suggestion(Edit(0, 0, "teh"), "teh", "completion", -1.0, "t", session.revision)

    assert [change.reason for change in changes(session.handle(Accepted(offer)))] == ["accept"]
    assert session.before == "teh "


def test_policies_differ_in_what_they_do_unasked() -> None:
    likely = Suggestion(Edit(0, 4, "x"), "x", "correction", math.log(0.85))
    known = {name: policy.outcome(likely, known=True) for name, policy in POLICIES.items()}
    unknown = {name: policy.outcome(likely) for name, policy in POLICIES.items()}

    assert unknown == {"off": "nothing", "gentle": "suggest", "normal": "apply", "bold": "apply"}
    assert known == {"off": "nothing", "gentle": "suggest", "normal": "suggest", "bold": "apply"}
    sure = replace(likely, logprob=-1e-9)
    assert POLICIES["gentle"].outcome(sure, known=True) == "suggest"


class Notes:
    """A learner that writes down what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def learn(self, text: str) -> None:
        self.told.append(("learn", text.strip()))

    def undone(self, typed: str, mended: str) -> None:
        self.told.append(("undone", typed, mended))

    def accepted(self, text: str) -> None:
        self.told.append(("accepted", text))


def test_finished_sentences_are_learned_once_as_they_stand() -> None:
    notes = Notes()
    session = Session(Typing(), Speech(), Context("Before. "), learner=notes)
    session.handle(Typed("I see teh dog. And"))
    session.handle(Typed(" so on\nnext"))
    session.handle(Moved(Context("Another field. ")))
    session.handle(Typed("end"))
    session.close()

    learned = [told[1] for told in notes.told if told[0] == "learn"]
    assert learned == ["I see the dog.", "And so on", "next", "end"]


def test_an_undo_teaches_and_secrets_teach_nothing() -> None:
    notes = Notes()
    session = Session(Typing(), Speech(), learner=notes)
    session.handle(Typed("teh "))
    session.handle(Undone())
    assert notes.told == [("undone", "teh", "the")]

    secret = Notes()
    session = Session(Typing(), Speech(), Context("", purpose="password"), learner=secret)
    session.handle(Typed("hunter two. x"))
    session.close()
    assert secret.told == []


def test_dictated_text_is_not_learned_before_somebody_writes_on() -> None:
    notes = Notes()
    session = Session(Typing(), Speech(), learner=notes)
    session.handle(Heard(AudioChunk(b"misheard words")))
    session.handle(Typed(" indeed.\n"))

    assert [told[1] for told in notes.told] == ["indeed."]
