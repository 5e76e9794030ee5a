"""``skoropis train`` from the folder to the installed model: what it makes, and what interruptions cost."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("matplotlib")

from skoropis.lm.tokens import lm_tokens
from skoropis.models.host import ModelHost
from skoropis.paths import cache_dir, data_dir
from skoropis_foundry.cli.train import main
from skoropis_foundry.neural import checkpoint
from skoropis_foundry.neural import shape as shapes
from skoropis_foundry.tuning import network, texts
from skoropis_foundry.tuning.network import Training

COMMAND = [sys.executable, "-m", "skoropis_foundry.cli.train"]
PNG = b"\x89PNG\r\n"


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_models: Path) -> None:
    """A cache of its own and the small base; one core, so that nothing waits for another."""
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SKOROPIS_MODELS", str(base_models))


def trained(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Train; the JSON document and what was said on the way."""
    code = main([str(folder), "--name", "cardio", "--threads", "1", "--json", *options])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert len(out.splitlines()) == 1
    return json.loads(out), err


def works() -> list[Path]:
    """Work folders that are left."""
    return sorted((cache_dir() / "train").glob("cardio-*"))


def installed() -> dict[str, bytes]:
    """Every file of the installed models."""
    root = data_dir() / "models"
    files = root.rglob("*") if root.exists() else []
    return {str(path.relative_to(root)): path.read_bytes() for path in files if path.is_file()}


def test_a_folder_becomes_a_model_that_is_better_on_held_out_text(
    capsys: pytest.CaptureFixture[str], notes: Path
) -> None:
    report, err = trained(capsys, notes)

    assert report["after"]["perplexity"] < report["before"]["perplexity"]
    assert report["after"]["tokens"] == report["before"]["tokens"]
    assert report["after"]["typed"] == report["before"]["typed"] > 0
    assert report["network"]["way"] == "tuned"
    assert report["network"]["dev_best"] < report["network"]["dev_before"]
    assert report["skipped"] == [["picture.jpg", "unknown kind .jpg"]]
    assert err.count("picture.jpg") == 1
    host = ModelHost()
    assert host.choice("en", "cardio").id == "cardio"
    host.verify("cardio")
    model = host.language_model("en", "cardio")
    assert model.next(model.read(lm_tokens("The small")), "", 3)
    folder = data_dir() / "models" / "cardio"
    assert str(folder) == report["folder"]
    assert (folder / "training.png").read_bytes().startswith(PNG)
    assert folder.stat().st_mode & 0o077 == 0
    assert not works()


def test_the_card_tells_of_the_text_and_quotes_nothing(
    capsys: pytest.CaptureFixture[str], notes: Path
) -> None:
    (notes / "00.txt").write_text("The zebrafish is in the water and it is not for us.\n" * 3)
    trained(capsys, notes, "--domain", "hearts")

    folder = data_dir() / "models" / "cardio"
    card = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
    assert (card["kind"], card["base"], card["domain"]) == ("domain", "en-general", "hearts")
    assert card["sources"][0]["name"] == "your own text"
    assert card["sources"][0]["origin"].startswith("notes, 12 documents, ")
    assert "CC0-1.0" in card["licence"]
    assert {metric["set"] for metric in card["metrics"]} == {"your text", "your text, en-general alone"}
    for name in ("card.toml", "CARD.md"):
        assert "zebrafish" not in (folder / name).read_text(encoding="utf-8")


def test_a_model_may_stand_alone(capsys: pytest.CaptureFixture[str], notes: Path) -> None:
    report, _ = trained(capsys, notes, "--base", "none", "--budget", "60s", "--size", "tiny")

    assert report["before"] is None
    assert report["network"]["way"] == "new"
    assert report["network"]["dev_best"] < report["network"]["dev_before"]
    model = ModelHost().load("cardio")
    assert model.next(model.start(), "s", 3)


def test_a_smaller_network_learns_from_the_base(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shapes.SIZES, "tiny", (64, (16,), (0,)))
    monkeypatch.setitem(network.WAYS, "distilled", network.Way(0.02, 3e-3, 4))
    report, _ = trained(capsys, notes, "--size", "tiny")

    assert report["network"]["way"] == "distilled"
    assert report["network"]["shape"]["hidden"] == [16]
    assert report["network"]["dev_best"] < report["network"]["dev_before"]


