"""Distillation, pruning and quantization-aware training, on networks of a few thousand weights."""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from skoropis.errors import ModelError  # noqa: E402
from skoropis_foundry.neural import checkpoint, qat  # noqa: E402
from skoropis_foundry.neural.distil import Distillation  # noqa: E402
from skoropis_foundry.neural.export import export, read_back  # noqa: E402
from skoropis_foundry.neural.graph import Graph  # noqa: E402
from skoropis_foundry.neural.held_out import HeldOut  # noqa: E402
from skoropis_foundry.neural.loss import cross_entropy  # noqa: E402
from skoropis_foundry.neural.network import Network  # noqa: E402
from skoropis_foundry.neural.plan import Plan  # noqa: E402
from skoropis_foundry.neural.prune import prune  # noqa: E402
from skoropis_foundry.neural.quantize import Precision, blocks_of, pack, scales_of  # noqa: E402
from skoropis_foundry.neural.shape import Shape  # noqa: E402
from skoropis_foundry.neural.trainer import Trainer  # noqa: E402
from skoropis_foundry.neural.widen import widened  # noqa: E402
from skoropis_foundry.neural.windows import Text, Windows  # noqa: E402

PIECES = 60
SHAPE = Shape(PIECES, 32, (96, 64), (64, 0))
PLAN = Plan(steps=60, batch=8, draws=0, precision="fp32")


def a_text(length: int = 6000, seed: int = 1) -> np.ndarray:
    """Sentences that a network can learn: each piece allows only three after it."""
    random = np.random.default_rng(0)
    follows = random.integers(3, PIECES, (PIECES, 3))
    random = np.random.default_rng(seed)
    out, piece = [], 5
    for place in range(length):
        piece = int(follows[piece, random.choice(3, p=[0.7, 0.2, 0.1])])
        out.append(2 if place % 12 == 11 else piece)
    return np.array(out, dtype=np.uint16)


def windows(seed: int = 1) -> Windows:
    return Windows([Text(a_text(seed=seed))], end=2, length=16)


def lines() -> HeldOut:
    ids = a_text(1800, seed=9).astype(np.int64)
    cut = [np.concatenate([[2], ids[i : i + 12]]) for i in range(0, len(ids), 12)]
    return HeldOut(tuple(cut), characters=4 * len(ids))


@pytest.fixture(scope="module")
def learned() -> Network:
    torch.manual_seed(0)
    network = Network(SHAPE)
    Trainer(network, windows(), Plan(steps=200, batch=16, draws=0, precision="fp32")).run()
    return network


def fresh(network: Network) -> Network:
    return copy.deepcopy(network).requires_grad_(True)


# Distillation


def a_batch() -> tuple[torch.Tensor, torch.Tensor]:
    pieces = torch.from_numpy(windows().batch(windows().order(0)[:4]))
    pieces[-3:, 1] = -1  # behind the end of a source
    return pieces[:-1].clamp_min(0), pieces[1:]


@pytest.mark.parametrize(("share", "temperature"), [(0.0, 1.0), (0.7, 1.0), (0.7, 3.0), (1.0, 2.0)])
def test_the_gradients_of_distillation_are_those_of_its_definition(share: float, temperature: float) -> None:
    torch.manual_seed(1)
    teacher, student = Network(SHAPE), Network(Shape(PIECES, 32, (32,), (0,)))
    shown, targets = a_batch()
    Distillation(teacher, share, temperature)(student, shown, student.features(shown)[0], targets).backward()
    found = {name: value.grad.clone() for name, value in student.named_parameters()}
    student.zero_grad()
    told = targets.flatten() >= 0
    with torch.no_grad():
        soft = (teacher.logits(teacher.features(shown)[0]).flatten(0, 1)[told] / temperature).softmax(-1)
    features = student.features(shown)[0]
    warm = (student.logits(features).flatten(0, 1)[told] / temperature).log_softmax(-1)
    divergence = torch.nn.functional.kl_div(warm, soft, reduction="batchmean")
    hard = cross_entropy(student, features, targets)
    (share * temperature**2 * divergence + (1 - share) * hard).backward()
    for name, value in student.named_parameters():
        torch.testing.assert_close(found[name], value.grad, rtol=1e-4, atol=1e-6)


