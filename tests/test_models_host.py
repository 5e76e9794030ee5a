"""The model host finds, checks, shares, evicts and replaces."""

from __future__ import annotations

import gc
import hashlib
import logging
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

import skoropis_models
from skoropis.errors import ChecksumError, ConfigError, ModelError
from skoropis.models import host as host_module
from skoropis.models.budget import cost_of, to_drop
from skoropis.models.card import Card, read_card
from skoropis.models.catalogue import Entry
from skoropis.models.host import ModelHost
from skoropis.models.loaded import Loaded
from skoropis.models.shelf import Shelf

CARD = """
id = "{id}"
version = "{version}"
kind = "{kind}"
language = "{language}"
domain = "{domain}"
licence = "CC0-1.0"
description = "for tests"
{more}
[[files]]
name = "weights.bin"
bytes = {size}
sha256 = "{digest}"
"""
MEGABYTE = 1_000_000


class Toy:
    """A model that says which version it is, and refuses states that another instance made."""

    loads = 0
    alive: ClassVar[weakref.WeakSet[Toy]] = weakref.WeakSet()
    pause: ClassVar[Callable[[], object] | None] = None
    """What ``next`` does before it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = (folder / "weights.bin").read_bytes()[:8].decode().strip()
        self.lexicon = [self.version]
        self.circle = self  # as a model may be tied to itself
        self.alive.add(self)

    @classmethod
    def load(cls, folder: Path) -> Toy:
        cls.loads += 1
        toy = cls(folder)
        if toy.version.startswith("bad"):
            raise ValueError("the user's text")
        return toy

    def start(self) -> Any:
        return (self, ())

    def read(self, tokens: Iterable[str], state: Any = None) -> Any:
        return (self, (*self._own(state or self.start()), *tokens))

    def score(self, state: Any, token: str) -> tuple[float, Any]:
        return -1.0, self.read([token], state)

    def score_many(self, state: Any, tokens: Sequence[str]) -> list[float]:
        return [-float(len(self._own(state))) for _ in tokens]

    def next(self, state: Any, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        if Toy.pause is not None:
            Toy.pause()
        return [(" ".join([*self._own(state), self.version]), -1.0)]

    def score_all(self, state: Any) -> float:
        return -float(len(self._own(state)))

    def _own(self, state: Any) -> tuple[str, ...]:
        owner, tokens = state
        assert owner is self, "the state of another instance"
        return tuple(tokens)


class Upon(Toy):
    """A model that stands on others."""

    def __init__(self, folder: Path, bases: list[Any]) -> None:
        super().__init__(folder)
        self.bases = bases

    @classmethod
    def load_with(cls, folder: Path, resolve: Callable[[str], Any]) -> Upon:
        card = read_card(folder)
        return cls(folder, [resolve(need) for need in card.needs or ["en-general"]])


@pytest.fixture(autouse=True)
def toy_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    Toy.loads = 0
    module = type("module", (), {"Toy": Toy, "Upon": Upon})
    monkeypatch.setattr(host_module, "import_module", lambda name: module)
    monkeypatch.setattr(host_module, "_LOADERS", {"toy": ("anywhere", "Toy"), "upon": ("anywhere", "Upon")})


def model(
    root: Path,
    name: str,
    language: str = "en",
    domain: str = "general",
    *,
    version: str = "1",
    kind: str = "toy",
    size: int = 5,
    more: str = "",
) -> Path:
    """Write a model, anew if it is there; its weights begin with its version."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    data = version.encode().ljust(8)[:8].ljust(size, b" ")
    (folder / "weights.bin").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    card = CARD.format(
        id=name, version=version, kind=kind, language=language, domain=domain, more=more, size=len(data),
        digest=digest,
    )  # fmt: skip
    (folder / "card.toml").write_text(card)
    return folder


def words(handle: Any, text: str = "") -> str:
    """What the model says behind ``text``: the text and its version."""
    found: str = handle.next(handle.read(text.split()))[0][0]
    return found.strip()


