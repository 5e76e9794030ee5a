"""What is learned in memory."""

from __future__ import annotations

from skoropis.profile import memory
from skoropis.profile.memory import MemoryProfile
from skoropis.types import LearnedWord


def test_words_are_counted_as_they_are_written() -> None:
    profile = MemoryProfile()
    profile.learn("Yes, Kubernetes. kubernetes! Kubernetes?")

    assert profile.learned()[0] == LearnedWord("Kubernetes", 3)
    assert profile.count("KUBERNETES") == 3


def test_followers_are_offered_without_a_prefix_and_any_word_with_one() -> None:
    profile = MemoryProfile()
    profile.learn("deploy the build to staging")

    assert [w for w, _ in profile.next(["deploy"])] == ["the"]
    assert [w for w, _ in profile.next(["hello"])] == []
    assert [w for w, _ in profile.next(["hello"], "sta")] == ["staging"]


def test_a_forgotten_word_is_nowhere_any_more() -> None:
    profile = MemoryProfile()
    profile.learn("deploy the build")

    assert profile.forget("Build")
    assert not profile.forget("build")
    assert profile.count("build") == 0
    assert profile.next(["the"], "b") == []
    assert profile.next(["the"]) == []


def test_addresses_and_numbers_are_not_learned() -> None:
    profile = MemoryProfile()
    profile.learn("mail anna@example.org the code 1234 from https://example.org/secret")

    assert {w.text for w in profile.learned()} == {"mail", "the", "code", "from"}


def test_the_profile_stays_bounded(monkeypatch) -> None:
    monkeypatch.setattr(memory, "MAX_WORDS", 100)
    profile = MemoryProfile()
    profile.learn("often often often")
    for i in range(300):
        profile.learn("".join(chr(97 + (i // 26**k) % 26) for k in range(3)) + "word")

    assert len(profile.learned()) <= 101
    assert profile.count("often") == 3
