"""The demo types as a person would, tells the truth about it, and goes on where a part is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.console import Console

import skoropis
from skoropis.cli import console, demo
from skoropis.cli.main import main
from skoropis.cli.typist import MENDED, TAKEN, TYPED, Planned, Typist, plan
from skoropis.errors import ModelError
from skoropis.text.words import normalize_word
from skoropis.types import Accepted, Changed, Edit, Event, EventIn, Suggested, Suggestion, Typed, Undone


class ScriptedSession:
    """Offers one word whatever is typed, and mends one word at the space behind it."""

    def __init__(self, offer: str = "", mends: dict[str, str] | None = None) -> None:
        self.before = ""
        self._offer = offer
        self._mends = mends or {}
        self._undo: Edit | None = None

    def handle(self, body: EventIn) -> tuple[Event, ...]:
        changes: list[Changed] = []
        if isinstance(body, Typed):
            self.before += body.text
            word = self.before[:-1].split(" ")[-1]
            if body.text == " " and word in self._mends:
                start = len(self.before) - 1 - len(word)
                changes.append(self._change(Edit(start, start + len(word), self._mends[word]), "correction"))
                self._undo = Edit(start, start + len(self._mends[word]), word)
        elif isinstance(body, Accepted):
            edit = body.suggestion.edit
            text = edit.text + (" " if body.space else "")
            changes.append(self._change(Edit(edit.start, edit.end, text), "accept"))
        elif isinstance(body, Undone) and self._undo is not None:
            changes.append(self._change(self._undo, "undo"))
        start = self.before.rfind(" ") + 1
        offer = Suggestion(Edit(start, len(self.before), self._offer), self._offer, "completion", -1.0)
        out = [*changes, Suggested((offer,) if self._offer else (), 0)]
        return tuple(Event(number, item) for number, item in enumerate(out))

    def _change(self, edit: Edit, reason: Any) -> Changed:
        self.before = edit.apply(self.before)
        return Changed(edit, reason, 0)


def test_a_plan_tells_slips_words_and_punctuation_apart() -> None:
    assert plan("So, {teh|the} end?!") == [
        Planned("So", "So", ","),
        Planned("teh", "the", ""),
        Planned("end", "end", "?!"),
    ]
    assert plan("{becuase|because}, it's") == [
        Planned("becuase", "because", ","),
        Planned("it's", "it's", ""),
    ]


def test_a_suggestion_is_taken_with_one_key_and_its_space() -> None:
    session = ScriptedSession(offer="tomorrow")
    report = Typist(session, plan("see tomorrow then")).run()  # type: ignore[arg-type]
    assert report.text == session.before == "see tomorrow then"
    assert (report.keystrokes, report.taken) == (len("see ") + 1 + len("then"), 1)
    assert report.marks == TYPED * 4 + TAKEN * 9 + TYPED * 4


def test_punctuation_behind_a_taken_word_is_typed() -> None:
    report = Typist(ScriptedSession(offer="tomorrow"), plan("see tomorrow, then")).run()  # type: ignore[arg-type]
    assert report.text == "see tomorrow, then"
    assert report.keystrokes == len("see ") + 1 + len(", then")


def test_a_slip_is_mended_at_the_space() -> None:
    report = Typist(ScriptedSession(mends={"teh": "the"}), plan("in {teh|the} end")).run()  # type: ignore[arg-type]
    assert report.text == "in the end"
    assert [(mend.before, mend.after, mend.right) for mend in report.mends] == [("teh", "the", True)]
    assert report.marks[3:6] == MENDED * 3
    assert report.missed() == []


def test_a_wrong_mend_is_taken_back_and_costs_a_key() -> None:
    report = Typist(ScriptedSession(mends={"teh": "ten"}), plan("in {teh|the} end")).run()  # type: ignore[arg-type]
    assert report.text == "in teh end"
    assert report.keystrokes == len("in teh end") + 1
    assert [mend.right for mend in report.mends] == [False]
    assert report.missed() == [("teh", "the")]


@pytest.mark.parametrize("language", demo.LANGUAGES)
def test_the_paragraphs_are_typed_by_the_real_session(language: str) -> None:
    words = plan((demo.DATA / f"demo_{language}.txt").read_text(encoding="utf-8"))
    slips = [word for word in words if word.typed != word.wanted]
    assert 4 <= len(slips) <= 8
    assert 50 <= len(words) <= 90
    with skoropis.open(deadline_ms=2000) as suite:  # a busy machine must not change what is typed
        demo.warm(suite, console.stderr())
        session = suite.session()
        report = Typist(session, words).run()
    assert report.text == session.before
    right = [word for word in words if word.typed == word.wanted]
    stands = normalize_word(report.text)
    assert all(normalize_word(word.wanted) in stands for word in right)
    assert report.saved > 0.3
    assert sum(mend.right for mend in report.mends) >= len(slips) / 2
    assert all(mend.right for mend in report.mends)


def test_the_demo_prints_what_it_did_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fast", "--no-speech"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert shown.count("keystrokes ") == 2
    assert "yesteday -> yesterday" in shown
    assert "first suggestion" in shown.lower()


def test_the_demo_ends_by_offering_the_screen_at_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_type", lambda *_: None)
    monkeypatch.setattr(demo, "_explain", lambda *_: None)
    monkeypatch.setattr(demo, "_figures", lambda *_: {})
    monkeypatch.setattr(demo, "warm", lambda *_: 0.0)
    assert main(["demo", "--no-speech"]) == 0
    assert " type " not in capsys.readouterr().out
    monkeypatch.setattr(console, "stdout", lambda: Console(force_terminal=True, color_system=None, width=160))
    assert main(["demo", "--no-speech"]) == 0
    assert " type opens a screen" in capsys.readouterr().out.splitlines()[-1]


def test_the_demo_goes_on_without_speech_weights(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModelError("no Whisper model can be found. Any one of these gives one:\n  1. a\n  2. b\n  3. c")

    monkeypatch.setattr(skoropis.Suite, "dictate", missing)
    assert main(["demo", "--fast"]) == 0
    shown = capsys.readouterr().out
    assert "yesteday -> yesterday" in shown
    assert shown.count("no Whisper model can be found") == 1


def test_the_demo_transcribes_both_recordings(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["demo", "--fast", "--json"])
    captured = capsys.readouterr()
    assert code == 0
    heard = {item["file"]: item for item in json.loads(captured.out)["speech"]}
    if not heard:
        pytest.skip("no speech weights are installed")
    assert set(heard) == {"demo_en.flac", "demo_ru.flac"}
    assert [item["language"] for item in heard.values()] == ["en", "ru"]
    assert all(item["rescored"] and item["real_time_factor"] < 5 for item in heard.values())
