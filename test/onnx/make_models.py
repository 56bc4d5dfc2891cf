"""The small ONNX models of the tests, with what scikit-learn itself says about some rows.

    python test/onnx/make_models.py           writes them
    python test/onnx/make_models.py --check   says whether they come out the same

Each model is one that users export: a forest on one tensor, a pipeline with an input a column, a regression, and some
that must be refused.
"""

import json
import os
import pathlib
import sys

import numpy
import onnx
import onnx.helper as helper
import pandas
import skl2onnx
import sklearn
from skl2onnx.common import data_types
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).parent
OPSET = {"": 17, "ai.onnx.ml": 3}
ROWS = 240
ASKED = 12


def numbers(seed: int) -> numpy.ndarray:
    return numpy.random.default_rng(seed).normal(size=(ROWS, 3)).astype(numpy.float32)


def export(model, initial_types, name: str, zipmap: bool = False) -> bytes:
    has_classes = hasattr(model, "classes_")
    options = {id(model): {"zipmap": zipmap}} if has_classes and not zipmap else None
    made = skl2onnx.convert_sklearn(model, name, initial_types, target_opset=OPSET, options=options)
    return made.SerializeToString(deterministic=True)


def forest(labels: numpy.ndarray, x: numpy.ndarray) -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=5, max_depth=3, random_state=7).fit(x, labels)


def rounded(model):
    """Its numbers without the last digits, in which processors differ."""
    for step in getattr(model, "steps", [(None, model)]):
        for name in ("coef_", "intercept_", "mean_", "scale_", "statistics_"):
            if hasattr(step[1], name):
                setattr(step[1], name, numpy.round(getattr(step[1], name), 4))
        for _, inner, _ in getattr(step[1], "transformers_", ()):
            if not isinstance(inner, str):
                rounded(inner)
    return model


def tensor_of(x: numpy.ndarray):
    return [("float_input", data_types.FloatTensorType([None, x.shape[1]]))]


def forest_pair():
    x = numbers(1)
    model = forest(numpy.where(x[:, 0] + x[:, 1] > 0.3, "yes", "no"), x)
    return export(model, tensor_of(x), "forest"), x[:ASKED].tolist(), model.predict_proba(x[:ASKED]).tolist()


def forest_three():
    x = numbers(2)
    model = forest(numpy.digitize(x[:, 2], [-0.5, 0.5]) * 5, x)
    return export(model, tensor_of(x), "three"), x[:ASKED].tolist(), model.predict_proba(x[:ASKED]).tolist()


def forest_value():
    x = numbers(3)
    model = RandomForestRegressor(n_estimators=5, max_depth=3, random_state=7).fit(x, x[:, 0] * 3 - 5)
    return export(model, tensor_of(x), "value"), x[:ASKED].tolist(), model.predict(x[:ASKED]).tolist()


def doubles():
    x = numbers(4).astype(numpy.float64)
    model = rounded(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, x[:, 0] > 0))
    types = [("x", data_types.DoubleTensorType([None, 3]))]
    return export(model, types, "doubles"), x[:ASKED].tolist(), model.predict_proba(x[:ASKED]).tolist()


def columns():
    """One input a column, of four types: what a ColumnTransformer is exported to."""
    rng = numpy.random.default_rng(5)
    table = pandas.DataFrame(
        {
            "age": rng.normal(40, 10, ROWS).astype(numpy.float32),
            "visits": rng.integers(0, 20, ROWS),
            "city": rng.choice(["Bern", "Zürich", ""], ROWS),
            "member": rng.integers(0, 2, ROWS).astype(bool),
        }
    )
    table.loc[::7, "age"] = numpy.nan
    says = table["visits"] + 8 * (table["city"] == "Bern") + 5 * table["member"] > 15
    prepare = ColumnTransformer(
        [
            ("age", make_pipeline(SimpleImputer(), StandardScaler()), ["age"]),
            ("visits", StandardScaler(), ["visits"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["city"]),
            ("member", "passthrough", ["member"]),
        ]
    )
    model = rounded(make_pipeline(prepare, LogisticRegression()).fit(table, numpy.where(says, "stays", "leaves")))
    types = [
        ("age", data_types.FloatTensorType([None, 1])),
        ("visits", data_types.Int64TensorType([None, 1])),
        ("city", data_types.StringTensorType([None, 1])),
        ("member", data_types.BooleanTensorType([None, 1])),
    ]
    asked = table[:ASKED].copy()
    asked.loc[5, "city"], asked.loc[6, "city"] = "Atlantis", ""
    rows = [[None if v != v else v for v in row] for row in asked.astype(object).values.tolist()]
    return export(model, types, "columns"), rows, model.predict_proba(asked).tolist()


def zipmap():
    x = numbers(1)
    model = rounded(LogisticRegression().fit(x, x[:, 0] > 0))
    return export(model, tensor_of(x), "zipmap", zipmap=True), None, None


def by_hand(name: str, nodes, outputs, constants=(), batch="rows", opset=17) -> bytes:
    """A graph from `x` of two features, for what no trainer exports on purpose."""
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [batch, 2])],
        [helper.make_tensor_value_info(out, onnx.TensorProto.FLOAT, shape) for out, shape in outputs],
        list(constants),
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return made.SerializeToString(deterministic=True)


