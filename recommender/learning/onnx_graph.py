"""The built-in model as one int8 ONNX graph, written straight from its weights.

all-MiniLM-L6-v2 is a BERT encoder (Devlin et al., 2019) whose text vector is the mean over its
tokens. The graph takes the token ids of one text, so that it needs neither padding nor mask.

Dense layers are quantised: their weights once, by output channel; their inputs as each text comes.
Weights have seven bits, not eight, because processors without VNNI instructions add products in
pairs in 16 bits, where eight would overflow: so every processor computes the same integers. Word
embeddings are stored in eight bits a row. Nothing here depends on torch or on chance: the same
weights give the same bytes.

Needs the packages of the extra `fast`; `onnx_encoder` imports this module when it is used.
"""

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

LAYERS = 6
HEADS = 12
WEIGHT_TOP = 63
EMBEDDING_TOP = 127
INPUT = "token_ids"

MICROSOFT = "com.microsoft"
CONTRIBUTED = frozenset({"DynamicQuantizeMatMul", "Gelu", "MultiHeadAttention"})
"""Operators that onnxruntime adds to the standard ones."""

Floats = np.ndarray[tuple[Any, ...], np.dtype[np.float32]]
Bytes = np.ndarray[tuple[Any, ...], np.dtype[np.int8]]


def int8_model(weights: Path, *, max_length: int) -> bytes:
    """Write the graph of the built-in model.

    Parameters
    ----------
    weights : Path
        The model's `model.safetensors`.
    max_length : int
        The most token ids that a text may have.

    Returns
    -------
    bytes
        A serialised ONNX model from int64 ids of shape (1, t) to a float32 vector of shape (1, d),
        which is not of length 1 yet.
    """
    with safe_open(weights, framework="numpy") as tensors:
        graph = _Graph(tensors)
        hidden = _embedded(graph, max_length)
        for layer in range(LAYERS):
            hidden = _attended(graph, f"encoder.layer.{layer}.attention", hidden)
            hidden = _fed_forward(graph, f"encoder.layer.{layer}", hidden)
        return graph.serialised(graph.add("ReduceMean", hidden, axes=[1], keepdims=0))


class _Graph:
    """A graph that grows: nodes and constants, and the weights they are made of.

    Every method gives the name of what it added, which later nodes take as their input.
    """

    def __init__(self, tensors: Any) -> None:  # noqa: ANN401 - safetensors ships no types
        self._tensors = tensors
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def weight(self, name: str) -> Floats:
        """Read one tensor of the model."""
        found: Floats = self._tensors.get_tensor(name)
        return found

    def constant(self, values: np.ndarray[Any, Any]) -> str:
        """Add values that are the same for every text."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - ONNX's own
        """Add a node with one output."""
        return self.add_split(operator, *inputs, outputs=1, **attributes)[0]

    def add_split(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:  # noqa: ANN401 - ONNX's own
        """Add a node with several outputs."""
        names = [f"{operator}_{len(self._nodes)}_{place}" for place in range(outputs)]
        domain = MICROSOFT if operator in CONTRIBUTED else ""
        self._nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return names

    def dense(self, source: str, weight: Floats, bias: Floats) -> str:
        """Add a dense layer with int8 weights of shape (inputs, outputs)."""
        rounded, scales = _rounded(weight, top=WEIGHT_TOP, axis=0)
        parts = self.constant(rounded), self.constant(scales), "", self.constant(bias)
        return self.add("DynamicQuantizeMatMul", source, *parts)

    def named_dense(self, source: str, name: str) -> str:
        """Add the dense layer that the weights hold under a name."""
        return self.dense(source, self.weight(f"{name}.weight").T, self.weight(f"{name}.bias"))

    def normalised_sum(self, first: str, second: str, name: str) -> str:
        """Add the layer norm of a sum of two."""
        gain, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        parts = self.add("Add", first, second), self.constant(gain), self.constant(shift)
        return self.add("LayerNormalization", *parts, epsilon=1e-12)

    def serialised(self, output: str) -> bytes:
        """Close the graph with its one output."""
        ids = helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])
        vector = helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, "dimensions"])
        graph = helper.make_graph(self._nodes, "encoder", [ids], [vector], self._constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        written: bytes = model.SerializeToString(deterministic=True)
        return written


def _embedded(graph: _Graph, max_length: int) -> str:
    """Add the sum of word, position and segment embeddings; there is one segment."""
    words, scales = _rounded(
        graph.weight("embeddings.word_embeddings.weight"), top=EMBEDDING_TOP, axis=1
    )
    found = graph.add("Gather", graph.constant(words), INPUT)
    scale = graph.add("Gather", graph.constant(scales), INPUT)
    word = graph.add("Mul", graph.add("Cast", found, to=TensorProto.FLOAT), scale)
    segment = graph.weight("embeddings.token_type_embeddings.weight")[0]
    places = graph.weight("embeddings.position_embeddings.weight")[:max_length] + segment
    first, last = graph.constant(np.array([0])), graph.add("Shape", INPUT, start=1)
    place = graph.add("Slice", graph.constant(places), first, last)
    return graph.normalised_sum(word, place, "embeddings.LayerNorm")


def _attended(graph: _Graph, name: str, hidden: str) -> str:
    """Add self-attention; query, key and value come from one product."""
    parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weight(f"{part}.weight").T for part in parts], axis=1)
    bias = np.concatenate([graph.weight(f"{part}.bias") for part in parts])
    split = graph.add_split("Split", graph.dense(hidden, weight, bias), outputs=3, axis=2)
    seen = graph.add("MultiHeadAttention", *split, num_heads=HEADS)
    told = graph.named_dense(seen, f"{name}.output.dense")
    return graph.normalised_sum(told, hidden, f"{name}.output.LayerNorm")


def _fed_forward(graph: _Graph, name: str, hidden: str) -> str:
    """Add the two dense layers that follow attention."""
    wide = graph.add("Gelu", graph.named_dense(hidden, f"{name}.intermediate.dense"))
    told = graph.named_dense(wide, f"{name}.output.dense")
    return graph.normalised_sum(told, hidden, f"{name}.output.LayerNorm")


def _rounded(weight: Floats, *, top: int, axis: int) -> tuple[Bytes, Floats]:
    """Round to integers from -top to top with one scale for all that lies along the axis."""
    low, high = (extreme(weight, axis=axis, keepdims=True) for extreme in (np.min, np.max))
    scales = np.maximum(-low, high) / np.float32(top)
    rounded = weight / scales
    np.rint(rounded, out=rounded)
    return rounded.astype(np.int8), scales if axis else scales[0]
