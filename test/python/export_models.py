"""Trains many kinds of scikit-learn models and exports them; writes what each says of rows that it never saw.

    python test/python/export_models.py FOLDER
"""

import json
import pathlib
import sys
import warnings

import numpy
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn import ensemble, linear_model, naive_bayes, neighbors, neural_network, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")

CLASSIFIERS = {
    "decision-tree": tree.DecisionTreeClassifier(max_depth=6),
    "random-forest": ensemble.RandomForestClassifier(20),
    "extra-trees": ensemble.ExtraTreesClassifier(20),
    "gradient-boosting": ensemble.GradientBoostingClassifier(n_estimators=30),
    "hist-gradient-boosting": make_pipeline(StandardScaler(), ensemble.HistGradientBoostingClassifier(max_iter=30)),
    "ada-boost": ensemble.AdaBoostClassifier(n_estimators=20),
    "bagging": ensemble.BaggingClassifier(linear_model.LogisticRegression()),
    "voting": ensemble.VotingClassifier(
        [("t", tree.DecisionTreeClassifier(max_depth=4)), ("l", linear_model.LogisticRegression())], voting="soft", flatten_transform=False
    ),
    "calibrated": CalibratedClassifierCV(tree.DecisionTreeClassifier(max_depth=4)),
    "logistic-regression": make_pipeline(StandardScaler(), linear_model.LogisticRegression()),
    "neural-network": make_pipeline(StandardScaler(), neural_network.MLPClassifier(hidden_layer_sizes=(16,), max_iter=60)),
    "naive-bayes": naive_bayes.GaussianNB(),
    "neighbours": neighbors.KNeighborsClassifier(5),
}
REGRESSORS = {
    "random-forest": ensemble.RandomForestRegressor(20),
    "gradient-boosting": ensemble.GradientBoostingRegressor(n_estimators=30),
    "hist-gradient-boosting": ensemble.HistGradientBoostingRegressor(max_iter=30),
    "ridge": linear_model.Ridge(),
    "neural-network": make_pipeline(StandardScaler(), neural_network.MLPRegressor(hidden_layer_sizes=(16,), max_iter=60)),
}
# Labels as they come: words whose order is not that of their frequency, numbers, truth values.
LABELS = {
    "words": lambda z: numpy.where(z > 0.8, "alpha", numpy.where(z > -0.5, "Zulu", "mike")),
    "numbers": lambda z: numpy.where(z > 0.8, 10, numpy.where(z > -0.5, 9, -1)),
    "pair": lambda z: numpy.where(z > 0.4, "no", "yes"),
    "truth": lambda z: z > 0.4,
}
# skl2onnx cannot write truth values as classes of the others.
KNOW_TRUTH = ("random-forest", "hist-gradient-boosting", "logistic-regression", "decision-tree")


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    rng = numpy.random.default_rng(3)
    x = rng.normal(size=(1400, 4)).astype(numpy.float32)
    z = x[:, 0] - x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=len(x))
    learned, asked = slice(0, 900), slice(900, None)
    cases = []

    def add(name, model, labels, says) -> None:
        if hasattr(model, "random_state"):
            model.set_params(random_state=0)
        model.fit(x[learned], labels[learned])
        options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
        made = to_onnx(model, initial_types=[("x", FloatTensorType([None, 4]))], options=options, target_opset=17)
        (folder / f"{name}.onnx").write_bytes(made.SerializeToString())
        classes = [str(c).lower() if isinstance(c, numpy.bool_) else str(c) for c in getattr(model, "classes_", [])]
        cases.append({"name": name, "classes": classes, "said": numpy.asarray(getattr(model, says)(x[asked])).tolist()})

    for kind, make in LABELS.items():
        for name, model in CLASSIFIERS.items():
            if kind == "truth" and name not in KNOW_TRUTH:
                continue
            add(f"{name}-{kind}", model, make(z), "predict_proba")
    for name, model in REGRESSORS.items():
        add(f"{name}-value", model, 3 * z - 5, "predict")
    (folder / "said.json").write_text(json.dumps({"rows": x[asked].tolist(), "cases": cases}))


if __name__ == "__main__":
    main()
