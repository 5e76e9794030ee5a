"""The soak in small: thousands of keystrokes into sessions over small models, and what it has to find."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import skoropis
from skoropis.session import Session
from skoropis.types import Edit

BENCH = Path(__file__).parents[1] / "bench"
TEXTS = ["We saw the house by the sea.", "They left the house again.", "The sea is near."]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))  # it finds its typist
    try:
        spec = importlib.util.spec_from_file_location("bench_soak", BENCH / "soak.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    return module


@pytest.fixture
def suite(models_home: Callable[..., Path]) -> skoropis.Suite:
    models_home(TEXTS, medical=["The fever is gone."])
    return skoropis.open(deadline_ms=5000)


def test_some_thousand_keystrokes_find_nothing(bench: ModuleType, suite: skoropis.Suite) -> None:
    with suite:
        lines = {"en": TEXTS, "ru": ["Мы дома. Они ушли."]}
        report = bench.soak(suite, lines, keystrokes=3000, seed=3)
    assert not report.error
    assert not [notice for notice in report.notices if "raised" in notice]
    assert report.keystrokes >= 3000
    assert {"typed", "erased", "moved", "accepted", "undone"} <= set(report.actions)
    assert report.actions["changed: accept"] > 5
    assert report.cpu_p50_ms <= report.cpu_p99_ms
    assert report.memory[0][1] >= report.memory[0][2] > 1


def test_a_text_that_drifts_is_found_and_not_quoted(
    bench: ModuleType, suite: skoropis.Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = Session._replace

    def wrong(self: Session, edit: Edit) -> None:
        replaced(self, Edit(edit.start, edit.end, edit.text.replace("h", "g")))

    monkeypatch.setattr(Session, "_replace", wrong)
    with suite:
        report = bench.soak(suite, {"en": TEXTS}, keystrokes=500, seed=3)
    assert "the texts differ after typed" in report.error
    assert "house" not in report.error


def test_an_exception_is_reported_with_its_line(
    bench: ModuleType, suite: skoropis.Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Session, edit: Edit) -> None:
        raise KeyError("the house")

    monkeypatch.setattr(Session, "_replace", fails)
    with suite:
        report = bench.soak(suite, {"en": TEXTS}, keystrokes=500, seed=3)
    assert "KeyError at test_soak.py:" in report.error
    assert "house" not in report.error


def test_ctrl_c_reports_what_was_reached(
    bench: ModuleType, suite: skoropis.Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Session.handle

    def interrupted(self: Session, body: object) -> object:
        if self.revision > 100:
            raise KeyboardInterrupt
        return handle(self, body)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "handle", interrupted)
    with suite:
        report = bench.soak(suite, {"en": TEXTS}, keystrokes=10_000, seed=3)
    assert not report.error
    assert 0 < report.keystrokes < 10_000


def test_growth_is_told_from_jitter(bench: ModuleType) -> None:
    rng = random.Random(1)
    leaking = [(1000 * n, 300 + 0.05 * n + rng.random()) for n in range(200)]
    steady = [(1000 * n, 300 + rng.random()) for n in range(200)]
    slope, low, high = bench.growth(leaking)
    assert slope == pytest.approx(5, abs=1) and low > 0
    slope, low, high = bench.growth(steady)
    assert low < 0 < high and abs(slope) < 1
    assert bench.growth(leaking[:10]) is None


def test_latencies_are_kept_in_little_space_and_to_five_percent(bench: ModuleType) -> None:
    latencies = bench.Latencies()
    assert latencies.quantile(0.5) == 0
    for milliseconds in range(1, 1001):
        latencies.add(milliseconds / 1000)
    assert latencies.quantile(0.5) == pytest.approx(500, rel=0.06)
    assert latencies.quantile(0.99) == pytest.approx(990, rel=0.06)
    assert len(latencies._counts) < 200
