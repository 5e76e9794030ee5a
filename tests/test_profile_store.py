"""The profile on disk: encrypted, whole, shared by programs, and never another's."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

import skoropis
from skoropis.errors import ConfigError, InputError, SkoropisError
from skoropis.profile import keys, store, vault
from skoropis.profile.exchange import lines, parse
from skoropis.profile.memory import MemoryProfile
from skoropis.profile.store import StoredProfile, profile_path
from skoropis.types import LearnedWord

SECRET = "staging"


def learned(name: str = "default") -> tuple[LearnedWord, ...]:
    with StoredProfile.open(name) as profile:
        return profile.learned()


def test_what_is_learned_is_there_the_next_time() -> None:
    with StoredProfile.open() as profile:
        profile.learn("deploy the build to staging")
        profile.undone("teh", "the")
        profile.accepted("build")
        before = profile.snapshot(lambda words, ngrams: (dict(words), list(ngrams)))

    with StoredProfile.open() as profile:
        assert profile.kept("teh")
        assert profile.count("build") == 2
        assert profile.snapshot(lambda words, ngrams: (dict(words), list(ngrams))) == before
        assert profile.notice == "", "said once only"


def test_nothing_of_it_can_be_read_on_disk_and_the_key_is_the_users_alone() -> None:
    with StoredProfile.open() as profile:
        assert "which only you may read" in profile.notice
        profile.learn(f"deploy the build to {SECRET}")
    folder = profile_path().parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert SECRET.encode() not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"build" not in profile_path().read_bytes()


def test_a_key_that_others_may_read_is_refused() -> None:
    learned()
    keys.key_file(profile_path()).chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        StoredProfile.open()


class Ring:
    """A keyring that remembers."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    import keyring

    ring = Ring()
    monkeypatch.setattr(keys, "_keyring_works", lambda: True)
    monkeypatch.setattr(keyring, "set_password", lambda s, a, p: ring.kept.__setitem__((s, a), p))
    monkeypatch.setattr(keyring, "get_password", lambda s, a: ring.kept.get((s, a)))
    monkeypatch.setattr(keyring, "delete_password", lambda s, a: ring.kept.pop((s, a)))
    return ring


def test_the_system_keyring_holds_the_key_where_there_is_one(ring: Ring) -> None:
    with StoredProfile.open() as profile:
        assert (profile.key_kind, profile.notice) == ("keyring", "")
        profile.learn("hello")

    assert learned() == (LearnedWord("hello", 1),)
    assert not keys.key_file(profile_path()).exists()
    ring.kept.clear()
    with pytest.raises(SkoropisError, match="no key"):
        StoredProfile.open()


def test_a_passphrase_locks_and_is_changed_and_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with StoredProfile.open() as profile:
        profile.learn("hello")
        profile.lock("one two")
    assert not keys.key_file(profile_path()).exists()
    with pytest.raises(InputError, match="SKOROPIS_PASSPHRASE"):
        StoredProfile.open()
    with pytest.raises(SkoropisError, match="not the passphrase"):
        StoredProfile.open(passphrase="another")  # noqa: S106
    with StoredProfile.open(passphrase="one two") as profile:  # noqa: S106
        profile.lock("three")
    monkeypatch.setenv("SKOROPIS_PASSPHRASE", "three")
    with StoredProfile.open() as profile:
        assert profile.count("hello") == 1
        profile.lock(None)
    monkeypatch.delenv("SKOROPIS_PASSPHRASE")
    assert learned() == (LearnedWord("hello", 1),)


@pytest.mark.parametrize("damage", ["foreign", "cut", "flipped", "header", "newer", "empty"])
def test_a_damaged_or_foreign_file_is_named_and_left_alone(damage: str) -> None:
    learned()
    path = profile_path()
    data = path.read_bytes()
    bad = {
        "foreign": b"%PDF-1.7 something else",
        "cut": data[:-5],
        "flipped": data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
        "header": data[: len(vault.MAGIC)] + b"\x00\x10" + b"\xff" * 60,
        "newer": data.replace(b"\xa7version\x01", b"\xa7version\x09"),
        "empty": b"",
    }[damage]
    assert bad != data
    path.write_bytes(bad)

    with pytest.raises(SkoropisError, match="newer" if damage == "newer" else "damaged") as caught:
        StoredProfile.open()
    assert str(path) in str(caught.value)
    assert path.read_bytes() == bad


