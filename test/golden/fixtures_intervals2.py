"""Logistic regression, multiplicity, sequential tests and more intervals, by scikit-learn, statsmodels and SciPy."""

import numpy as np
from scipy import special
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

import streams


def logistic_regression():
    """Columns at different scales; the label follows the sum of the first column and noise of its own."""
    cases = []
    shapes = [(40, 1, 1.0), (200, 3, 0.1), (200, 3, 10.0), (500, 6, 1.0), (1500, 12, 2.0)]
    for index, (rows, k, l2) in enumerate(shapes):
        for is_weighted in (False, True):
            columns = [
                {"seed": 900 + 20 * index + j, "rows": rows, "mean": 10.0 * j, "sd": 4.0**j, "step": 0} for j in range(k)
            ]
            noise = {"seed": 1200 + index, "rows": rows, "mean": 0, "sd": 1, "step": 0}
            x = np.column_stack([streams.numbers(**column) for column in columns])
            y = (x[:, 0] + streams.numbers(**noise) > 0.3).astype(int)
            weights = 1 + np.arange(rows) % 3 if is_weighted else np.ones(rows)
            scaler = StandardScaler().fit(x, sample_weight=weights)
            fit = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=500)
            fit.fit(scaler.transform(x), y, sample_weight=weights)
            slopes = fit.coef_[0] / scaler.scale_
            expected = {
                "weights": slopes.tolist(),
                "intercept": float(fit.intercept_[0] - (slopes * scaler.mean_).sum()),
                "first": float(fit.predict_proba(scaler.transform(x[:1]))[0, 1]),
            }
            cases.append({"columns": columns, "noise": noise, "l2": l2, "weighted": is_weighted, "expected": expected})
    return {"cut": 0.3, "cases": cases}


FIXTURES = (logistic_regression,)
