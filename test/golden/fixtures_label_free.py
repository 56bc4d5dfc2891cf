"""Golden values of estimates without labels: isotonic regression by scikit-learn, the rest by NumPy from the definitions.

Compared by hand with NannyML 0.13.1 (CBPE, 2000 reference rows, three chunks of 1000 rows, two of them shifted): accuracy,
precision, recall and f1 agree to five digits; the AUC differs by .0002, for NannyML pairs each row with itself too.
"""

import numpy as np
from sklearn.isotonic import IsotonicRegression

import streams


def isotonic_regression():
    """Scores of a stream against its labels, with weights from a second stream; values at knots, between and beyond."""
    cases = []
    at = [-1.0, 0.0, 0.111, 0.25, 0.3, 0.456, 0.5, 0.777, 1.0, 3.0]
    for index, (rows, step, weighted) in enumerate([(1, 0, 0), (2, 0, 0), (25, 0, 0), (60, 0.1, 1), (400, 0, 1), (900, 0.05, 0)]):
        case = {"seed": 700 + index, "rows": rows, "share": 0.4, "skill": 0.2, "step": step, "missing": 0}
        labels, scores = streams.binary(**case)
        weights = {"seed": 800 + index, "rows": rows, "mean": 10, "sd": 1.5, "step": 0}
        sizes = streams.numbers(**weights) if weighted else np.ones(rows)
        fit = IsotonicRegression(out_of_bounds="clip").fit(scores.astype(float), labels, sample_weight=sizes)
        cases.append(
            {
                "input": {"kind": "binary", **case},
                "weights": weights if weighted else None,
                "at": at,
                "expected": [float(x) for x in fit.predict(at)],
            }
        )
    return {"cases": cases}


def expected_performance():
    """Metrics from probabilities alone: expected counts, and the area over all pairs of different rows by brute force."""
    cases = []
    for index, (rows, step) in enumerate([(2, 0), (30, 0.1), (150, 0), (300, 0.05)]):
        case = {"seed": 900 + index, "rows": rows, "share": 0.5, "skill": 0.2, "step": step, "missing": 0}
        noise = {"seed": 950 + index, "rows": rows, "mean": 0, "sd": 0.05, "step": 0}
        _, scores = streams.binary(**case)
        s = scores.astype(float)
        p = np.clip(s + streams.numbers(**noise), 0, 1)
        called = s > 0.5
        tp, fp = p[called].sum(), (1 - p)[called].sum()
        fn, tn = p[~called].sum(), (1 - p)[~called].sum()
        pairs = np.outer(p, 1 - p)
        np.fill_diagonal(pairs, 0)
        wins = (s[:, None] > s[None, :]) + 0.5 * (s[:, None] == s[None, :])
        expected = {"accuracy": (tp + tn) / rows, "auc": (pairs * wins).sum() / pairs.sum()}
        if called.any():
            expected |= {"precision": tp / (tp + fp), "recall": tp / (tp + fn), "f1": 2 * tp / (2 * tp + fp + fn)}
        expected = {k: float(v) for k, v in expected.items()}
        cases.append({"input": {"kind": "binary", **case}, "noise": noise, "expected": expected})
    return {"cases": cases}


FIXTURES = (isotonic_regression, expected_performance)
