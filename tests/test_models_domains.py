"""Domains in the host: one base in memory, all of them weighed as one, chosen by name or application."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skoropis.errors import ChecksumError, ConfigError, InputError, ModelError
from skoropis.lm.tokens import lm_tokens
from skoropis.models.domain_choice import RETRY, DomainChoice
from skoropis.models.domain_rules import BUILT_IN, DomainRules
from skoropis.models.host import ModelHost
from skoropis.paths import config_dir
from skoropis.types import Context, Notice

GENERAL = [
    "We went home and the cat sat on the mat. The dog was fine.",
    "The cat was at home. We saw the dog.",
]
MEDICAL = ["The patient has angina. The patient was given aspirin.", "The patient has no fever. No angina."]
IT = ["The server was restarted. Restart the kernel.", "The server has a kernel bug. Restart the server."]
TOLD = lm_tokens("The patient has angina. The patient was given aspirin. The")

Install = Callable[..., Path]


def host_of(root: Path, **given: Any) -> ModelHost:
    return ModelHost(("en",), sorted(root.iterdir()), **given)


def best(model: Any, prefix: str) -> str:
    found: str = model.next(model.read(TOLD), prefix, 1)[0][0]
    return found


def test_domains_share_one_base(models_home: Install) -> None:
    host = host_of(models_home(GENERAL, medical=MEDICAL, it=IT))
    medical, it = host.load("en-medical"), host.load("en-it")

    assert medical.base is it.base  # type: ignore[attr-defined]
    assert sorted(host.in_memory()) == ["en-general", "en-it", "en-medical"]
    assert host.domains("en") == ("general", "it", "medical")
    assert host.language_model("en", "medical") is medical
    assert host.language_model("en", "law") is host.language_model("en")


def test_auto_follows_the_text(models_home: Install) -> None:
    host = host_of(models_home(GENERAL, medical=MEDICAL, it=IT))
    model: Any = host.language_model("en", "auto")

    assert model is host.language_model("en", "auto")
    assert model.weights(model.read(TOLD))["medical"] > 0.8
    assert best(model, "a") == "angina"
    state = model.read(
        lm_tokens("The server was restarted. Restart the kernel. The server has a kernel bug. ")
    )
    assert model.weights(state)["it"] > 0.6
    assert model.language == "en" and "kernel" in model.lexicon
    assert "auto" not in host.domains("en") and len(host.cards()) == 3


def test_auto_without_domains_is_the_general_model(models_home: Install) -> None:
    host = host_of(models_home(GENERAL))

    assert host.language_model("en", "auto") is host.language_model("en")
    with pytest.raises(ModelError, match="'ru'"):
        host.language_model("ru", "auto")


def test_a_domain_on_another_base_is_not_weighed(
    models_home: Install, write_card: Callable[..., Path]
) -> None:
    root = models_home(GENERAL, medical=MEDICAL, it=IT)
    shutil.copytree(root / "en-general", root / "en-second")
    write_card(root / "en-second", "ngram", "second")
    write_card(root / "en-it", "domain", "it", "en-second")
    (root / "en-lost").mkdir()
    write_card(root / "en-lost", "domain", "lost", "en-nowhere")
    model: Any = host_of(root).language_model("en", "auto")

    assert set(model.weights(model.start())) == {"general", "medical"}


def test_a_damaged_domain_is_left_out_and_comes_back(
    models_home: Install, write_card: Callable[..., Path]
) -> None:
    root = models_home(GENERAL, medical=MEDICAL, it=IT)
    whole = (root / "en-it" / "ngram.klm").read_bytes()
    (root / "en-it" / "ngram.klm").write_bytes(b"\x00")
    host = host_of(root)
    with pytest.raises(ChecksumError):
        host.language_model("en", "it")
    model: Any = host.language_model("en", "auto")

    assert set(model.weights(model.start())) == {"general", "medical"}
    assert len(host.problems()) == 1 and "en-it" in host.problems()[0]
    host.refresh()
    assert len(host.problems()) == 1 and "en-it" in host.problems()[0], "still true, so still said"
    (root / "en-it" / "ngram.klm").write_bytes(whole)
    host.refresh()
    assert set(model.weights(model.start())) == {"general", "it", "medical"} and not host.problems()


def test_a_domain_that_failed_is_tried_again_later_and_told_of_once(
    models_home: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = models_home(GENERAL, it=IT)
    whole = (root / "en-it" / "ngram.klm").read_bytes()
    (root / "en-it" / "ngram.klm").write_bytes(b"\x00")
    clock = [100.0]
    monkeypatch.setattr("skoropis.models.domain_choice.time.monotonic", lambda: clock[0])
    told: list[Notice] = []
    host = host_of(root)
    choice = DomainChoice(host, tell=told.append)
    context = Context("", domain="it")
    choice.load(context)
    clock[0] += RETRY
    choice.load(context)
    assert len(told) == 1 and choice.settle(context).domain is None
    (root / "en-it" / "ngram.klm").write_bytes(whole)
    choice.load(context)
    assert choice.settle(context).domain is None, "not so soon"
    clock[0] += RETRY
    choice.load(context)
    assert choice.settle(context).domain == "it"


def test_a_new_domain_is_weighed_and_a_removed_one_is_not(models_home: Install) -> None:
    root = models_home(GENERAL, medical=MEDICAL, it=IT)
    shutil.move(root / "en-it", root.parent / "en-it")
    model: Any = (host := ModelHost(("en",))).language_model("en", "auto")
    state = model.read(TOLD)
    shutil.move(root.parent / "en-it", root / "en-it")

    assert host.refresh() == ("en-it",)
    assert set(model.weights(model.start())) == {"general", "it", "medical"}
    assert model.next(state, "a", 1)[0][0] == "angina", "a state of the old instance goes on"
    shutil.rmtree(root / "en-it")
    shutil.rmtree(root / "en-medical")
    assert set(host.refresh()) == {"en-it", "en-medical"}
    assert model.next(model.read(["the"]), "", 1) and "kernel" not in model.lexicon


def test_all_of_it_gives_way_to_a_budget_and_comes_back(models_home: Install) -> None:
    host = host_of(models_home(GENERAL, medical=MEDICAL, it=IT), budget_mb=0.001)
    model: Any = host.language_model("en", "auto")
    medical: Any = host.language_model("en", "medical")

    for _ in range(3):
        assert best(model, "a") == "angina"
        assert best(medical, "as") == "aspirin"


def test_the_fast_part_follows_its_model(models_home: Install, write_card: Callable[..., Path]) -> None:
    root = models_home(GENERAL, medical=MEDICAL, it=IT)
    host = host_of(root)
    fast: Any = host.language_model("en", "medical").fast
    state = fast.read(TOLD)
    assert fast.next(state, "as", 1)[0][0] == "aspirin" and fast.language == "en"
    for name in ("ngram.klm", "lexicon.npz", "index.npz"):
        shutil.copy(root / "en-it" / name, root / "en-medical" / name)
    write_card(root / "en-medical", "domain", "medical", "en-general")

    assert host.refresh() == ("en-medical",)
    assert fast.next(state, "as", 1) == [] and fast.next(state, "k", 1)[0][0] == "kernel"
    assert (
        "kernel" in fast.lexicon and fast.score(state, "kernel")[0] == fast.score_many(state, ["kernel"])[0]
    )


def test_rules_know_applications_whatever_their_case() -> None:
    rules = DomainRules({"*Notes*": "medical", "*code*": "legal", "konsole?": "it"})

    assert rules.domain("My NOTES") == "medical"
    assert rules.domain("konsole1") == "it" and rules.domain("konsole") is None
    assert rules.domain("VSCode") == "legal", "the user's rule comes before the built-in one"
    assert rules.domain("org.gnome.Scrivener") == "literary" and rules.domain("Медиалог 7") == "medical"
    assert rules.domain(None) is rules.domain("") is rules.domain("calculator") is None
    assert set(BUILT_IN) == {"medical", "it", "legal", "literary"}


def test_rules_are_read_from_the_users_file() -> None:
    assert DomainRules.load().domain("code") == "it"
    config_dir().mkdir(parents=True)
    (config_dir() / "domains.toml").write_text('[apps]\n"*code*" = "cardio"\n"*mail*" = "general"\n')
    rules = DomainRules.load()

    assert (rules.domain("code"), rules.domain("thunderbird mail")) == ("cardio", "general")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('[apps]\n"*a*" = it\n', "line 2"),
        ('[apps]\n"*a*" = 3\n', r"'\*a\*' must name a domain in quotes, not 3"),
        ('[apps]\n"*a*" = ""\n', "in quotes, not ''"),
        ("apps = 3\n", "'apps' must be a table"),
        ('[app]\n"*a*" = "it"\n', "'app' is unknown"),
        ("\xff", "cannot read"),
    ],
)
def test_a_bad_rule_is_named_in_one_line(content: str, named: str) -> None:
    config_dir().mkdir(parents=True)
    (config_dir() / "domains.toml").write_bytes(content.encode("latin-1"))

    with pytest.raises(ConfigError, match=named) as caught:
        DomainRules.load()
    assert "\n" not in str(caught.value) and "domains.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("context", "suite", "app", "wanted"),
    [
        (None, None, "", None),
        (None, None, "code", "it"),
        (None, None, "scrivener", None),  # no such model
        (None, None, "mail", "general"),
        (None, "auto", "", "auto"),
        (None, "auto", "code", "it"),
        (None, "auto", "scrivener", "auto"),
        (None, None, "chat", "auto"),
        (None, "medical", "code", "medical"),
        (None, "general", "code", "general"),
        ("medical", "it", "code", "medical"),
        ("medical", None, "", "medical"),
        ("auto", "medical", "", "auto"),
        ("auto", "medical", "code", "it"),
        (None, "unheard", "code", "unheard"),
    ],
)
def test_a_name_goes_before_the_application_and_that_before_none(
    models_home: Install, context: str | None, suite: str | None, app: str, wanted: str | None
) -> None:
    host = host_of(models_home(GENERAL, medical=MEDICAL, it=IT))
    rules = DomainRules({"mail": "general", "chat": "auto"})
    choice = DomainChoice(host, suite, rules)
    given = Context("text", domain=context, app=app or None, revision=7)
    choice.load(given)

    settled = choice.settle(given)
    assert settled.domain == wanted
    assert (settled.before, settled.app, settled.revision) == ("text", given.app, 7)


def test_what_is_not_in_memory_is_loaded_beside_the_typing(
    models_home: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_of(models_home(GENERAL, medical=MEDICAL, it=IT))
    go, begun = threading.Event(), []
    load = host.language_model

    def slow(language: str, domain: str | None = None) -> Any:
        begun.append(domain)
        assert go.wait(10)
        return load(language, domain)

    monkeypatch.setattr(host, "language_model", slow)
    choice = DomainChoice(host)
    context = Context("", app="code")
    assert [choice.settle(context).domain for _ in range(5)] == [None] * 5
    go.set()
    end = time.monotonic() + 10
    while choice.settle(context).domain is None and time.monotonic() < end:
        time.sleep(0.01)
    assert choice.settle(context).domain == "it" and begun == ["it"]
    assert "en-it" in host.in_memory()


def test_a_domain_that_cannot_be_loaded_is_said_once_and_passed_over(models_home: Install) -> None:
    root = models_home(GENERAL, it=IT)
    whole = (root / "en-it" / "ngram.klm").read_bytes()
    (root / "en-it" / "ngram.klm").write_bytes(b"\x00")
    told: list[Notice] = []
    choice = DomainChoice(host_of(root), "it", tell=told.append)
    for _ in range(3):
        choice.load(Context(""))
        assert choice.settle(Context("")).domain is None
    assert len(told) == 1 and "en-it" in told[0].message and "general model" in told[0].message

    (root / "en-it" / "ngram.klm").write_bytes(whole)
    choice.name = "it"
    choice.load(Context(""))
    assert choice.settle(Context("")).domain == "it"


def test_a_name_that_no_model_has_is_said(models_home: Install) -> None:
    told: list[Notice] = []
    choice = DomainChoice(host_of(models_home(GENERAL, it=IT, medical=MEDICAL)), "law", tell=told.append)

    assert [notice.message for notice in told] == [
        "no model has the domain 'law'; installed domains: it, medical"
    ]
    choice.name = "it"
    choice.name = None
    assert len(told) == 1
    with pytest.raises(InputError, match="'auto'"):
        choice.name = ""