def test_a_student_comes_closer_to_its_teacher_than_text_alone_brings_it(learned: Network) -> None:
    text, losses = lines(), {}
    for name, objective in (("taught", Distillation(fresh(learned), 0.9)), ("alone", None)):
        torch.manual_seed(3)
        student = Network(Shape(PIECES, 32, (32,), (0,)))
        few = Windows([Text(a_text(400))], end=2, length=16)  # so little that it can be learned by heart
        Trainer(student, few, Plan(steps=150, batch=8, draws=0, precision="fp32"), objective=objective).run()
        losses[name] = text.nats(student)
    assert losses["taught"] < losses["alone"] - 0.05


def test_a_teacher_of_other_pieces_is_refused() -> None:
    student = Network(Shape(PIECES - 1, 32, (32,), (0,)))
    shown = torch.zeros(3, 2, dtype=torch.int64)
    with pytest.raises(ValueError, match="same pieces"):
        Distillation(Network(SHAPE))(student, shown, student.features(shown)[0], shown)


# Pruning


def batches(count: int = 4) -> list[np.ndarray]:
    source = windows()
    rows = source.order(0)
    return [source.batch(rows[8 * i : 8 * i + 8]) for i in range(count)]


def test_pruning_removes_whole_units_in_steps_of_32(learned: Network) -> None:
    smaller = prune(fresh(learned), 0.43, batches())
    shape = smaller.shape
    assert sum(shape.hidden) + sum(shape.feed) == 224 - 96
    assert all(size % 32 == 0 and size >= 32 for size in (*shape.hidden, shape.feed[0]))
    assert shape.parameters == sum(p.numel() for p in smaller.parameters()) < SHAPE.parameters


def test_nothing_is_pruned_when_nothing_is_asked_for(learned: Network) -> None:
    same = prune(fresh(learned), 0.0, batches(1))
    for name, value in learned.state_dict().items():
        torch.testing.assert_close(same.state_dict()[name], value)


def test_units_that_do_nothing_go_first_and_are_not_missed(learned: Network) -> None:
    network = fresh(learned)
    with torch.no_grad():
        network.layers[0].out.weight[:, 10:74] = 0  # 64 of 96 units that nobody listens to
    smaller = prune(network, 64 / 224, batches())
    assert smaller.shape.hidden == (32, 64)
    text = lines()
    assert text.nats(smaller) == pytest.approx(text.nats(network), abs=1e-4)


