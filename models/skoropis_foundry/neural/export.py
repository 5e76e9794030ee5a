"""From a trained network to the graph that the run time steps through, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skoropis.errors import ModelError
from skoropis.files import write_atomic

from .quantize import BLOCK, Packed, Precision, pack
from .shape import Shape

Arrays = Mapping[str, NDArray[np.float32]]
"""Weights by the names that the network gives them."""
_EMBEDDING = ("embedding_bits", "embedding_block")
_OPSET, _IR = 21, 10
_CONTRIB = "com.microsoft"
_INT8_ACTIVATIONS = 4
"""Accuracy level of MatMulNBits: activations are rounded to 8 bits, products are summed in integers."""


class _Graph:
    """Collects nodes and weights."""

    def __init__(self, precision: Precision | None, scales: Arrays) -> None:
        from onnx import helper, numpy_helper

        self.helper, self.numpy_helper = helper, numpy_helper
        self.precision, self.scales = precision, scales
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._count = 0

    def node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        names = [f"v{self._count + i}" for i in range(outputs)]
        self._count += outputs
        self.nodes.append(self.helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def weight(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(self.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def packed(self, name: str, value: NDArray[np.float32]) -> Packed:
        assert self.precision is not None
        packed = pack(value, *self.precision.of(name), self.scales.get(name))
        self.weight(name, packed.data)
        self.weight(f"{name}.scales", packed.scales)
        return packed

    def linear(self, x: str, name: str, arrays: Arrays) -> str:
        """``x @ weight.T + bias``."""
        weight, bias = arrays[f"{name}.weight"], arrays.get(f"{name}.bias")
        if self.precision is None:
            inputs = [x, self.weight(f"{name}.weight", weight)]
            if bias is not None:
                inputs.append(self.weight(f"{name}.bias", bias))
            return str(self.node("Gemm", *inputs, transB=1))
        self.packed(f"{name}.weight", weight)
        out = self.matmul(x, f"{name}.weight", weight.shape)
        return out if bias is None else str(self.node("Add", out, self.weight(f"{name}.bias", bias)))

    def matmul(self, x: str, name: str, shape: tuple[int, ...]) -> str:
        assert self.precision is not None
        bits, block = self.precision.of(name)
        return str(
            self.node(
                "MatMulNBits", x, name, f"{name}.scales", domain=_CONTRIB, N=shape[0], K=shape[1],
                bits=bits, block_size=block, accuracy_level=_INT8_ACTIVATIONS,
            )
        )  # fmt: skip

    def norm(self, x: str, name: str, arrays: Arrays) -> str:
        weight = self.weight(f"{name}.weight", arrays[f"{name}.weight"])
        return str(self.node("SimplifiedLayerNormalization", x, weight, axis=-1, epsilon=1e-6))

    def silu(self, x: str) -> str:
        return str(self.node("Mul", x, self.node("Sigmoid", x)))


def export(
    arrays: Arrays,
    shape: Shape,
    path: Path,
    bits: int | Precision | None = 8,
    *,
    block: int = BLOCK,
    scales: Arrays | None = None,
) -> None:
    """Write the graph of one step to ``path``. ``bits``: of every matrix, None for 32-bit floats; a
    :class:`Precision` where the embeddings differ, and ``block`` is then its own.

    Inputs: ``pieces`` (n,), ``state`` (n, shape.state), ``predict`` (whether the chances are wanted).
    Outputs: ``after`` (n, shape.state), ``logprobs`` (n, vocabulary) or (0, vocabulary). ``scales``: those
    that quantization-aware training learned, by the name of the weight.
    """
    import onnx
    from onnx import TensorProto, helper

    precision = Precision(bits, block) if isinstance(bits, int) else bits
    if precision is not None:
        precision = precision.fitting(shape.width)
    graph = _Graph(precision, scales or {})
    width = shape.width
    embedding = arrays["embedding.weight"]
    if precision is None:
        x = graph.node("Gather", graph.weight("embedding.weight", embedding), "pieces")
    else:
        packed = graph.packed("embedding.weight", embedding)
        flat = graph.weight("embedding.rows", np.array([shape.vocabulary, packed.data[0].size]))
        rows = graph.node("Reshape", "embedding.weight", flat)
        x = graph.node(
            "GatherBlockQuantized", rows, "pieces", "embedding.weight.scales", domain=_CONTRIB,
            bits=packed.bits, block_size=packed.block, gather_axis=0, quantize_axis=1,
        )  # fmt: skip
    x = graph.node("Mul", x, graph.weight("embedding.scale", np.array(math.sqrt(width), dtype=np.float32)))
    sizes = [size for hidden in shape.hidden for size in (hidden, width)]
    cut = graph.weight("state.sizes", np.array(sizes))
    parts = graph.node("Split", "state", cut, outputs=len(sizes), axis=1)
    after = []
    for layer, hidden in enumerate(shape.hidden):
        memory, last = parts[2 * layer], parts[2 * layer + 1]
        y = graph.norm(x, f"layers.{layer}.norm", arrays)
        both = graph.node("Concat", y, last, axis=1)
        gates = graph.linear(both, f"layers.{layer}.gates", arrays)
        new, keep, show = graph.node("Split", gates, outputs=3, axis=1, num_outputs=3)
        new, keep = graph.node("Tanh", new), graph.node("Sigmoid", keep)
        kept = graph.node("Mul", keep, graph.node("Sub", memory, new))
        memory = graph.node("Add", kept, new)
        told = graph.linear(graph.node("Mul", memory, graph.silu(show)), f"layers.{layer}.out", arrays)
        x = graph.node("Add", x, told)
        if shape.feed[layer]:
            into = graph.linear(graph.norm(x, f"feeds.{layer}.norm", arrays), f"feeds.{layer}.into", arrays)
            value, gate = graph.node("Split", into, outputs=2, axis=1, num_outputs=2)
            told = graph.linear(graph.node("Mul", value, graph.silu(gate)), f"feeds.{layer}.out", arrays)
            x = graph.node("Add", x, told)
        after += [memory, y]
        del hidden
    graph.nodes.append(helper.make_node("Concat", after, ["after"], axis=1))
    features = graph.norm(x, "norm", arrays)
    bias = graph.weight("bias", arrays["bias"])

    outer, graph.nodes = graph.nodes, []
    if precision is None:
        scores = graph.node("Gemm", features, "embedding.weight", bias, transB=1)
    else:
        scores = graph.node("Add", graph.matmul(features, "embedding.weight", embedding.shape), bias)
    graph.nodes.append(helper.make_node("LogSoftmax", [scores], ["told"], axis=-1))
    floats = TensorProto.FLOAT
    then = helper.make_graph(
        graph.nodes, "then", [], [helper.make_tensor_value_info("told", floats, [None, shape.vocabulary])]
    )
    nothing = graph.numpy_helper.from_array(np.empty((0, shape.vocabulary), dtype=np.float32), "nothing")
    constant = helper.make_node("Constant", [], ["untold"], value=nothing)
    other = helper.make_graph(
        [constant], "other", [], [helper.make_tensor_value_info("untold", floats, [None, shape.vocabulary])]
    )
    outer.append(helper.make_node("If", ["predict"], ["logprobs"], then_branch=then, else_branch=other))
    made = helper.make_graph(
        outer,
        "step",
        [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("state", floats, ["n", shape.state]),
            helper.make_tensor_value_info("predict", TensorProto.BOOL, []),
        ],
        [
            helper.make_tensor_value_info("after", floats, ["n", shape.state]),
            helper.make_tensor_value_info("logprobs", floats, ["m", shape.vocabulary]),
        ],
        graph.weights,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=_IR, producer_name="skoropis")
    facts = {"shape": json.dumps(asdict(shape)), "bits": "32", "block": str(block)}
    if precision is not None:
        facts |= {"bits": str(precision.bits), "block": str(precision.block)}
        for name, value in zip(_EMBEDDING, precision.of("embedding"), strict=True):
            facts[name] = str(value)
    helper.set_model_props(model, facts)
    write_atomic(path, onnx.ModelProto.SerializeToString(model))


def read_back(path: Path) -> tuple[Arrays, Shape, int]:
    """The weights of an exported graph as floats, the shape, and the bits that they came in.

    Raises ModelError when the file is missing, damaged or not such a graph.
    """
    import onnx
    from onnx import numpy_helper

    try:
        model = onnx.ModelProto.FromString(path.read_bytes())
        facts = {entry.key: entry.value for entry in model.metadata_props}
        told = json.loads(facts["shape"])
        shape = Shape(told["vocabulary"], told["width"], tuple(told["hidden"]), tuple(told["feed"]))
        bits, block = int(facts["bits"]), int(facts["block"])
        precision = Precision(bits, block, *(int(facts.get(name, 0)) or None for name in _EMBEDDING))
        found = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    except Exception as error:
        raise ModelError(f"{path} is missing, damaged or no network of this kind") from error
    arrays = {}
    for name, value in found.items():
        scales = found.get(f"{name}.scales")
        if scales is not None:
            columns = _columns(name, shape)
            arrays[name] = Packed(*precision.of(name), columns, value, scales).unpack()
        elif not name.endswith((".scales", ".rows", ".scale", ".sizes")):
            arrays[name] = value
    return arrays, shape, bits


def _columns(name: str, shape: Shape) -> int:
    """Columns of a matrix, from its name."""
    part, *rest = name.split(".")
    if part == "embedding":
        return shape.width
    layer, which = int(rest[0]), rest[1]
    if part == "layers":
        return 2 * shape.width if which == "gates" else shape.hidden[layer]
    return shape.width if which == "into" else shape.feed[layer]
