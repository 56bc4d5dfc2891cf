"""The small YDF models of the tests, trained by Python, with what Python itself says about some rows.

    python test/ydf/make_models.py           writes them

Made with ydf 0.16.1 and numpy 2.4.6. Each folder is what `model.save(folder)` leaves. The columns are of every kind that
users have: numbers with gaps, whole numbers as categories, texts with rare ones, truth values.
"""

import json
import math
import pathlib
import shutil

import numpy
import ydf

HERE = pathlib.Path(__file__).parent
ROWS = 600
ASKED = 120
CITIES = ["Bern", "Basel", "Genf", "Zürich"]
SHARES = [0.45, 0.3, 0.2, 0.05]


def table(seed: int, rows: int) -> dict:
    rng = numpy.random.default_rng(seed)
    age = rng.normal(40, 12, rows).round(2)
    age[rng.random(rows) < 0.1] = numpy.nan
    city = rng.choice(CITIES, rows, p=SHARES).astype(object)
    city[rng.random(rows) < 0.08] = ""
    return {
        "age": age,
        "Größe %": rng.integers(0, 6, rows).astype(float),
        "city": city,
        "tariff": rng.integers(1, 5, rows),
        "member": rng.random(rows) < 0.5,
        "paid": rng.random(rows) < 0.3,
    }


def signal(data: dict, seed: int) -> numpy.ndarray:
    noise = numpy.random.default_rng(seed).normal(0, 0.4, len(data["age"]))
    age = numpy.where(numpy.isnan(data["age"]), 25, data["age"])
    north = (data["city"] == "Bern") * 0.8 + (data["city"] == "") * 0.5
    return age / 20 + north + (data["tariff"] == 2) * 0.9 - data["member"] * 0.7 + data["Größe %"] * 0.25 + data["paid"] * 1.0 + noise


FEATURES = [("tariff", ydf.Semantic.CATEGORICAL), ("paid", ydf.Semantic.CATEGORICAL)]


def strange(data: dict) -> dict:
    """Rows to ask about hold what training did not: a new text, a new number, infinity."""
    data["city"][3] = "Rom"
    data["city"][4] = "<OOD>"
    data["tariff"][5] = 99
    data["age"][6] = math.inf
    data["age"][7] = -math.inf
    return data


def written(data: dict) -> dict:
    """JSON has no NaN: null; infinities are texts."""

    def value(one):
        if isinstance(one, float) and math.isnan(one):
            return None
        return str(one) if isinstance(one, float) and math.isinf(one) else one

    return {name: [value(one) for one in column.tolist()] for name, column in data.items()}


def save(name: str, learner, label: numpy.ndarray, data: dict) -> dict:
    model = learner.train({**data, "left": label}, verbose=0)
    shutil.rmtree(HERE / name, ignore_errors=True)
    model.save(str(HERE / name))
    asked = strange(table(99, ASKED))
    classes = list(model.label_classes()) if model.task() == ydf.Task.CLASSIFICATION else []
    return {"classes": classes, "scores": model.predict(asked).tolist()}


def main() -> None:
    data = table(7, ROWS)
    value = signal(data, 11)
    few = {"label": "left", "features": FEATURES, "include_all_columns": True}
    boosted = {"num_trees": 8, "max_depth": 4, "validation_ratio": 0.0}
    expected = {
        "binary": save(
            "binary",
            ydf.GradientBoostedTreesLearner(**few, **boosted),
            numpy.where(value > 3.2, "yes", "no"),
            data,
        ),
        "multiclass": save(
            "multiclass",
            ydf.RandomForestLearner(**few, num_trees=6, max_depth=4, compute_oob_performances=False),
            numpy.select([value < 2.6, value < 3.4], ["low", "middle"], "high"),
            data,
        ),
        "regression": save(
            "regression",
            ydf.GradientBoostedTreesLearner(**few, **boosted, task=ydf.Task.REGRESSION),
            value,
            data,
        ),
    }
    rows = written(strange(table(99, ASKED)))
    made_with = {"ydf": ydf.__version__, "numpy": numpy.__version__}
    text = json.dumps({"madeWith": made_with, "rows": rows, "models": expected}, ensure_ascii=False)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
