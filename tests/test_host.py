"""The plugin host keeps its promises whatever a plugin does."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from skoropis.errors import ModelError
from skoropis.host import health, validate
from skoropis.host.breaker import LONGEST_PAUSE, Breaker
from skoropis.host.discovery import Found
from skoropis.host.host import PluginHost
from skoropis.host.manifest import Manifest, Provided
from skoropis.types import Context, Edit, Suggestion
from skoropis.typing.assistant import TypingAssistant

DEADLINE = 0.3

PLUGINS = """
import time
from skoropis.api import Edit, ModelError, Suggestion

class Good:
    def predict(self, context, limit):
        return [Suggestion(Edit(0, len(context.before), "good"), "good", "completion", -1.0)]

class Raises:
    def predict(self, context, limit):
        raise RuntimeError("secret words: " + context.before)

class Sleeps:
    def predict(self, context, limit):
        time.sleep(1.0)
        return [Suggestion(Edit(0, 0, "late"), "late", "completion", -0.1)]

class SlowToStart(Good):
    def __init__(self):
        time.sleep(1.0)

class Garbage:
    answer = 42
    def predict(self, context, limit):
        return self.answer

class OutOfBounds(Garbage):
    answer = [Suggestion(Edit(0, 10**6, "x"), "x", "completion", -1.0)]

class Overconfident(Garbage):
    answer = [Suggestion(Edit(0, 0, "x"), "x", "completion", 3.0)]

class NotANumber(Garbage):
    answer = [Suggestion(Edit(0, 0, "x"), "x", "completion", float("nan"))]

class Exits:
    def predict(self, context, limit):
        raise SystemExit(3)

class BrokenConstructor:
    def __init__(self):
        raise ValueError("no")

class NoModel:
    def __init__(self):
        raise ModelError("install the model")

class Grabby:
    def __init__(self, profile):
        self.profile = profile

class Asks(Good):
    def __init__(self, models, settings):
        assert models == "the models"
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"stranger_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(textwrap.dedent(PLUGINS))
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def found(module: str, *classes: str, own: bool = False, permissions: tuple[str, ...] = ()) -> list[Found]:
    return [
        Found(
            f"test.{name.lower()}",
            "skoropis" if own else "stranger",
            "1",
            Manifest(
                f"test.{name.lower()}", name, "0.1", (Provided("predictor", f"{module}:{name}"),), permissions
            ),
        )
        for name in classes
    ]


def assistant(plugins: list[Found], patience: float = 10.0) -> tuple[PluginHost, TypingAssistant]:
    grants = {"models": "the models", "profile": "the profile", "settings": {}}
    host = PluginHost(grants, trust=[p.id for p in plugins], found=plugins)
    host.warm("predictor", patience=patience)
    return host, TypingAssistant(host, DEADLINE)


