"""The suite, its sessions and the command line with several domains at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import skoropis
from skoropis.cli.main import main
from skoropis.errors import InputError
from skoropis.models.host import ModelHost
from skoropis.paths import config_dir
from skoropis.session import Session
from skoropis.suite import Suite
from skoropis.types import Context, Moved, Notice, Suggested, Typed

GENERAL = ["We saw the angle and the kettle. The cat sat in the house."] * 4
MEDICAL = ["The patient has angina. The patient was given aspirin. No angina."] * 4
IT = ["The kernel was restarted. Restart the kernel. The server has a kernel bug."] * 4

Open = Callable[..., Suite]


@pytest.fixture
def opened(models_home: Callable[..., Path]) -> Iterator[Open]:
    """A function that opens a suite over a small general model and two domains."""
    models_home(GENERAL, medical=MEDICAL, it=IT)
    suites = []

    def open_suite(**given: object) -> Suite:
        suites.append(skoropis.open(languages=("en",), deadline_ms=5000, **given))  # type: ignore[arg-type]
        return suites[-1]

    yield open_suite
    for suite in suites:
        suite.close()


def first(suite: Suite, text: str) -> str:
    return suite.suggest(text, limit=1)[0].text


def shown(session: Session, text: str) -> str:
    events = session.handle(Typed(text))
    return next(e.body.suggestions[0].text for e in events if isinstance(e.body, Suggested))


def test_a_suite_is_opened_for_a_domain(opened: Open) -> None:
    assert first(opened(), "It has ang") == "angle"
    assert first(opened(domain="medical"), "It has ang") == "angina"
    assert first(opened(domain="general"), "It has ang") == "angle"
    assert opened(domain="medical").domain == "medical"
    with pytest.raises(InputError):
        opened(domain="")


def test_the_domain_changes_while_the_suite_runs_and_nothing_is_loaded_anew(opened: Open) -> None:
    suite = opened()
    session = suite.session(policy=None)
    assert shown(session, "It has ang") == "angle"
    suite.domain = "medical"
    assert first(suite, "It has ang") == "angina" and shown(session, "i") == "angina"
    suite.domain = "it"
    assert first(suite, "The ke") == "kernel"
    held = {model_id: id(suite.models.load(model_id).base) for model_id in ("en-medical", "en-it")}  # type: ignore[attr-defined]
    assert len(set(held.values())) == 1
    suite.domain = None
    assert first(suite, "The ke") == "kettle" and first(suite, "It has ang") == "angle"
    suite.domain = "medical"
    assert first(suite, "It has ang") == "angina"
    assert id(suite.models.load("en-medical").base) == held["en-medical"]  # type: ignore[attr-defined]
    assert suite.notices() == ()


def test_auto_follows_what_is_written(opened: Open) -> None:
    suite = opened(domain="auto")
    assert first(suite, "The cat sat in the house. We saw the ang") == "angle"
    assert first(suite, "The patient was given aspirin. The patient has ang") == "angina"
    assert first(suite, "The server was restarted. Restart the server. The ke") == "kernel"


def test_the_application_decides_where_no_name_was_given(opened: Open) -> None:
    config_dir().mkdir(parents=True)
    (config_dir() / "domains.toml").write_text('[apps]\n"*chart*" = "medical"\n')
    suite = opened()
    session = suite.session(Context("", app="org.acme.Chart"), policy=None)
    assert shown(session, "It has ang") == "angina"
    session.handle(Moved(Context("", app="mail")))
    assert shown(session, "It has ang") == "angle"
    suite.domain = "it"
    session.handle(Moved(Context("", app="org.acme.Chart")))
    assert shown(session, "The ke") == "kernel", "a name goes before the application"


def test_a_new_application_never_waits_for_its_domain(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = opened()
    go, load = threading.Event(), suite.models.language_model
    typing = threading.current_thread()

    def slow(language: str, domain: str | None = None) -> Any:
        if domain == "it" and threading.current_thread() is not typing:
            assert go.wait(20)
        return load(language, domain)

    monkeypatch.setattr(suite.models, "language_model", slow)
    session = suite.session(policy=None)

    def offered() -> list[str]:
        # What is shown when the caret comes here counts too: typing on passes it over.
        events = (*session.handle(Moved(Context("The ke", app="VSCodium"))), *session.handle(Typed("r")))
        return [s.text for e in events if isinstance(e.body, Suggested) for s in e.body.suggestions]

    assert "kernel" not in offered(), "it answers while the domain is still being loaded"
    go.set()
    end = time.monotonic() + 20
    while "kernel" not in (found := offered()) and time.monotonic() < end:
        time.sleep(0.01)
    assert "kernel" in found


def test_a_field_may_name_its_own_domain(opened: Open) -> None:
    suite = opened(domain="it")
    session = suite.session(Context("", domain="medical"), policy=None)
    assert shown(session, "It has ang") == "angina"


def test_rules_that_cannot_be_used_are_left_out_with_a_notice(opened: Open) -> None:
    config_dir().mkdir(parents=True)
    (config_dir() / "domains.toml").write_text('[apps]\n"*chart*" = 3\n')
    told: list[Notice] = []
    suite = opened(on_notice=told.append)
    session = suite.session(Context("", app="chart"), policy=None)

    assert shown(session, "It has ang") == "angle"
    assert [notice.message.count("'*chart*'") for notice in suite.notices()] == [1]
    assert tuple(told) == suite.notices()


def test_words_of_a_domain_are_not_mended(opened: Open) -> None:
    models = ModelHost(("en",))
    assert "aspirin" in models.language_model("en", "medical").lexicon
    assert "aspirin" not in models.language_model("en").lexicon
    assert opened(domain="medical").correct("The patient was given aspirin.").edits == ()


def test_the_command_line_takes_a_domain(opened: Open, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "It has ang", "--limit", "1", "--domain", "medical"]) == 0
    assert capsys.readouterr() == ("angina\n", "")
    assert main(["suggest", "The patient has ang", "--limit", "1", "--domain", "auto"]) == 0
    assert capsys.readouterr() == ("angina\n", "")
    assert main(["suggest", "It has ang", "--limit", "1", "--domain", "law"]) == 0
    out, err = capsys.readouterr()
    assert out == "angle\n"
    assert err.endswith("no model has the domain 'law'; installed domains: it, medical\n")
    assert err.count("\n") == 1
    assert main(["correct", "The patient was given aspirin.", "--domain", "medical"]) == 0
    assert capsys.readouterr() == ("The patient was given aspirin.\n", "")