def test_models_are_found_by_language_and_domain(tmp_path: Path) -> None:
    folders = [model(tmp_path, "en-general"), model(tmp_path, "en-medical", domain="medical")]
    host = ModelHost(("en",), folders)

    assert host.language_model("en").folder == folders[0]
    assert host.language_model("en", "medical").folder == folders[1]
    assert host.language_model("en", "law").folder == folders[0]
    with pytest.raises(ModelError, match="'ru'"):
        host.language_model("ru")


def test_a_model_is_loaded_once_however_many_ask(tmp_path: Path) -> None:
    host = ModelHost(("en",), [model(tmp_path, "en-general")])
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(host.language_model("en"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(m) for m in got}) == 1
    assert (len(got), Toy.loads) == (8, 1)


@pytest.mark.parametrize("content", [b"1      x", b"1", b""])
def test_a_damaged_file_is_never_loaded(tmp_path: Path, content: bytes) -> None:
    folder = model(tmp_path, "en-general")
    (folder / "weights.bin").write_bytes(content)

    with pytest.raises(ChecksumError, match="install the model again"):
        ModelHost(("en",), [folder]).language_model("en")
    assert Toy.loads == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general")
    (folder / "weights.bin").unlink()

    with pytest.raises(ModelError, match=r"weights\.bin"):
        ModelHost(("en",), [folder]).language_model("en")


@pytest.mark.parametrize("card", ["", "id = 3", "= broken", "\x00", 'id = "x"\nfiles = []'])
def test_a_bad_card_is_passed_over_and_said(tmp_path: Path, card: str) -> None:
    folder = model(tmp_path, "en-general")
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "card.toml").write_text(card)
    host = ModelHost(("en",), [bad, folder])

    assert [c.id for c in host.cards()] == ["en-general"]
    assert len(host.problems()) == 1
    with pytest.raises(ModelError):
        read_card(bad)


def test_a_card_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general")
    card = folder / "card.toml"
    card.write_text(card.read_text().replace("weights.bin", "../weights.bin"))

    with pytest.raises(ModelError, match="outside its folder"):
        read_card(folder)


def test_the_users_models_come_before_the_packaged_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = model(tmp_path / "mine", "en-general")
    model(tmp_path / "data" / "models", "en-general")
    other = model(tmp_path / "data" / "models", "en-law", domain="law")
    monkeypatch.setenv("SKOROPIS_MODELS", str(tmp_path / "mine"))
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "data"))
    host = ModelHost(("en",))

    assert host.folder("en-general") == mine
    assert host.folder("en-law") == other


def test_domains_are_those_with_a_model(tmp_path: Path) -> None:
    model(tmp_path, "en-medical", domain="medical")
    model(tmp_path, "en-art", domain="art")
    model(tmp_path, "en-general")
    model(tmp_path, "en-law", domain="law", kind="unheard-of")
    host = ModelHost(("en",), sorted(tmp_path.iterdir()))

    assert host.domains("en") == ("general", "art", "medical")
    assert host.domains("ru") == ()


def test_a_kind_that_is_unknown_is_refused(tmp_path: Path) -> None:
    host = ModelHost(("en",), [model(tmp_path, "en-general", kind="unheard-of")])

    with pytest.raises(ModelError, match="kind 'unheard-of'"):
        host.load("en-general")
    with pytest.raises(ModelError, match="no language model"):
        host.language_model("en")


def test_what_a_loader_says_does_not_come_through(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"en-general cannot be loaded: ValueError") as caught:
        ModelHost(("en",), [model(tmp_path, "en-general", version="bad")]).language_model("en")
    assert "text" not in str(caught.value)


# Budget


def three(root: Path, size: int = MEGABYTE) -> list[Path]:
    return [model(root, f"en-{name}", domain=name, version=name, size=size) for name in "abc"]


def test_the_least_recently_used_model_gives_way(tmp_path: Path) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=2.5)
    a, b = host.load("en-a"), host.load("en-b")
    assert list(host.in_memory()) == ["en-a", "en-b"]
    assert words(a) == "a"

    host.load("en-c")

    assert list(host.in_memory().items()) == [("en-a", MEGABYTE), ("en-c", MEGABYTE)]
    assert (words(b), words(a)) == ("b", "a"), "what gave way is loaded again when it is used"
    assert list(host.in_memory()) == ["en-b", "en-a"]
    assert Toy.loads == 5
    assert host.load("en-b") is b