def test_what_stays_takes_over_from_what_goes(learned: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    text = lines()
    fitted = text.nats(prune(fresh(learned), 0.43, batches()))
    monkeypatch.setattr("skoropis_foundry.neural.prune._RIDGE", 1e9)
    assert fitted < text.nats(prune(fresh(learned), 0.43, batches()))


def test_training_recovers_a_pruned_network(learned: Network) -> None:
    text = lines()
    smaller = prune(fresh(learned), 0.43, batches())
    before = text.nats(smaller)
    Trainer(smaller, windows(), PLAN, objective=Distillation(fresh(learned))).run()
    assert text.nats(smaller) < before
    assert text.nats(smaller) - text.nats(learned) < 0.03


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_leaves_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        prune(Network(SHAPE), share, [])


# Quantization


@pytest.mark.parametrize("bits", [2, 4])
def test_a_scale_may_be_negative_and_loses_less(bits: int) -> None:
    """A block whose largest weight is positive needs the longer side of the codes there."""
    weights = np.random.default_rng(0).standard_normal((20, 64)).astype(np.float32)
    lopsided = np.abs(weights)
    scales = scales_of(blocks_of(lopsided, 32), bits)
    assert (scales < 0).mean() > 0.7
    lost = np.square(pack(lopsided, bits, 32).unpack() - lopsided).sum()
    upright = np.square(pack(lopsided, bits, 32, np.abs(scales)).unpack() - lopsided).sum()
    assert lost < upright


@pytest.mark.parametrize("precision", [Precision(4), Precision(2, 32), Precision(2, 64, 4, 16)])
def test_what_training_sees_is_what_the_graph_computes(
    learned: Network, precision: Precision, tmp_path: Path
) -> None:
    network = fresh(learned)
    qat.begin(network, precision)
    Trainer(network, windows(), Plan(steps=5, batch=8, draws=0, precision="fp32")).run()
    plain, scales = qat.finish(network)
    assert text_nats(plain) == pytest.approx(text_nats(network), abs=1e-6)
    path = tmp_path / "step.onnx"
    export(plain.arrays(), plain.shape, path, precision, scales=scales)
    arrays, shape, bits = read_back(path)
    assert (shape, bits) == (plain.shape, precision.bits)
    for name, value in plain.arrays().items():
        np.testing.assert_allclose(arrays[name], value, rtol=0, atol=1e-7)
    # Activations are rounded to 8 bits at run time, which training does not see.
    assert Graph(path).nats(lines()) == pytest.approx(text_nats(plain), abs=0.02)


def text_nats(network: Network) -> float:
    return lines().nats(network)


def test_training_with_rounded_weights_wins_back_what_rounding_lost(learned: Network) -> None:
    rounded = fresh(learned)
    qat.begin(rounded, Precision(2, 32))
    before = text_nats(rounded)
    plan = Plan(steps=120, batch=8, draws=0, matrix_rate=0.003, rate=1e-3, precision="fp32")
    Trainer(rounded, windows(), plan, objective=Distillation(fresh(learned))).run()
    lost = text_nats(learned)
    assert text_nats(rounded) - lost < 0.6 * (before - lost)


def test_quantization_aware_training_goes_on_where_it_was_interrupted(
    learned: Network, tmp_path: Path
) -> None:
    def trained(steps: list[int], store: Path) -> Network:
        network: Network | None = None
        for until in steps:
            network = fresh(learned)
            qat.begin(network, Precision(4, 32))
            plan = Plan(steps=until, batch=8, draws=0, decay=1e9, warm_up=1e-9, precision="fp32")
            trainer = Trainer(network, windows(), plan, store=store)
            trainer.run()
            trainer.save()
        assert network is not None
        return qat.finish(network)[0]

    at_once, in_two = trained([6], tmp_path / "a.pt"), trained([3, 6], tmp_path / "b.pt")
    for name, value in at_once.state_dict().items():
        torch.testing.assert_close(value, in_two.state_dict()[name])


def test_a_checkpoint_of_another_training_is_refused(learned: Network, tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "plain.pt", learned, {})
    other = fresh(learned)
    qat.begin(other, Precision(4))
    with pytest.raises(ModelError, match="another training"):
        checkpoint.restore(tmp_path / "plain.pt", other)
    with pytest.raises(ModelError, match="another shape"):
        checkpoint.restore(tmp_path / "plain.pt", Network(Shape(PIECES, 32, (32,), (0,))))


def test_a_network_comes_back_from_its_graph(learned: Network, tmp_path: Path) -> None:
    export(learned.arrays(), learned.shape, tmp_path / "step.onnx", None)
    arrays, shape, bits = read_back(tmp_path / "step.onnx")
    again = Network.of(arrays, shape)
    assert bits == 32
    for name, value in learned.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value)


def test_a_graph_is_measured_as_the_network_is(learned: Network, tmp_path: Path) -> None:
    text = lines()
    export(learned.arrays(), learned.shape, tmp_path / "step.onnx", None)
    graph = Graph(tmp_path / "step.onnx")
    uneven = SimpleNamespace(lines=[text.lines[0][:5], *text.lines[1:]], characters=1)
    assert graph.nats(text) == pytest.approx(text.nats(learned), abs=1e-5)
    assert graph.total(uneven)[1] == graph.total(text)[1] - 8


def test_a_network_is_widened_until_it_packs_and_computes_the_same(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = Network(Shape(PIECES, 40, (24, 20), (12, 0)))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    pieces = torch.randint(0, PIECES, (9, 4))
    wide = widened(network)

    told, again = (each.logits(each.features(pieces)[0]) for each in (network, wide))
    assert wide.shape.width == 48
    assert torch.allclose(told, again, atol=1e-4)
    assert widened(wide) is wide
    with pytest.raises(ModelError):
        export(network.arrays(), network.shape, tmp_path / "narrow.onnx", Precision(4))
        Graph(tmp_path / "narrow.onnx")
    export(wide.arrays(), wide.shape, tmp_path / "wide.onnx", Precision(4))
    assert Graph(tmp_path / "wide.onnx").nats(HeldOut((np.array([1, 5, 9, 2]),), 8)) > 0
