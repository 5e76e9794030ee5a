"""The bench beside other systems, with made-up ones: nothing is installed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))  # it finds what the benches share

import typing_peers  # noqa: E402
from peers import install, table, text, train  # noqa: E402
from peers.child import Child, PeerFailed  # noqa: E402
from peers.place import Missing, Place  # noqa: E402
from peers.runner import Lines, Runner  # noqa: E402
from peers.serve import latin, loop  # noqa: E402
from peers.store import Key, Store  # noqa: E402
from peers.systems import CORRECTION, ONCE, OURS, REPEAT, TYPING, Peer, Start, ours  # noqa: E402

TYPED = ("I am here now", "you are here too", "we will be there")
PAIRS = (("teh cat sat", "the cat sat"), ("a dog ran", "a dog ran"))
SETS = [Lines(TYPING, "en", "chat", TYPED), Lines(CORRECTION, "en", "slips", PAIRS)]


class Fake:
    """Suggests these words whatever stands there; corrects by a table of words."""

    def __init__(self, words: tuple[str, ...] = (), mends: dict[str, str] | None = None) -> None:
        self.words, self.mends, self.seconds = words, mends or {}, 0.002
        self.asked: list[tuple[str, frozenset[str]]] = []

    def suggest(self, before: str, refused: frozenset[str]) -> tuple[list[str], float]:
        self.asked.append((before, refused))
        return [word for word in self.words if word not in refused], self.seconds

    def correct(self, line: str) -> tuple[str, float]:
        self.asked.append((line, frozenset()))
        return " ".join(self.mends.get(word, word) for word in line.split()), self.seconds

    def peer(self, name: str, stamp: str = "1", rule: str = ONCE) -> Peer:
        @contextmanager
        def started(_: str) -> Iterator[Fake]:
            yield self

        rules = {TYPING: (rule,), CORRECTION: ("0.5" if name == OURS else "",)}
        return Peer(name, rules, ("en", "ru"), lambda language, kind: Start(stamp, started))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results.jsonl")


def run(store: Store, peer: Peer, seconds: float = 1e9, sets: list[Lines] = SETS) -> dict[str, str]:
    return Runner(sets, store, seconds, lambda *_: None).run(peer)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, store: Store) -> None:
    class Interrupted(Fake):
        def suggest(self, before: str, refused: frozenset[str]) -> tuple[list[str], float]:
            if before.startswith("we"):
                raise KeyboardInterrupt
            return super().suggest(before, refused)

    with pytest.raises(KeyboardInterrupt):
        run(store, Interrupted(("here",)).peer("fake"))
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('{"key": ["fake", "ty')  # cut off while it wrote
    again = Store(tmp_path / "results.jsonl")
    fake = Fake(("here",))
    run(again, fake.peer("fake"))
    assert {before[:2] for before, _ in fake.asked if " " in before} >= {"we"}
    assert not any(before.startswith(("I ", "you ")) for before, _ in fake.asked)
    kept = again.get(SETS[0].key("fake", ONCE))
    assert kept is not None
    assert sorted(kept.counts) == [0, 1, 2]
    fake.asked.clear()
    run(again, fake.peer("fake"))
    assert fake.asked == []


def test_lines_that_were_cut_off_do_not_spoil_what_comes_after(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text('{"key": ["fake", "ty')
    store = Store(path)
    run(store, Fake(("here",)).peer("fake"))
    assert len(Store(path).get(SETS[0].key("fake", ONCE)).counts) == 3  # type: ignore[union-attr]


def test_each_system_is_asked_under_its_own_rule(store: Store) -> None:
    once, repeat = Fake(("a", "b", "c", "d")), Fake(("a", "b", "c", "d"))
    run(store, once.peer("once"), sets=SETS[:1])
    run(store, repeat.peer("repeat", rule=REPEAT), sets=SETS[:1])
    assert ("I am h", frozenset({"a", "b", "c"})) in once.asked
    assert all(refused == frozenset() for _, refused in repeat.asked)


def test_a_slow_system_gets_as_far_in_every_set_and_the_table_says_how_far(store: Store) -> None:
    sets = [Lines(TYPING, "en", name, TYPED) for name in ("chat", "news")]
    slow = Fake(("here",))
    slow.seconds = 1.0
    run(store, slow.peer("slow"), seconds=11, sets=sets)
    lines = {row[0]: row[3] for row in table.Tables(store, sets).typing("en").rows}
    assert lines == {"chat": "1", "news": "1"}


def test_another_version_is_measured_anew_and_drops_the_old_figures(tmp_path: Path, store: Store) -> None:
    run(store, Fake().peer("fake", "1"))
    run(store, Fake(("here",)).peer("fake", "2"))
    store.compact()
    again = Store(tmp_path / "results.jsonl")
    kept = again.get(SETS[0].key("fake", ONCE))
    assert kept is not None
    assert kept.stamp == "2"
    assert kept.counts[0][4] == 1  # "here" was among three
    again.forget("fake")
    assert list(Store(tmp_path / "results.jsonl")) == []


def test_a_run_for_ours_alone_is_set_beside_the_kept_figures(tmp_path: Path, store: Store) -> None:
    run(store, Fake(("here",), {"teh": "ten"}).peer("other"))
    store.compact()
    again = Store(tmp_path / "results.jsonl")
    run(again, Fake(("here", "there", "will"), {"teh": "the"}).peer(OURS))
    tables = table.Tables(again, SETS)
    typing = {row[1]: row for row in tables.typing("en").rows}
    assert typing[OURS][3] == typing["other"][3] == "3"
    # 45 characters; both save 4 of "here " twice, ours 4 of "will " and of "there" too
    assert typing["other"][4].startswith("17.8")
    assert typing[OURS][4].startswith("35.6")
    assert typing["other"][5].startswith("+17.8")
    correction = {row[1]: row for row in tables.correction("en").rows}
    assert correction["other"][5] == "0.0 [0.0, 0.0]"
    assert correction[f"{OURS}, level 0.5"][5].startswith("100.0")
    assert correction["other"][6].startswith("+100.0")
    assert tables.versions().rows[0][3:] != ("", "")


def test_the_difference_is_paired_over_the_lines_that_both_have() -> None:
    ours_counts = {0: (10, 4, 2, 1, 1), 1: (10, 6, 2, 1, 1), 2: (100, 100, 9, 0, 0)}
    theirs = {0: (10, 5, 2, 1, 1), 1: (10, 7, 2, 1, 1)}
    ahead = table.savings_ahead(ours_counts, theirs)
    assert (ahead.value, ahead.low, ahead.high) == pytest.approx((10, 10, 10))
    # one hit of one edit against none of two wanted, in every line: 100 - 0
    f1 = table.f1_ahead({0: (3, 2, 1, 1, 1, 0)}, {0: (3, 2, 1, 1, 0, 0)})
    assert (f1.value, f1.low, f1.high) == pytest.approx((100, 100, 100))
    assert math.isnan(table.f1_ahead({0: (3, 2, 1, 1, 1, 0)}, {1: (3, 2, 1, 1, 0, 0)}).value)


def test_figures_on_another_text_are_not_shown(store: Store) -> None:
    run(store, Fake(("here",)).peer("fake"))
    other = [Lines(TYPING, "en", "chat", ("other words", *TYPED))]
    assert table.Tables(store, other).typing("en").rows == ()


def test_fewer_lines_may_be_shown_than_were_measured(store: Store) -> None:
    lines = tuple(f"we are here {number}" for number in range(20))
    run(store, Fake(("here",)).peer("fake"), sets=[Lines(TYPING, "en", "chat", lines)])
    rows = table.Tables(store, [Lines(TYPING, "en", "chat", lines[:12])]).typing("en").rows
    assert [row[3] for row in rows] == ["12"]


def test_a_peer_that_cannot_be_had_is_named_and_the_others_run(store: Store) -> None:
    def missing(language: str, kind: str) -> Start:
        raise Missing("needs Debian")

    trouble = run(store, Peer("absent", {TYPING: (ONCE,)}, ("en",), missing))
    assert trouble == {"absent, en typing": "needs Debian"}


def test_without_debian_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    with pytest.raises(Missing, match="Debian"):
        install.debian(Place(tmp_path), ["presage"])
    with pytest.raises(Missing, match=r"Node\.js"):
        install.npm(Place(tmp_path), "harper.js@2.10.0")


def test_an_ordinary_user_is_told_about_apt_get_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise Missing(f"{command[0]} failed")

    monkeypatch.setattr(install.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(install, "DEBIAN_PYTHON", Path(sys.executable))
    monkeypatch.setattr(install, "run", fail)
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    with pytest.raises(Missing, match="apt-get update"):
        install.debian(Place(tmp_path), ["presage"])


def test_what_failed_is_said_by_its_last_lines() -> None:
    with pytest.raises(Missing, match="it broke"):
        install.run([sys.executable, "-c", "print('it broke'); raise SystemExit(3)"])


SERVED = """
import sys
sys.path.insert(0, {serve!r})
from loop import answer, word_by_word

