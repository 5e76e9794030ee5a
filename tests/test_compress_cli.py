"""``skoropis compress`` and ``skoropis models compare``, on a network of a few thousand weights."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from typer.testing import CliRunner  # noqa: E402

from skoropis.errors import InputError, ModelError  # noqa: E402
from skoropis_foundry import compare as comparing  # noqa: E402
from skoropis_foundry.cli.compare import app as compare_app  # noqa: E402
from skoropis_foundry.cli.compress import app as compress_app  # noqa: E402
from skoropis_foundry.footprint import Footprint  # noqa: E402
from skoropis_foundry.neural import checkpoint, compress  # noqa: E402
from skoropis_foundry.neural.export import export, read_back  # noqa: E402
from skoropis_foundry.neural.network import Network  # noqa: E402
from skoropis_foundry.neural.own_text import read_text  # noqa: E402
from skoropis_foundry.neural.plan import Plan  # noqa: E402
from skoropis_foundry.neural.shape import Shape  # noqa: E402
from skoropis_foundry.neural.subject import open_subject  # noqa: E402
from skoropis_foundry.neural.trainer import Trainer  # noqa: E402
from skoropis_foundry.pieces import train_pieces  # noqa: E402
from skoropis_foundry.recard import read, toml  # noqa: E402

SYLLABLES = ["ka", "to", "ri", "men", "sol", "vu", "pa", "li"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:3]]
COUNTS = {word: 10 + 7 * place % 31 for place, word in enumerate(WORDS)}


def sentences(count: int, seed: int = 0) -> list[str]:
    random = np.random.default_rng(seed)
    out = []
    for _ in range(count):
        at, words = int(random.integers(0, 8)), []
        for _ in range(6):
            at = (5 * at + int(random.choice(3, p=[0.8, 0.1, 0.1]))) % len(WORDS)
            words.append(WORDS[at])
        out.append(" ".join(words) + ".\n")
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A trained network as ``network.pt`` and ``neural.onnx`` beside its pieces, and a text."""
    folder = tmp_path_factory.mktemp("network")
    (folder / "pieces.model").write_bytes(train_pieces(COUNTS, 330))
    text = folder / "text.txt"
    text.write_text("".join(sentences(500)), encoding="utf-8")
    torch.manual_seed(0)
    shape = Shape(330, 32, (96,), (64,))
    export(Network(shape).arrays(), shape, folder / "neural.onnx", None)
    subject = open_subject(str(folder / "neural.onnx"))
    windows = read_text([text]).windows(subject.spelled())
    Trainer(subject.network, windows, Plan(steps=60, batch=16, draws=0, precision="fp32")).run()
    export(subject.network.arrays(), shape, folder / "neural.onnx", None)
    checkpoint.save(folder / "network.pt", subject.network, {})
    return SimpleNamespace(folder=folder, text=text, network=subject.network)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No process for every measurement, few steps instead of minutes, nothing in the user's folders."""
    monkeypatch.setattr(compress, "footprint", lambda path: Footprint(1.0, 2.0, 50.0, 5.0))
    monkeypatch.setattr(
        compress, "replace", lambda plan, seconds: Plan(steps=3, batch=4, draws=0, precision="fp32")
    )
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "data"))


