"""Trains the churn model, if it is not good enough any more.

    python train.py --data data/sample.csv --label churned --out model

Writes model.joblib, model.onnx and metrics.json into the folder of --out.
"""

import argparse
import json
import pathlib

import joblib
import pandas
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

NUMBERS = ["tenure_months", "monthly_bill", "support_calls", "autopay"]
WORDS = ["plan", "contract"]
RETRAIN_BELOW = 0.85


def read(path: pathlib.Path) -> pandas.DataFrame:
    return pandas.read_parquet(path) if path.suffix == ".parquet" else pandas.read_csv(path)


def features_of(table: pandas.DataFrame) -> pandas.DataFrame:
    features = table[NUMBERS + WORDS].copy()
    features[NUMBERS] = features[NUMBERS].astype("float32")
    features[WORDS] = features[WORDS].fillna("")
    return features


def new_model():
    prepare = ColumnTransformer(
        [
            ("numbers", SimpleImputer(strategy="median"), NUMBERS),
            ("words", OneHotEncoder(handle_unknown="ignore"), WORDS),
        ]
    )
    return make_pipeline(prepare, RandomForestClassifier(n_estimators=100, min_samples_leaf=5, random_state=0))


def export(model, path: pathlib.Path) -> None:
    inputs = [(name, FloatTensorType([None, 1])) for name in NUMBERS]
    inputs += [(name, StringTensorType([None, 1])) for name in WORDS]
    made = to_onnx(model, initial_types=inputs, options={id(model): {"zipmap": False}}, target_opset=17)
    path.write_bytes(made.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    table = read(args.data)
    table = table[table[args.label].notna()]
    features, labels = features_of(table), table[args.label].astype(str)

    saved = args.out / "model.joblib"
    if saved.exists():
        accuracy = accuracy_score(labels, joblib.load(saved).predict(features))
        if accuracy >= RETRAIN_BELOW:
            print(f"accuracy {accuracy:.3f} is fine, nothing to do")
            return
        print(f"accuracy {accuracy:.3f} is below {RETRAIN_BELOW}, training again")

    learned, held_out, learned_labels, held_out_labels = train_test_split(
        features, labels, test_size=0.2, random_state=0, stratify=labels
    )
    model = new_model().fit(learned, learned_labels)
    positive = model.predict_proba(held_out)[:, 1]
    metrics = {
        "accuracy": accuracy_score(held_out_labels, model.predict(held_out)),
        "auc": roc_auc_score(held_out_labels == model.classes_[1], positive),
        "rows": len(learned),
    }

    args.out.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, saved)
    export(model, args.out / "model.onnx")
    (args.out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    print(f"trained on {len(learned)} rows, accuracy {metrics['accuracy']:.3f} on {len(held_out)} others")


if __name__ == "__main__":
    main()