def test_a_training_that_only_makes_it_worse_is_stopped_and_undone(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(network.WAYS, "tuned", network.Way(2.0, 2.0, 40))
    report, _ = trained(capsys, notes, "--keep-work")

    told = report["network"]
    assert told["stopped_early"]
    assert told["steps"] < 60
    assert told["dev_best"] == min(nats for _, nats in told["measured"])
    (work,) = works()
    assert checkpoint.load(work / "best.pt")[1]["nats"] == told["dev_best"]


def test_the_same_command_goes_on_where_it_was_interrupted(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        judge = Training._judge
        calls = []

        def interrupted(training: Training) -> float:
            calls.append(judge(training))
            if len(calls) == 4:
                raise KeyboardInterrupt
            return calls[-1]

        patch.setattr(Training, "_judge", interrupted)
        assert main([str(notes), "--name", "cardio", "--threads", "1"]) == 130
    err = capsys.readouterr().err
    assert "run the same command again" in err
    assert "Traceback" not in err
    assert not installed()
    (work,) = works()
    assert {path.name for path in work.glob("*.pt")} == {"best.pt", "training.pt"}

    monkeypatch.setattr(texts, "read_folder", lambda *_: pytest.fail("the texts were read again"))
    begun: list[int] = []
    run = Training.run
    monkeypatch.setattr(
        Training, "run", lambda self, report: (begun.append(self.trainer.progress.step), run(self, report))[1]
    )
    report, err = trained(capsys, notes)
    assert begun[0] > 0
    assert report["resumed"]
    assert report["network"]["steps"] > begun[0]
    assert "picture.jpg" not in err
    assert not works()


def test_a_folder_that_changed_starts_anew(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Training, "run", interrupt)
        assert main([str(notes), "--name", "cardio"]) == 130
    (work,) = works()
    shutil.copy(notes / "00.txt", notes / "copy.txt")
    report, _ = trained(capsys, notes, "--keep-work")
    assert not report["resumed"]
    (newer,) = works()
    assert newer != work


def test_a_damaged_checkpoint_is_no_obstacle(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Training.run

    def interrupt(training: Training, report: object) -> None:
        training.trainer.save()
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "run", interrupt)
    assert main([str(notes), "--name", "cardio"]) == 130
    (work,) = works()
    for name in ("training.pt", "best.pt"):
        (work / name).write_bytes(b"PK\x03\x04 half a file")
    monkeypatch.setattr(Training, "run", run)
    report, _ = trained(capsys, notes)
    assert report["network"]["dev_best"] < report["network"]["dev_before"]


def test_too_short_a_time_is_said_and_a_longer_one_goes_on(
    capsys: pytest.CaptureFixture[str], notes: Path
) -> None:
    assert main([str(notes), "--name", "cardio", "--budget", "2s"]) == 2
    err = capsys.readouterr().err
    assert "too short for this text; give about" in err
    assert not installed()
    report, _ = trained(capsys, notes, "--budget", "5m")
    assert report["resumed"]


@pytest.mark.parametrize("after", [0, 3, 6])
def test_a_full_disk_leaves_installed_models_as_they_were(
    capsys: pytest.CaptureFixture[str], notes: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    trained(capsys, notes)
    before, sync, calls = installed(), os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code = main([str(notes), "--name", "cardio", "--seed", "1", "--replace", "--threads", "1"])
    out, err = capsys.readouterr()
    assert code == 1
    assert not out
    errors = [line for line in err.splitlines() if "error" in line]
    assert len(errors) == 1
    assert "No space left" in errors[0]
    assert installed() == before


def test_killed_at_any_moment_the_installed_models_stay_whole(
    capsys: pytest.CaptureFixture[str], notes: Path
) -> None:
    trained(capsys, notes)
    before = installed()
    command = [*COMMAND, str(notes), "--name", "cardio", "--seed", "1", "--replace", "--threads", "1"]
    seed = time.time_ns()
    print("seed", seed)  # shown when it fails
    chance = random.Random(seed)
    for longest in (3.0, 6.0, 12.0):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603
        try:
            process.wait(chance.uniform(0.3, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert ModelHost().load("cardio")
        now = {name: data for name, data in installed().items() if "~" not in name}
        if now != before:  # the new model was in place already: then all of it is
            ModelHost().verify("cardio")
            before = now
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "is installed in place of 1.0.0" in done.stdout
    assert not works()


def test_two_at_a_time_are_refused(capsys: pytest.CaptureFixture[str], notes: Path) -> None:
    from skoropis_foundry.tuning import run
    from skoropis_foundry.tuning.work import Work

    held = []
    opened = Work.open

    def twice(work: Work) -> bool:
        if not held:
            held.append(Work(work._name, work.folder.name.rpartition("-")[2]))
            opened(held[0])
        return opened(work)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run.Work, "open", twice)
        assert main([str(notes), "--name", "cardio"]) == 1
    assert "being trained by another command" in capsys.readouterr().err
    held[0].close(remove=True)
