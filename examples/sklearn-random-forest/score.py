"""Stands for the service that asks the model: adds its score to each prediction.

    python score.py --model model/model.joblib --events data/predictions.ndjson --out data/scored.ndjson
"""

import argparse
import json
import pathlib

import joblib
import pandas
from train import features_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--events", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    model = joblib.load(args.model)
    events = [json.loads(line) for line in args.events.read_text().splitlines()]
    features = features_of(pandas.DataFrame([event["features"] for event in events]))
    scores = model.predict_proba(features)[:, 1]
    lines = [json.dumps({**event, "score": float(score)}) for event, score in zip(events, scores)]
    args.out.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} predictions by the model whose classes are {', '.join(model.classes_)}")


if __name__ == "__main__":
    main()