def test_another_key_is_told_from_damage() -> None:
    learned()
    file = keys.key_file(profile_path())
    file.unlink()
    keys.new_key(profile_path())
    data = profile_path().read_bytes()

    with pytest.raises(SkoropisError, match="not the key"):
        StoredProfile.open()
    assert profile_path().read_bytes() == data
    file.write_text("nonsense\n")
    with pytest.raises(SkoropisError, match="no key of a profile"):
        StoredProfile.open()
    file.unlink()
    with pytest.raises(SkoropisError, match="cannot read the key"):
        StoredProfile.open()


def test_two_programs_at_once_lose_nothing() -> None:
    with StoredProfile.open() as one, StoredProfile.open() as other:
        one.learn("alpha")
        other.learn("beta beta")
        one.save()
        other.save()
        one.learn("gamma")
        other.forget("alpha")

    assert {(w.text, w.count) for w in learned()} == {("beta", 2), ("gamma", 1)}


def test_many_threads_and_programs_lose_nothing() -> None:
    StoredProfile.open().close()

    def work(letter: str) -> None:
        with StoredProfile.open() as profile:
            for _ in range(5):
                profile.learn(letter * 3)
                profile.save()

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(w.text, w.count) for w in learned()} == {(letter * 3, 5) for letter in "abcd"}


def test_it_is_written_when_the_user_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "IDLE", 0.01)
    profile = StoredProfile.open()
    written = threading.Event()
    monkeypatch.setattr(profile, "save", lambda: (StoredProfile.save(profile), written.set()))
    profile.learn("hello")

    assert written.wait(20)
    assert learned() == (LearnedWord("hello", 1),)


def test_a_write_that_fails_loses_nothing_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = StoredProfile.open()

    def full(path: Path, data: bytes) -> None:
        raise SkoropisError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(vault, "write_atomic", full)
        profile.learn("hello")
        profile._save_quietly()
        assert profile.trouble == "disk full"
        with pytest.raises(SkoropisError, match="disk full"):
            profile.close()
    profile.close()
    assert learned() == (LearnedWord("hello", 1),)


def test_forgetting_reaches_the_disk_at_once() -> None:
    profile = StoredProfile.open()
    profile.learn("alpha beta")
    profile.forget("alpha")
    assert learned() == (LearnedWord("beta", 1),)
    profile.clear()
    assert learned() == ()
    profile.close()


def test_a_profile_that_vanished_is_not_brought_back() -> None:
    profile = StoredProfile.open()
    profile.learn("hello")
    profile_path().unlink()

    with pytest.raises(SkoropisError, match="removed"):
        profile.close()
    assert not profile_path().exists()


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "a" * 65, None])
def test_a_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(InputError):
        StoredProfile.open(name)


def test_the_suite_opens_it_by_name_and_never_unasked() -> None:
    with skoropis.open(["en"]) as suite:
        suite.learn("hello")
    assert not profile_path().parent.exists()
    with skoropis.open(["en"], profile="work") as suite:
        assert "which only you may read" in suite.notices()[0].message
        suite.learn("hello")

    assert learned("work") == (LearnedWord("hello", 1),)
    assert not profile_path().exists()


def test_what_is_exported_can_be_read_and_taken_in_again() -> None:
    profile = MemoryProfile()
    profile.learn("We deploy. We deploy Skoropis!")
    profile.add("teh")
    again = parse("\n".join(lines(profile)))

    def everything(one: MemoryProfile) -> object:
        return one.snapshot(lambda words, ngrams: (dict(words), sorted(ngrams, key=str)))

    assert everything(again) == everything(profile)
    with StoredProfile.open() as stored:
        stored.include(again)
        stored.include(again)
    assert LearnedWord("deploy", 4) in learned()


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        '{"kind": "word"}',
        '{"kind":"word","word":"a","known":{"count":-1,"forms":{"a":1}}}',
        '{"kind":"sequence","after":[],"followed_by":{"a":1}}',
        '{"kind":"sequence","after":["a"],"followed_by":{}}',
    ],
)
def test_a_line_of_something_else_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(InputError, match="line 2"):
        parse("\n" + line)


def test_secrets_do_not_come_in_by_import() -> None:
    text = '{"kind":"word","word":"hunter2","known":{"count":5,"forms":{"hunter2":5}}}'

    assert parse(text).learned() == ()


def test_a_full_profile_is_small_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.environ["SKOROPIS_DATA"]
    with StoredProfile.open() as profile:
        for number in range(300):
            letters = "".join(chr(97 + (number // 26**k) % 26) for k in range(3))
            profile.learn(f"a{letters}o goes to o{letters}a")
    assert 0 < profile_path().stat().st_size < 100_000