class Peer:
    def suggest(self, before, refused):
        print("noise of a library")
        return ["слово", *refused]
    def correct(self, text):
        if text == "die":
            raise SystemExit(1)
        return word_by_word(lambda word: "мир", text)

answer(Peer())
"""


@pytest.fixture
def served(tmp_path: Path) -> Callable[[str], Child]:
    def start(code: str) -> Child:
        path = tmp_path / "peer.py"
        path.write_text(code.format(serve=str(ROOT / "bench" / "peers" / "serve")), encoding="utf-8")
        return Child([sys.executable, path], {}, tmp_path / "peer.log")

    return start


def test_a_peer_answers_from_its_own_process(served: Callable[[str], Child]) -> None:
    with served(SERVED) as child:
        words, seconds = child.suggest("скажи ", frozenset({"нет"}))
        assert words == ["слово", "нет"]
        assert 0 <= seconds < 5
        assert child.correct("Мыр, МЫР и x1")[0] == "Мир, МИР и x1"
        with pytest.raises(PeerFailed, match="ended"):
            child.correct("die")


def test_a_peer_that_does_not_start_is_said_to_have_ended(served: Callable[[str], Child]) -> None:
    with pytest.raises(PeerFailed, match=r"peer\.log"), served("raise SystemExit(2)"):
        pass


def test_the_words_of_the_protocol_are_plain_json() -> None:
    serve = str(ROOT / "bench" / "peers" / "serve")
    code = SERVED.format(serve=serve)
    request = json.dumps({"suggest": "a", "refused": []})
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], input=request + "\n", capture_output=True, text=True, check=True
    )
    ready, reply = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": True}
    assert reply["words"] == ["слово"]


def test_capitals_are_kept() -> None:
    assert [loop.like(word, "the") for word in ("teh", "Teh", "TEH", "T")] == ["the", "The", "THE", "The"]


def test_russian_goes_into_latin_and_back() -> None:
    alphabet = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
    assert latin.to_cyrillic(latin.to_latin(alphabet)) == alphabet
    assert latin.to_latin("Щёлк щ").startswith(latin.to_latin("ще"))
    assert latin.to_cyrillic(latin.to_latin("Ёж, 5!")) == "еж, 5!"


def test_every_source_gives_as_many_words_of_the_train_text() -> None:
    assert text.shares({"small": 10, "large": 500, "larger": 900}, 210) == {
        "small": 10,
        "large": 100,
        "larger": 100,
    }
    assert sum(text.shares({"a": 5, "b": 5}, 100).values()) == 10
    sources = {"a": ["one two three"] * 50, "b": [f"four five {number}" for number in range(100)]}
    chosen = text.sample(sources, 60)
    assert chosen == text.sample(sources, 60)
    assert len(chosen) == 20
    assert chosen.count("one two three") == 10


PRESAGE = """<Presage><PredictorRegistry><PREDICTORS>All</PREDICTORS></PredictorRegistry>
<ContextTracker><ONLINE_LEARNING>yes</ONLINE_LEARNING></ContextTracker>
<Selector><SUGGESTIONS>6</SUGGESTIONS><REPEAT_SUGGESTIONS>no</REPEAT_SUGGESTIONS></Selector>
<Predictors><DefaultSmoothedNgramPredictor><DBFILENAME>/x</DBFILENAME></DefaultSmoothedNgramPredictor></Predictors>
</Presage>"""


def test_presage_is_trained_once_and_learns_nothing_more(tmp_path: Path) -> None:
    place = Place(tmp_path)
    tool = place.unpacked / "usr/bin/text2ngram"
    tool.parent.mkdir(parents=True)
    # its arguments: -n ORDER -l -f sqlite -a -o DATABASE TEXT
    tool.write_text('#!/bin/sh\n{ echo "$2"; cat "$9"; } >> "$8"\n')
    tool.chmod(0o755)
    (place.unpacked / "etc").mkdir()
    (place.unpacked / "etc/presage.xml").write_text(PRESAGE)
    words = tmp_path / "ru-2.txt"
    words.write_text("Лёлик пел\n", encoding="utf-8")
    configuration = train.presage(place, "ru", words)
    database = place.trained / "presage-ru-2.db"
    assert database.read_text() == "".join(f"{order}\nlelik pel\n" for order in (1, 2, 3))
    settings = configuration.read_text(encoding="utf-8")
    assert f"<DBFILENAME>{database}</DBFILENAME>" in settings
    assert "<SUGGESTIONS>3</SUGGESTIONS>" in settings
    assert "<ONLINE_LEARNING>no</ONLINE_LEARNING>" in settings
    assert "<REPEAT_SUGGESTIONS>no</REPEAT_SUGGESTIONS>" in settings
    tool.unlink()
    assert train.presage(place, "ru", words) == configuration


def test_ours_is_measured_anew_when_its_code_or_models_change(tmp_path: Path) -> None:
    for part in (
        "core",
        "plugins/skoropis_predict",
        "plugins/skoropis_autocorrect",
        "plugins/skoropis_predict/tests",
    ):
        (tmp_path / part).mkdir(parents=True)
    stamps = [ours(tmp_path).prepare("en", kind).stamp for kind in (TYPING, CORRECTION)]
    (tmp_path / "plugins/skoropis_predict/tests/test_x.py").write_text("x")
    assert stamps == [ours(tmp_path).prepare("en", kind).stamp for kind in (TYPING, CORRECTION)]
    (tmp_path / "plugins/skoropis_predict/new.py").write_text("x")
    after = [ours(tmp_path).prepare("en", kind).stamp for kind in (TYPING, CORRECTION)]
    assert after[0] != stamps[0]
    assert after[1] == stamps[1]


def test_tables_go_into_a_page_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nbehind\n")
    typing_peers.write(page, [table.Table("one", ("a", "b"), (("1", "2|3"),))])
    written = page.read_text()
    assert "old" not in written
    assert "**one**\n\n| a | b |\n| --- | --- |\n| 1 | 2/3 |\n" in written
    assert written.startswith("before\n")
    assert written.endswith("behind\n")
    page.write_text("no marks")
    with pytest.raises(SystemExit, match="no place"):
        typing_peers.write(page, [])


def test_times_are_kept_to_a_few_per_cent(tmp_path: Path, store: Store) -> None:
    key = Key("p", TYPING, ONCE, "en", "chat", "0")
    store.add(key, "1", "2026-01-01", 0, (1, 1, 0, 0, 0), [0.001] * 98 + [0.1, 0.2])
    store.compact()
    kept = Store(tmp_path / "results.jsonl").get(key)
    assert kept is not None
    assert kept.milliseconds(50) == pytest.approx(1, rel=0.05)
    assert kept.milliseconds(99) == pytest.approx(100, rel=0.05)
    assert kept.seconds == pytest.approx(0.398)
