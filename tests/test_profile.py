"""What is learned in memory."""

from __future__ import annotations

import time

import pytest

from skoropis.profile import memory
from skoropis.profile.memory import MemoryProfile, learn_all
from skoropis.profile.ngrams import Ngrams
from skoropis.profile.private import may_learn
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


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2",
        "Tr0ub4dor&3",
        "correct_horse",
        "qXrTzPwLk",
        "xkqzvbtr",
        "x" * 33,
        "4111-1111-1111-1111",
        "4111 1111 1111 1111",
        "anna@example.org",
        "https://example.org/a",
        "sk-ab12cd34ef",
        "ab$cd",
    ],
)
def test_what_looks_like_a_secret_is_never_learned(secret: str) -> None:
    profile = MemoryProfile()
    for _ in range(3):
        profile.learn(f"my {secret} here")
        profile.undone(secret, "other")

    assert {w.text for w in profile.learned()} <= {"my", "here"}
    assert not profile.add(secret)
    assert not may_learn(secret)


@pytest.mark.parametrize(
    "text", ["password: swordfish", "The password is swordfish", 'пароль "swordfish"', "pin swordfish"]
)
def test_what_stands_behind_the_word_password_is_not_learned(text: str) -> None:
    profile = MemoryProfile()
    profile.learn(text + " and then")

    assert profile.count("swordfish") == 0
    assert profile.count("then") == 1


@pytest.mark.parametrize("word", ["iPhone", "GitHub", "JavaScript", "O'Brien", "кое-что", "nth", "Jean-Luc"])
def test_words_of_unusual_shape_are_learned(word: str) -> None:
    profile = MemoryProfile()
    profile.learn(f"see {word}, please")

    assert profile.known(word).forms == {word: 1}


def test_a_word_is_the_users_own_from_the_second_sighting_on() -> None:
    profile = MemoryProfile()
    profile.learn("a kubelet")
    assert not profile.kept("kubelet")
    profile.learn("the Kubelet")
    assert profile.kept("KUBELET")


def test_an_undo_teaches_what_was_typed_and_nothing_else() -> None:
    profile = MemoryProfile()
    profile.undone("teh quick", "the quick")

    assert profile.kept("teh")
    assert profile.count("the") == profile.count("quick") == 0
    assert profile.learned() == (LearnedWord("teh", 1),)


def test_a_suggestion_that_is_taken_counts_for_known_words_only() -> None:
    profile = MemoryProfile()
    profile.learn("staging")
    profile.accepted("staging tomorrow")

    assert profile.count("staging") == 2
    assert profile.count("tomorrow") == 0


def test_a_name_behind_another_is_offered_from_the_second_time_on() -> None:
    profile = MemoryProfile()
    profile.learn("we met Anna Petrova there")
    assert "Petrova" not in [w for w, _ in profile.next(["anna"])]
    assert profile.sightings(["anna"], ["petrova"])[0].behind == ((0, 1),)
    profile.learn("we saw Anna Petrova again")
    assert [w for w, _ in profile.next(["anna"])] == ["Petrova"]


def test_sightings_count_words_alone_and_behind_up_to_three_tokens() -> None:
    profile = MemoryProfile()
    learn_all(profile, ["deploy the build to staging.", "ship the build now."])
    the, build, other = profile.sightings(["deploy", "the"], ["the", "build", "other"])

    assert (the.met, the.total, the.behind[0]) == (2, 9, (0, 2))
    assert build.behind == ((2, 2), (1, 1), (1, 1))
    assert (other.met, other.behind) == (0, ())


def test_sequences_do_not_reach_over_the_end_of_a_sentence() -> None:
    profile = MemoryProfile()
    profile.learn("Call me. Later then.")

    assert [w for w, _ in profile.next(["me"])] == []
    assert profile.next(["me", "."]) == profile.next([])


def test_forgetting_leaves_no_trace() -> None:
    profile = MemoryProfile()
    profile.learn("we deploy skoropis to staging and deploy skoropis again")
    profile.forget("skoropis")

    everything = profile.snapshot(lambda words, ngrams: repr((words, list(ngrams))))
    assert "skoropis" not in everything
    assert profile.sightings((), ["we"])[0].total == 7
    profile.clear()
    assert profile.snapshot(lambda words, ngrams: (dict(words), list(ngrams))) == ({}, [])
    assert profile.next(["deploy"], "s") == []


def test_sequences_stay_bounded_and_the_oldest_go_first(monkeypatch) -> None:
    monkeypatch.setattr("skoropis.profile.ngrams.MAX_HISTORIES", 10)
    monkeypatch.setattr("skoropis.profile.ngrams.MAX_FOLLOWERS", 6)
    ngrams = Ngrams()
    for word in "abcdefghijklmnopq":
        ngrams.add([word], "x")
        ngrams.add(["a"], word, 2 if word == "q" else 1)

    assert len(ngrams) == 10
    assert ngrams.behind(["b"]) == []
    assert ngrams.behind(["a"])[0]["q"] == 2
    assert len(ngrams.behind(["a"])[0]) <= 6


def test_learning_a_sentence_costs_little() -> None:
    profile = MemoryProfile()
    begun = time.process_time()
    for number in range(200):
        profile.learn(f"deploy the build number{'abcdefgh'[number % 8]} to the staging cluster again")

    assert (time.process_time() - begun) / (200 * 9) < 0.001