def run(*arguments: object) -> list[dict[str, object]]:
    result = CliRunner().invoke(compress_app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def a_model(made: SimpleNamespace, folder: Path) -> Path:
    """A whole model with that network; what else it holds does not matter here."""
    folder.mkdir(parents=True)
    for name in ("neural.onnx", "pieces.model"):
        (folder / name).write_bytes((made.folder / name).read_bytes())
    (folder / "ngram.klm").write_bytes(b"an n-gram model")
    entries = [
        {"name": n, "bytes": (folder / n).stat().st_size, "sha256": "0"} for n in ("neural.onnx", "ngram.klm")
    ]
    card = {
        "id": folder.name, "version": "1.2.0", "kind": "blend", "language": "en", "domain": "general",
        "licence": "CC0-1.0", "description": "A model.", "files": entries, "recipe": {"pieces": 330},
        "sources": [{"name": "ours", "licence": "CC0", "origin": "made up"}],
    }  # fmt: skip
    (folder / "card.toml").write_text(toml(card), encoding="utf-8")
    return folder


def test_all_steps_of_a_model_give_a_new_folder_beside_it(made: SimpleNamespace, tmp_path: Path) -> None:
    source = a_model(made, tmp_path / "models" / "xx-general")
    before = {path.name: path.read_bytes() for path in source.iterdir()}
    (told,) = run(
        source, "--bits", "4", "--prune", "0.4", "--trim", "322", "--text", made.text, "--name", "xx-small",
        "--out", tmp_path / "models", "--json",
    )  # fmt: skip
    assert [step["name"] for step in told["steps"]] == ["trim", "prune", "quantize"]
    sizes = [told["steps"][0]["before"]["bytes"], *(step["after"]["bytes"] for step in told["steps"])]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 4
    assert all(step["after"]["bits_per_character"] > 0 for step in told["steps"])
    target = tmp_path / "models" / "xx-small"
    _arrays, shape, bits = read_back(target / "neural.onnx")
    assert bits == 4 and shape.vocabulary == 322 and sum(shape.hidden) + sum(shape.feed) < 160
    card = read(target)
    assert (card["id"], card["kind"], card["version"]) == ("xx-small", "blend", "1.2.0")
    assert {file["name"] for file in card["files"]} == {"neural.onnx", "ngram.klm", "pieces.model"}
    assert card["recipe"]["compressed_from"] == "xx-general 1.2.0"
    assert str(made.text) not in (target / "card.toml").read_text()
    assert (target / "ngram.klm").read_bytes() == b"an n-gram model"
    assert open_subject(str(target)).network.shape == shape
    assert {path.name: path.read_bytes() for path in source.iterdir()} == before
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["xx-general", "xx-small"]


def test_without_text_weights_are_rounded_and_nothing_else_is_possible(
    made: SimpleNamespace, tmp_path: Path
) -> None:
    run(made.folder / "neural.onnx", "--bits", "8", "--name", "eight", "--out", tmp_path, "--json")
    assert read_back(tmp_path / "eight" / "neural.onnx")[2] == 8
    with pytest.raises(InputError, match="--text"):
        run(made.folder / "neural.onnx", "--prune", "0.3", "--name", "x", "--out", tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_student_of_another_size_learns_from_the_model(made: SimpleNamespace, tmp_path: Path) -> None:
    (told,) = run(
        made.folder / "network.pt", "--student", "tiny", "--bits", "none", "--text", made.text,
        "--name", "student", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert [step["name"] for step in told["steps"]] == ["distil"]
    assert read_back(tmp_path / "student" / "neural.onnx")[1].width == 128


def test_nothing_is_replaced_unless_that_is_said(made: SimpleNamespace, tmp_path: Path) -> None:
    source = a_model(made, tmp_path / "xx-general")
    again = (source, "--bits", "8", "--name", "xx-general", "--out", tmp_path, "--json")
    with pytest.raises(InputError, match="--replace"):
        run(*again)
    run(*again, "--replace")
    assert read_back(source / "neural.onnx")[2] == 8
    assert (source / "ngram.klm").read_bytes() == b"an n-gram model"
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="no model"):
        run(source, "--bits", "8", "--name", "mine", "--out", tmp_path, "--replace")


def test_an_interrupted_compression_goes_on(
    made: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = compress.Wishes(bits=4, prune=0.4, minutes=1)

    def compression() -> compress.Compression:
        subject = open_subject(str(made.folder / "network.pt"))
        return compress.Compression(subject, None, read_text([made.text]), wishes, tmp_path / "work")

    pruned = []
    real = compress.prune
    monkeypatch.setattr(compress, "prune", lambda *a: pruned.append(1) or real(*a))

    def stop(step: str, share: float) -> None:
        if step == "quantize":
            raise KeyboardInterrupt

    first = compression()
    with pytest.raises(KeyboardInterrupt):
        list(first.run(stop))
    second = compression()
    assert second.folder == first.folder
    steps = list(second.run(lambda step, share: None))
    assert [step.name for step in steps] == ["prune", "quantize"]
    assert len(pruned) == 1  # the finished step was taken up, not done again
    other = compress.Compression(
        open_subject(str(made.folder / "network.pt")), None, None, compress.Wishes(bits=2), tmp_path / "work"
    )
    assert other.folder != first.folder


def test_own_text_is_parted_into_what_is_learned_and_what_is_measured(tmp_path: Path) -> None:
    lines = sentences(200)
    (tmp_path / "a.txt").write_text("".join(lines[:100]), encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.md").write_text("".join(lines[100:]), encoding="utf-8")
    own = read_text([tmp_path])
    assert len(own.measured) == 20 and len(own.learned) == 180
    assert sorted([*own.measured, *own.learned]) == sorted(lines)
    for bad, match in ((tmp_path / "no", "no text"), (tmp_path / "empty.txt", "lines of text")):
        (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
        with pytest.raises(InputError, match=match):
            read_text([bad])


def test_a_network_and_pieces_that_do_not_belong_together_are_refused(
    made: SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "neural.onnx").write_bytes((made.folder / "neural.onnx").read_bytes())
    with pytest.raises(ModelError, match=r"pieces\.model"):
        open_subject(str(tmp_path / "neural.onnx"))
    (tmp_path / "pieces.model").write_bytes(train_pieces(COUNTS, 320))
    with pytest.raises(ModelError, match="belong together"):
        open_subject(str(tmp_path / "neural.onnx"))
    with pytest.raises(InputError, match="no network"):
        open_subject(str(tmp_path / "nothing.onnx"))


# Comparing


def test_models_are_compared_each_in_its_own_process(made: SimpleNamespace, tmp_path: Path) -> None:
    for bits in (8, 2):
        (tmp_path / str(bits)).mkdir()
        export(made.network.arrays(), made.network.shape, tmp_path / str(bits) / "neural.onnx", bits)
        (tmp_path / str(bits) / "pieces.model").write_bytes((made.folder / "pieces.model").read_bytes())
    picture = tmp_path / "models.png"
    result = CliRunner().invoke(
        compare_app,
        [str(tmp_path / "8" / "neural.onnx"), str(tmp_path / "2"), "--text", str(made.text), "--lines", "20",
         "--json", "--plot", str(picture)],
        catch_exceptions=False,
    )  # fmt: skip
    eight, two = (json.loads(line) for line in result.stdout.splitlines() if line.startswith("{"))
    assert eight["bytes"] > two["bytes"]
    assert 1 < eight["perplexity"] < two["perplexity"]
    assert eight["tokens"] == two["tokens"] == 20 * 7
    assert 0 <= eight["top1"] <= eight["top3"] <= 1
    assert eight["step_p99_ms"] >= eight["step_p50_ms"] > 0
    assert 20 < eight["rss_mb"] < 400
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_compared_is_said_before_anything_is_measured(
    made: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "fresh", lambda *a: pytest.fail("measured all the same"))
    with pytest.raises(ModelError, match="no-such-model"):
        comparing.compare([str(made.folder / "neural.onnx"), "no-such-model"], made.text)
    (tmp_path / "blank.txt").write_text("\n\n", encoding="utf-8")
    with pytest.raises(InputError, match="no words"):
        comparing.compare([str(made.folder / "neural.onnx")], tmp_path / "blank.txt")
