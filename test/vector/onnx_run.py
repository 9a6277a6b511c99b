#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer a table with a model in ONNX:  onnx_run.py MODEL.onnx TABLE.csv [MISSING…]

Prints the answer and the scores of each row. The few operators that our export uses are done here
with numpy, after the texts of the ONNX operator sets 15 and ai.onnx.ml 3 and not after our C code:
Debian's onnx 1.12 has a checker, which is run first, but no evaluator yet. Exit 77: onnx is missing.
"""
import csv
import sys

try:
    import numpy as np
    import onnx
    from onnx import checker, helper, numpy_helper
except ImportError:
    print("python3-onnx is missing")
    sys.exit(77)


def attributes(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def one_hot(x, cats_strings, zeros):
    cats = [c.decode() for c in cats_strings]
    flat = [[float(value == cat) for cat in cats] for value in x.reshape(-1)]
    if not zeros and any(sum(row) == 0 for row in flat):
        raise ValueError("unknown category")
    return np.array(flat, dtype=np.float32).reshape(*x.shape, len(cats))


def trees(x, a):
    """TreeEnsembleRegressor: down from each tree's first node; leaves add to their target."""
    nodes = {}
    roots = {}
    cut = numpy_helper.to_array(a["nodes_values_as_tensor"])
    for i, key in enumerate(zip(a["nodes_treeids"], a["nodes_nodeids"])):
        nodes[key] = i
        roots.setdefault(key[0], key)
    leaves = {}
    weight = numpy_helper.to_array(a["target_weights_as_tensor"])
    for i, key in enumerate(zip(a["target_treeids"], a["target_nodeids"])):
        leaves.setdefault(key, []).append((a["target_ids"][i], weight[i]))
    out = np.zeros((x.shape[0], a["n_targets"]), dtype=np.float32)
    for r in range(x.shape[0]):
        for tree, key in roots.items():
            while a["nodes_modes"][nodes[key]] != b"LEAF":
                i = nodes[key]
                assert a["nodes_modes"][i] == b"BRANCH_LEQ"
                value = x[r, a["nodes_featureids"][i]]
                true = a["nodes_missing_value_tracks_true"][i] if np.isnan(value) else value <= cut[i]
                key = (tree, a["nodes_truenodeids"][i] if true else a["nodes_falsenodeids"][i])
            for target, value in leaves[key]:
                out[r, target] += value
    return out


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


TYPES = {onnx.TensorProto.DOUBLE: np.float64, onnx.TensorProto.INT64: np.int64}
OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x / y,
    "Less": lambda a, x, y: x < y,
    "Greater": lambda a, x, y: x > y,
    "MatMul": lambda a, x, y: x @ y,
    "Floor": lambda a, x: np.floor(x),
    "IsNaN": lambda a, x: np.isnan(x),
    "Identity": lambda a, x: x,
    "Clip": lambda a, x, low, high: np.clip(x, low, high),
    "Where": lambda a, c, x, y: np.where(c, x, y),
    "Cast": lambda a, x: x.astype(TYPES[a["to"]]),
    "Concat": lambda a, *x: np.concatenate(x, axis=a["axis"]),
    "Reshape": lambda a, x, shape: x.reshape(shape),
    "ReduceSum": lambda a, x, axes: x.sum(axis=tuple(axes), keepdims=True),
    "ArgMax": lambda a, x: x.argmax(axis=a["axis"]),
    "Gather": lambda a, x, i: x[i],
    "Softmax": lambda a, x: softmax(x, a["axis"]),
    "Sigmoid": lambda a, x: 1 / (1 + np.exp(-x)),
    "OneHotEncoder": lambda a, x: one_hot(x, a["cats_strings"], a["zeros"]),
    "TreeEnsembleRegressor": lambda a, x: trees(x, a),
}


def tensor(t):
    if t.data_type == onnx.TensorProto.STRING:
        return np.array([s.decode() for s in t.string_data], dtype=object).reshape(t.dims)
    return numpy_helper.to_array(t)


def run(model, columns):
    known = {t.name: tensor(t) for t in model.graph.initializer}
    for value in model.graph.input:
        cells = columns[value.name]
        if value.type.tensor_type.elem_type == onnx.TensorProto.STRING:
            known[value.name] = np.array(cells, dtype=object).reshape(-1, 1)
        else:
            known[value.name] = np.array([float(c) if c else np.nan for c in cells]).reshape(-1, 1)
    with np.errstate(over="ignore"):
        for node in model.graph.node:
            given = [known[name] for name in node.input]
            known[node.output[0]] = OPERATORS[node.op_type](attributes(node), *given)
    return [known[value.name] for value in model.graph.output]


def main(path, table, missing):
    model = onnx.load(path)
    checker.check_model(model, full_check=True)
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    gone = {"", "NA", *missing}
    columns = {
        value.name: ["" if r[value.name] in gone else r[value.name] for r in rows]
        for value in model.graph.input
    }
    found = run(model, columns)
    for i in range(len(rows)):
        answer = np.asarray(found[0][i]).reshape(-1)[0]
        scores = [repr(float(x)) for x in found[1][i]] if len(found) > 1 else []
        print(",".join([answer if isinstance(answer, str) else repr(float(answer)), *scores]))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