def weights(values, shape=None):
    return helper.make_tensor("w", onnx.TensorProto.FLOAT, shape or [2, 1], values)


def sigmoid():
    """P(second class) alone, [rows, 1], as a neural network gives it."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Sigmoid", ["z"], ["p"])]
    x = [[0.0, 0.0], [1.0, -1.0], [4.0, 2.0]]
    said = [float(1 / (1 + numpy.exp(-(2 * a - b)))) for a, b in x]
    return by_hand("sigmoid", nodes, [("p", ["rows", 1])], [weights([2.0, -1.0])]), x, said


def one_by_one():
    """The same, exported with a batch of one."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Sigmoid", ["z"], ["p"])]
    x = [[0.0, 0.0], [1.0, -1.0], [4.0, 2.0]]
    said = [float(1 / (1 + numpy.exp(-(2 * a - b)))) for a, b in x]
    return by_hand("one", nodes, [("p", [1, 1])], [weights([2.0, -1.0])], batch=1), x, said


def logarithm():
    """Logarithms of the two features: NaN, infinite, or beyond what a probability can be."""
    return by_hand("logarithm", [helper.make_node("Log", ["x"], ["p"])], [("p", ["rows", 2])]), None, None


def total():
    """One number for all rows together."""
    nodes = [helper.make_node("ReduceMean", ["x"], ["p"], keepdims=1)]
    return by_hand("total", nodes, [("p", [1, 1])]), None, None


def two_outputs():
    nodes = [helper.make_node("Sigmoid", ["x"], ["a"]), helper.make_node("Softmax", ["x"], ["b"])]
    return by_hand("two", nodes, [("a", ["rows", 2]), ("b", ["rows", 2])]), None, None


def stored_outside(tensor) -> None:
    tensor.ClearField("float_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "weights.bin"), ("offset", "0"), ("length", "8")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value


def outside():
    """Its weights are in another file."""
    tensor = weights([2.0, -1.0])
    stored_outside(tensor)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"])]
    return by_hand("outside", nodes, [("p", ["rows", 1])], [tensor]), None, None


def outside_branch():
    """The same, hidden in the branch of an `If`."""
    tensor = helper.make_tensor("inner", onnx.TensorProto.FLOAT, [2, 1], [2.0, -1.0])
    stored_outside(tensor)
    shape = [helper.make_tensor_value_info("p1", onnx.TensorProto.FLOAT, ["rows", 1])]
    branch = helper.make_graph([helper.make_node("MatMul", ["x", "inner"], ["p1"])], "branch", [], shape, [tensor])
    yes = helper.make_tensor("yes", onnx.TensorProto.BOOL, [], [True])
    nodes = [helper.make_node("If", ["yes"], ["p"], then_branch=branch, else_branch=branch)]
    return by_hand("branch", nodes, [("p", ["rows", 1])], [yes]), None, None


def future():
    """Of an operator set that does not exist yet."""
    return by_hand("future", [helper.make_node("Sigmoid", ["x"], ["p"])], [("p", ["rows", 2])], opset=900), None, None


MODELS = (
    forest_pair,
    forest_three,
    forest_value,
    doubles,
    columns,
    zipmap,
    sigmoid,
    one_by_one,
    logarithm,
    total,
    two_outputs,
    outside,
    outside_branch,
    future,
)


def made() -> dict[str, bytes]:
    files, expected = {}, {}
    for model in MODELS:
        name = model.__name__.replace("_", "-")
        files[f"{name}.onnx"], rows, said = model()
        if rows is not None:
            expected[name] = {"rows": rows, "said": numpy.round(said, 9).tolist()}
    versions = {"scikit-learn": sklearn.__version__, "skl2onnx": skl2onnx.__version__, "onnx": onnx.__version__}
    text = json.dumps({"versions": versions, "expected": expected}, ensure_ascii=False, allow_nan=False)
    files["expected.json"] = text.encode() + b"\n"
    return files


def main() -> int:
    files = made()
    if "--check" not in sys.argv[1:]:
        for name, content in files.items():
            (HERE / name).write_bytes(content)
        print(f"{len(files)} files, the largest of {max(map(len, files.values()))} bytes")
        return 0
    differing = [name for name, content in files.items() if (HERE / name).read_bytes() != content]
    for name in differing:
        print(f"{name} comes out differently")
    return 1 if differing else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The exporter walks over sets of names: their order is in the bytes.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main())