def texts(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [s.text for s in suggestions]


def state(host: PluginHost, plugin: str) -> tuple[str, str]:
    info = next(i for i in host.info() if i.id == plugin)
    return info.state, info.reason


@pytest.mark.parametrize(
    "bad", ["Raises", "Garbage", "OutOfBounds", "Overconfident", "NotANumber", "Exits", "BrokenConstructor"]
)
def test_a_faulty_plugin_is_switched_off_and_its_neighbour_still_answers(plugins: str, bad: str) -> None:
    host, typing = assistant(found(plugins, "Good", bad))

    assert texts(typing.suggest(Context("my private words"), 3)) == ["good"]
    assert texts(typing.suggest(Context("my private words"), 3)) == ["good"]
    off, reason = state(host, f"test.{bad.lower()}")
    assert off == "off"
    assert reason
    assert [n.source for n in host.notices()] == [f"test.{bad.lower()}"], "one notice, not one a keystroke"


def test_no_text_of_the_user_is_in_a_reason_or_a_log(plugins: str, caplog: pytest.LogCaptureFixture) -> None:
    host, typing = assistant(found(plugins, "Raises"))

    typing.suggest(Context("my private words"), 3)

    assert "RuntimeError" in state(host, "test.raises")[1]
    for text in (caplog.text, str(host.info()), str(host.notices()), str(health.load())):
        assert "private" not in text


def test_a_sleeping_plugin_costs_no_more_than_the_deadline_and_only_three_times(plugins: str) -> None:
    host, typing = assistant(found(plugins, "Good", "Sleeps"))
    waits = []
    for _ in range(6):
        begun = time.perf_counter()
        assert texts(typing.suggest(Context("a"), 3)) == ["good"]
        waits.append(time.perf_counter() - begun)

    assert max(waits) < 0.9, "it sleeps for a second"
    assert max(waits[3:]) < DEADLINE, "it is not asked any more"
    assert state(host, "test.sleeps")[0] == "off"
    assert len(host.notices()) == 1


def test_a_late_answer_is_dropped(plugins: str) -> None:
    _, typing = assistant(found(plugins, "Good", "Sleeps"))

    typing.suggest(Context("a"), 3)
    time.sleep(1.1)

    assert texts(typing.suggest(Context("b"), 3)) == ["good"]


def test_a_stranger_that_starts_slowly_is_not_waited_for(plugins: str) -> None:
    _, typing = assistant(found(plugins, "Good"))
    typing.suggest(Context("a"), 3)  # the module is imported now: what follows is the constructor's time
    _, typing = assistant(found(plugins, "Good", "SlowToStart"), patience=0.3)

    begun = time.perf_counter()
    assert texts(typing.suggest(Context("a"), 3)) == ["good"]

    assert time.perf_counter() - begun < 0.5


def test_who_asks_once_may_wait_for_strangers_too(plugins: str) -> None:
    host = PluginHost({"settings": {}}, trust=["test.slowtostart"], found=found(plugins, "SlowToStart"))

    host.warm("predictor", patience=5.0)

    assert texts(TypingAssistant(host, DEADLINE).suggest(Context("a"), 3)) == ["good"]


def test_our_own_plugin_is_waited_for_when_it_starts(plugins: str) -> None:
    host = PluginHost({"settings": {}}, found=found(plugins, "SlowToStart", own=True))

    assert texts(TypingAssistant(host, DEADLINE).suggest(Context("a"), 3)) == ["good"]


def test_a_plugin_of_others_does_not_run_before_it_is_trusted(plugins: str) -> None:
    host = PluginHost({}, found=found(plugins, "Good"))

    assert TypingAssistant(host, DEADLINE).suggest(Context("a"), 3) == ()
    assert state(host, "test.good")[0] == "untrusted"
    assert plugins not in sys.modules, "not even imported"


def test_constructors_get_what_they_name_if_it_was_granted(plugins: str) -> None:
    host, typing = assistant(found(plugins, "Asks", permissions=("models",)))
    assert texts(typing.suggest(Context("a"), 3)) == ["good"]

    host, typing = assistant(found(plugins, "Grabby", permissions=("models",)))
    assert typing.suggest(Context("a"), 3) == ()
    assert "permission 'profile'" in state(host, "test.grabby")[1]


def test_an_error_said_on_purpose_reaches_the_caller(plugins: str) -> None:
    host, _ = assistant(found(plugins, "NoModel"))

    for _ in range(2):
        answers = host.ask("predictor", lambda p: p, lambda a, s: a, deadline=1.0, patient=True)
        assert [str(a.error) for a in answers] == ["install the model"]
        assert isinstance(answers[0].error, ModelError)


def test_health_is_remembered_by_the_next_process(plugins: str) -> None:
    first, typing = assistant(found(plugins, "Raises"))
    typing.suggest(Context("a"), 3)

    second = PluginHost({"settings": {}}, trust=["test.raises"], found=found(plugins, "Raises"))

    assert state(second, "test.raises") == state(first, "test.raises")
    assert health.forget("test.raises")
    third = PluginHost({"settings": {}}, trust=["test.raises"], found=found(plugins, "Raises"))
    assert state(third, "test.raises") == ("on", "")


def test_a_damaged_health_file_is_begun_anew(plugins: str) -> None:
    health.record("x", health.Health("reason", 1.0, 1.0))
    health._path().write_bytes(b"\xff{")

    assert health.load() == {}


def test_the_breaker_tries_again_after_its_pause_and_doubles_it() -> None:
    now = [1000.0]
    breaker = Breaker(clock=lambda: now[0])

    assert breaker.allows()
    assert breaker.failed("first")
    assert not breaker.allows()
    pause = breaker.health.pause
    now[0] += pause
    assert breaker.allows()
    assert not breaker.failed("first"), "the same reason is told once"
    assert breaker.health.pause == 2 * pause
    for _ in range(20):
        breaker.failed("first")
    assert breaker.health.pause == LONGEST_PAUSE
    now[0] += LONGEST_PAUSE
    assert breaker.succeeded()
    assert breaker.allows()
    assert breaker.health.reason == ""


def test_a_clock_set_back_does_not_lock_a_plugin_out() -> None:
    now = [1e9]
    breaker = Breaker(clock=lambda: now[0])
    breaker.failed("x")

    now[0] = 1e6

    assert breaker.allows()


def test_two_late_answers_are_forgiven() -> None:
    breaker = Breaker()

    assert not breaker.overran(50)
    assert not breaker.overran(50)
    breaker.succeeded()
    assert not breaker.overran(50)
    assert breaker.allows()


@pytest.mark.parametrize("text", ["bell \a", 5, "x" * 5000])
def test_odd_texts_are_refused(text: object) -> None:
    offer = Suggestion(Edit(0, 0, text), "x", "completion", -1.0)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="text"):
        validate.suggestions([offer], Context("abc"), "p")


def test_the_end_of_the_program_waits_for_a_call_under_way_but_not_for_ever() -> None:
    code = """
import time
from skoropis.host import lane
lane.PATIENCE = 0.5
one, other = lane.Lane("one"), lane.Lane("other")
one.submit(lambda: (time.sleep(0.2), print("finished", flush=True)))
other.submit(lambda: time.sleep(60))
"""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code

    assert done.stdout == "finished\n"
    assert time.monotonic() - begun < 20
