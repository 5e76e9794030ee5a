"""What emoji, snippets, dates and capitals need of the core, tried from the front end's side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import skoropis
from skoropis.host.discovery import Found
from skoropis.host.host import PluginHost
from skoropis.host.manifest import Manifest, Provided
from skoropis.session import Session
from skoropis.types import Accepted, Context, Edit, Event, Notice, Suggested, Suggestion, Typed
from skoropis.typing.assistant import Offers, TypingAssistant
from skoropis.typing.policy import CORRECT, Decision

PLUGIN = """
from skoropis.api import ConfigError, Edit, Suggestion

class Predictor:
    def __init__(self, config_folder):
        self.folder = config_folder

    def predict(self, context, limit):
        if context.before == "complain":
            raise ConfigError("the file is wrong")
        return [Suggestion(Edit(0, len(context.before), self.folder), self.folder, "emoji", -0.1)]

class Corrector:
    def correct(self, context):
        length = len(context.before)
        return [
            Suggestion(Edit(0, length, "the"), "the", "correction", -0.2),
            Suggestion(Edit(0, length, "Teh"), "Teh", "casing", -0.1),
        ][: 1 + (context.language is None)]
"""
PERMITTED = ("files",)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., PluginHost]:
    (tmp_path / "more_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)

    def make(told: list[Notice], permissions: tuple[str, ...] = PERMITTED) -> PluginHost:
        provides = tuple(Provided(k, f"more_plugin:{k.capitalize()}") for k in ("predictor", "corrector"))  # type: ignore[arg-type]
        manifest = Manifest("test.more", "More", "0.1", provides, permissions)  # type: ignore[arg-type]
        found = [Found("test.more", "skoropis", "1", manifest)]
        return PluginHost({"config_folder": "here"}, found=found, on_notice=told.append)

    return make


def test_a_plugin_with_the_permission_is_given_the_folder_of_settings(
    build: Callable[..., PluginHost],
) -> None:
    assert [s.text for s in TypingAssistant(build([]), 5.0).suggest(Context("x"), 3)] == ["here"]


def test_without_the_permission_it_stays_off(build: Callable[..., PluginHost]) -> None:
    told: list[Notice] = []
    assert TypingAssistant(build(told, ()), 5.0).suggest(Context("x"), 3) == ()
    assert "without the permission 'files'" in told[0].message


def test_what_a_plugin_reports_while_somebody_types_is_told_once(build: Callable[..., PluginHost]) -> None:
    told: list[Notice] = []
    typing = TypingAssistant(build(told), 5.0)
    for _ in range(3):
        assert typing.suggest(Context("complain"), 3) == ()
    assert [(notice.source, notice.message) for notice in told] == [("test.more", "the file is wrong")]
    assert typing.suggest(Context("x"), 3), "it is not switched off"


def test_a_word_that_is_mended_gets_the_capital_that_it_wants(build: Callable[..., PluginHost]) -> None:
    typing = TypingAssistant(build([]), 5.0)
    (both,) = typing.corrections(Context("teh"), CORRECT)
    assert (both.text, both.edit.text, both.kind) == ("The", "The", "correction")
    (one,) = typing.corrections(Context("teh", language="en"), CORRECT)
    assert one.text == "the"


class Typing:
    """Stands in for the plugins: one emoji and one snippet whatever was typed."""

    def offers(self, context: Context, limit: int, refused: frozenset[str] = frozenset()) -> Offers:
        edit = Edit(0, len(context.before), "x")
        offers = [(("😄", "emoji")), ("word", "completion"), ("text", "snippet")]
        return Offers(
            tuple(
                Suggestion(edit, text, kind, -1.0, "t", context.revision)  # type: ignore[arg-type]
                for text, kind in offers
                if text not in refused
            )
        )

    def decide(self, context: Context, policy: object) -> Decision:
        return Decision()


def shown(events: tuple[Event, ...]) -> list[Suggestion]:
    return [s for event in events if isinstance(event.body, Suggested) for s in event.body.suggestions]


def test_an_emoji_stays_while_its_name_is_typed_and_a_word_does_not() -> None:
    session = Session(Typing(), None)  # type: ignore[arg-type]
    assert [s.text for s in shown(session.handle(Typed(":sm")))] == ["😄", "word", "text"]
    assert [s.text for s in shown(session.handle(Typed("i")))] == ["😄", "text"]


def test_no_space_is_typed_behind_a_snippet() -> None:
    for place, text in ((0, "x "), (2, "x")):
        session = Session(Typing(), None)  # type: ignore[arg-type]
        offers = shown(session.handle(Typed(":sm")))
        session.handle(Accepted(offers[place]))
        assert session.before == text


def test_a_broken_snippets_file_is_told_and_the_rest_goes_on(
    models_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    models_home(["We saw the house by the sea."])
    monkeypatch.setenv("SKOROPIS_CONFIG", str(tmp_path))
    (tmp_path / "snippets.toml").write_text('";addr" = SECRET')
    told: list[Notice] = []
    with skoropis.open(deadline_ms=5000, on_notice=told.append) as suite:
        assert suite.suggest("We saw the h")
        assert suite.suggest(";shrug")[0].text == "¯\\_(ツ)_/¯"
    assert [notice.source for notice in told] == ["skoropis.snippets"]
    assert "line 1" in told[0].message and "SECRET" not in told[0].message