@pytest.mark.parametrize("use", ["next", "score", "score_many", "read", "start", "lexicon", "other"])
def test_every_call_counts_as_use(tmp_path: Path, use: str) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=2.5)
    a: Any = host.load("en-a")
    state = a.start()
    host.load("en-b")
    uses: dict[str, Callable[[], object]] = {
        "next": lambda: a.next(state),
        "score": lambda: a.score(state, "x"),
        "score_many": lambda: a.score_many(state, ["x"]),
        "read": lambda: a.read(["x"]),
        "start": a.start,
        "lexicon": lambda: a.lexicon,
        "other": lambda: a.folder,
    }
    uses[use]()
    host.load("en-c")
    assert list(host.in_memory()) == ["en-a", "en-c"]


def test_without_a_budget_nothing_gives_way(tmp_path: Path) -> None:
    host = ModelHost(("en",), three(tmp_path))
    for name in "abc":
        host.load(f"en-{name}")
    assert sorted(host.in_memory()) == ["en-a", "en-b", "en-c"]


def test_a_model_that_is_too_large_alone_is_loaded_alone(tmp_path: Path) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=0.5)
    a = host.load("en-a")
    host.load("en-b")
    assert list(host.in_memory()) == ["en-b"]
    assert words(a) == "a"
    assert list(host.in_memory()) == ["en-a"]


def test_the_memory_of_an_evicted_model_is_free_and_no_method_that_was_kept_holds_it(tmp_path: Path) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=1)
    a: Any = host.load("en-a")
    score = a.score_all
    gc.collect()
    gc.disable()
    try:
        host.load("en-b")
        assert [toy.version for toy in Toy.alive] == ["b"]
        assert score(a.read(["x"])) == -1.0
        assert [toy.version for toy in Toy.alive] == ["a"]
    finally:
        gc.enable()


def test_a_running_call_keeps_its_model_until_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=1)
    a: Any = host.load("en-a")
    running, finish, results = threading.Event(), threading.Event(), []

    def pause() -> None:
        running.set()
        assert finish.wait(20)

    state = a.read(["x"])
    monkeypatch.setattr(Toy, "pause", staticmethod(pause))
    thread = threading.Thread(target=lambda: results.append(a.next(state)))
    thread.start()
    assert running.wait(20)
    host.load("en-b")
    assert list(host.in_memory()) == ["en-b"]
    assert sorted(toy.version for toy in Toy.alive) == ["a", "b"]
    finish.set()
    thread.join()
    assert results == [[("x a", -1.0)]]


def test_the_budget_can_be_set_by_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKOROPIS_MODEL_BUDGET_MB", "1.5")
    host = ModelHost(("en",), three(tmp_path))
    host.load("en-a")
    host.load("en-b")
    assert list(host.in_memory()) == ["en-b"]

    for bad in ("0", "-3", "nan", "much"):
        monkeypatch.setenv("SKOROPIS_MODEL_BUDGET_MB", bad)
        with pytest.raises(ConfigError, match="SKOROPIS_MODEL_BUDGET_MB"):
            ModelHost(("en",), [])
    assert ModelHost(("en",), [], budget_mb=3).cards() == ()


def test_threads_that_ask_for_more_than_the_budget_get_right_answers(tmp_path: Path) -> None:
    host = ModelHost(("en",), three(tmp_path, size=1000), budget_mb=0.0015)
    handles = {name: host.load(f"en-{name}") for name in "abc"}
    wrong: list[object] = []

    def ask(order: str) -> None:
        state = handles[order[0]].read(["well"])
        for name in order * 15:
            try:
                answer = handles[name].next(state)[0][0].strip()
                if answer != f"well {name}":
                    wrong.append(answer)
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    threads = [threading.Thread(target=ask, args=(order,)) for order in ("abc", "cab", "bca", "acb")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(host.in_memory()) == 1


def test_models_that_load_side_by_side_keep_the_budget_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ModelHost(("en",), three(tmp_path), budget_mb=1.5)
    together = threading.Barrier(3, timeout=20)
    load = Toy.load.__func__  # type: ignore[attr-defined]

    def slowly(cls: type[Toy], folder: Path) -> Toy:
        together.wait()
        toy: Toy = load(cls, folder)
        return toy

    monkeypatch.setattr(Toy, "load", classmethod(slowly))
    threads = [threading.Thread(target=host.load, args=(f"en-{name}",)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Toy.loads == 3
    assert len(host.in_memory()) == 1
    gc.collect()
    assert len(Toy.alive) == 1


def held(name: str, *needs: Loaded, kept: bool = False) -> Loaded:
    card = Card(name, "1", "toy", "en", name, "CC0-1.0", "", ())
    return Loaded(Entry(card, Path(name)), 10, needs, model=name, kept=kept)


def test_a_base_was_used_when_who_stood_on_it_was() -> None:
    base, idle = held("base"), held("idle")
    upon, coming = held("upon", base), held("coming")
    idle.used, upon.used = 90, 50
    base.used = 1
    assert to_drop([base, idle, upon], [coming], 30) == [upon]
    assert to_drop([base, idle], [coming, held("other")], 30) == [base]
    idle.used = 40
    assert to_drop([base, idle], [coming, held("other")], 30) == [idle]


def test_what_cannot_give_way_stays_whatever_the_budget() -> None:
    base = held("base")
    assert to_drop([base, held("kept", kept=True)], [held("coming", base)], 1) == []
    assert to_drop([base, held("upon", base)], [], 5) != []


def test_a_base_that_was_evicted_while_it_was_asked_for_is_back() -> None:
    shelf, base = Shelf(100), held("base")
    upon = held("upon", base)
    shelf.expect(upon, None)
    assert shelf.get("base") is base
    shelf.put(upon, None)
    assert not shelf.stale(upon)
    assert shelf.held() == [base, upon]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_estimated_memory_is_about_what_a_model_takes(language: str) -> None:
    folder = Path(skoropis_models.__file__).parent / f"{language}-general"
    code = """
import gc, sys
from pathlib import Path
import kenlm, numpy
from skoropis.lm.ngram import NGram
from skoropis.memory import release
def held():
    gc.collect(), release()
    return int(open("/proc/self/status").read().split("VmRSS:")[1].split()[0]) * 1024
before = held()
model = NGram.load(Path(sys.argv[1]))
print(held() - before)
"""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert cost_of(read_card(folder)) == pytest.approx(int(done.stdout), rel=0.3)


# Bases


def family(root: Path) -> list[Path]:
    base = 'base = "en-general"'
    twice = base + '\nrequires = ["en-general"]'
    return [
        model(root, "en-general", version="g", size=MEGABYTE),
        model(root, "en-art", domain="art", version="a", kind="upon", size=MEGABYTE, more=base),
        model(root, "en-law", domain="law", version="l", kind="upon", size=MEGABYTE, more=twice),
    ]


def test_models_share_a_base_that_counts_once_and_stays_with_them(tmp_path: Path) -> None:
    folders = [*family(tmp_path), model(tmp_path, "en-x", domain="x", version="x", size=MEGABYTE)]
    host = ModelHost(("en",), folders, budget_mb=3.5)
    art: Any = host.load("en-art")
    law: Any = host.load("en-law")
    assert art.bases[0] is law.bases[0]
    assert host.in_memory() == {"en-general": MEGABYTE, "en-art": MEGABYTE, "en-law": MEGABYTE}
    assert Toy.loads == 1

    x = host.load("en-x")
    assert sorted(host.in_memory()) == ["en-general", "en-law", "en-x"], "the base stays with who needs it"
    general: Any = host.load("en-general")
    assert general.version == "g"
    assert Toy.loads == 2, "a base that is loaded is shared with who asks for it itself"
    words(law), words(x), words(general)
    words(art)
    assert "en-law" not in host.in_memory()


def test_a_base_gives_way_when_nobody_needs_it(tmp_path: Path) -> None:
    folders = [*family(tmp_path), model(tmp_path, "en-x", domain="x", version="x", size=3 * MEGABYTE)]
    host = ModelHost(("en",), folders, budget_mb=3)
    art = host.load("en-art")
    host.load("en-x")
    assert list(host.in_memory()) == ["en-x"]
    assert words(art) == "a"
    assert list(host.in_memory()) == ["en-general", "en-art"]


def test_a_missing_base_a_circle_and_an_undeclared_base_are_said(tmp_path: Path) -> None:
    alone = model(tmp_path, "en-alone", domain="x", kind="upon", more='base = "nowhere"')
    one = model(tmp_path, "en-one", domain="y", kind="upon", more='base = "en-two"')
    two = model(tmp_path, "en-two", domain="y", kind="upon", more='requires = ["en-one"]')
    sly = model(tmp_path, "en-sly", domain="z", kind="upon")
    host = ModelHost(("en",), [alone, one, two, sly, model(tmp_path, "en-general")])

    with pytest.raises(ModelError, match="en-alone needs nowhere, which is not installed"):
        host.load("en-alone")
    with pytest.raises(ModelError, match="need each other"):
        host.load("en-one")
    with pytest.raises(ModelError, match="en-sly asks for en-general, which its card does not name"):
        host.load("en-sly")
    assert host.in_memory() == {}


# Replacement


def test_a_new_version_takes_over_and_states_go_on(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general", version="one")
    host = ModelHost(("en",), [folder])
    handle = host.language_model("en")
    state = handle.score(handle.read(["a", "b"]), "c")[1]
    assert host.refresh() == ()
    assert handle.next(state)[0][0].strip() == "a b c one"

    model(tmp_path, "en-general", version="two")
    assert handle.next(state)[0][0].strip() == "a b c one"
    assert host.refresh() == ("en-general",)

    assert handle.next(state)[0][0].strip() == "a b c two"
    assert host.language_model("en") is handle
    assert host.cards()[0].version == "two"
    gc.collect()
    assert [toy.version for toy in Toy.alive] == ["two"]
    assert host.refresh() == ()


def test_a_card_that_only_says_more_loads_nothing(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general")
    host = ModelHost(("en",), [folder])
    host.language_model("en")
    card = folder / "card.toml"
    card.write_text(card.read_text().replace("for tests", "for good tests"))
    assert host.refresh() == ("en-general",)
    assert host.cards()[0].description == "for good tests"
    assert Toy.loads == 1
    assert host.refresh() == ()


@pytest.mark.parametrize("damage", ["weights", "card", "loader", "kind"])
def test_a_damaged_new_version_leaves_the_old_one_running(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    folder = model(tmp_path, "en-general", version="one", size=MEGABYTE)
    other = model(tmp_path, "en-x", domain="x", version="x", size=MEGABYTE)
    host = ModelHost(("en",), [folder, other], budget_mb=1.5)
    handle = host.language_model("en")

    if damage == "loader":
        model(tmp_path, "en-general", version="bad", size=MEGABYTE)
    else:
        model(tmp_path, "en-general", version="two", size=MEGABYTE, kind="no" if damage == "kind" else "toy")
    if damage in ("weights", "card"):
        (folder / {"weights": "weights.bin", "card": "card.toml"}[damage]).write_bytes(b"not any more")
    for _ in range(2):
        assert host.refresh() == ()
        assert len(host.problems()) == 1
        assert "en-general" in host.problems()[0]
    assert words(handle, "a") == "a one"
    host.load("en-x")
    assert words(handle) == "one", "what could not be loaded again does not give way"

    model(tmp_path, "en-general", version="three", size=MEGABYTE)
    assert host.refresh() == ("en-general",)
    assert host.problems() == ()
    assert words(handle) == "three"


def test_a_damaged_version_in_another_folder_does_not_displace_one_that_waits(tmp_path: Path) -> None:
    first, second = tmp_path / "first" / "en-general", model(tmp_path / "second", "en-general", version="one")
    host = ModelHost(("en",), [first, second])
    assert len(host.problems()) == 1
    model(tmp_path / "first", "en-general", version="two")
    (first / "weights.bin").write_bytes(b"damaged!")
    assert host.refresh() == ()
    assert words(host.language_model("en")) == "one"
    assert len(host.problems()) == 1

    model(tmp_path / "first", "en-general", version="two")
    assert host.refresh() == ("en-general",)
    assert words(host.language_model("en")) == "two"


def test_models_that_come_and_go_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKOROPIS_MODELS", str(tmp_path))
    monkeypatch.setattr("skoropis.models.sources.packaged_roots", lambda: ())
    model(tmp_path, "en-general", version="g")
    host = ModelHost(("en",))
    model(tmp_path, "en-law", domain="law", version="l")
    assert words(host.language_model("en", "law")) == "g"

    assert host.refresh() == ("en-law",)
    law = host.language_model("en", "law")
    state = law.read(["a"])
    assert law.next(state)[0][0].strip() == "a l"

    (tmp_path / "en-law").rename(tmp_path / ".gone")
    assert host.refresh() == ("en-law",)
    assert law.next(state)[0][0].strip() == "a g", "the general model stands in"
    assert list(host.in_memory()) == ["en-general"]
    with pytest.raises(ModelError, match="no model 'en-law'"):
        host.load("en-law")

    (tmp_path / ".gone").rename(tmp_path / "en-law")
    assert host.refresh() == ("en-law",)
    assert law.next(state)[0][0].strip() == "a l"

    for name in ("en-law", "en-general"):
        (tmp_path / name).rename(tmp_path / f".{name}")
    assert sorted(host.refresh()) == ["en-general", "en-law"]
    with pytest.raises(ModelError, match="en-law is no longer installed"):
        law.next(state)


def test_a_version_installed_while_a_model_was_evicted_is_loaded(tmp_path: Path) -> None:
    folders = three(tmp_path)
    host = ModelHost(("en",), folders, budget_mb=1)
    a = host.load("en-a")
    host.load("en-b")
    model(tmp_path, "en-a", domain="a", version="new", size=MEGABYTE)
    assert words(a) == "new"
    assert host.refresh() == ()


def test_who_stands_on_a_replaced_base_is_loaded_again(tmp_path: Path) -> None:
    host = ModelHost(("en",), family(tmp_path))
    general: Any = host.load("en-general")
    art: Any = host.load("en-art")
    model(tmp_path, "en-general", version="h", size=MEGABYTE)

    assert host.refresh() == ("en-general", "en-art")

    assert (words(general), words(art)) == ("h", "a")
    assert art.bases[0].version == "h"
    gc.collect()
    assert sorted(toy.version for toy in Toy.alive) == ["a", "h"]


def test_who_stands_on_a_base_that_is_gone_goes_on(tmp_path: Path) -> None:
    folders = family(tmp_path)
    host = ModelHost(("en",), folders)
    art = host.load("en-art")
    (folders[0] / "card.toml").rename(folders[0] / "moved.toml")
    folders[0].rename(tmp_path / "elsewhere")

    assert host.refresh() == ("en-general",)
    assert any("needs en-general" in line for line in host.problems())
    assert words(art) == "a"
    assert sorted(host.in_memory()) == ["en-art", "en-general"]


def test_threads_that_ask_while_versions_change_never_fail_nor_get_a_mixture(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general", version="v0")
    host = ModelHost(("en",), [folder])
    handle = host.language_model("en")
    stop, wrong, seen = threading.Event(), [], set()

    def hammer() -> None:
        state = handle.read(["a"])
        newest = 0
        try:
            while not stop.is_set():
                _, after = handle.score(state, "b")
                answer = handle.next(after)[0][0].split()
                version = int(answer[2][1:])
                if answer[:2] != ["a", "b"] or version < newest or handle.score_many(after, ["x"]) != [-2.0]:
                    wrong.append(answer)
                newest = version
                seen.add(version)
        except Exception as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 13):
        model(tmp_path, "en-general", version=f"v{number}")
        assert host.refresh() == ("en-general",)
        time.sleep(0.01)
    deadline = time.monotonic() + 20
    while 12 not in seen and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert {0, 12} <= seen
    gc.collect()
    assert [toy.version for toy in Toy.alive] == ["v12"]


def test_refreshing_from_several_threads_is_safe(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general", version="v0")
    host = ModelHost(("en",), [folder])
    handle = host.language_model("en")
    model(tmp_path, "en-general", version="v1")
    found: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(host.refresh())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [()] * 5 + [("en-general",)]
    assert (words(handle), Toy.loads) == ("v1", 2)
