"""Logistic regression, multiplicity, sequential tests and more intervals, by scikit-learn, statsmodels and SciPy."""

import math

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


def benjamini_hochberg():
    """p-values that are powers of uniforms, rounded down to multiples of a step, which makes ties and zeros."""
    cases = []
    for index, (rows, power, step, q) in enumerate(
        [(1, 1, 0, 0.5), (5, 2, 0, 0.1), (20, 4, 0.01, 0.05), (100, 3, 0, 0.05), (400, 6, 0.001, 0.2), (50, 1, 0, 0.05)]
    ):
        stream = streams.Stream(1300 + index)
        p = []
        for _ in range(rows):
            uniform = stream.uniform()
            value = uniform
            for _ in range(power - 1):
                value *= uniform
            p.append(math.floor(value / step) * step if step > 0 else value)
        rejected, adjusted, _, _ = multipletests(p, alpha=q, method="fdr_bh")
        expected = {"adjusted": adjusted.tolist(), "rejected": rejected.tolist()}
        cases.append({"seed": 1300 + index, "rows": rows, "power": power, "step": step, "q": q, "expected": expected})
    return {"cases": cases}


def mcnemar_mixture():
    """ln E from SciPy's log beta and regularised incomplete beta, where its tail does not underflow."""
    cases = []
    for wins in [0, 1, 2, 5, 17, 60, 200, 450]:
        for losses in [0, 1, 3, 8, 30, 100, 220, 500]:
            tail = special.betainc(losses + 0.5, wins + 0.5, 0.5)
            ln_e = (wins + losses) * np.log(2) + special.betaln(wins + 0.5, losses + 0.5) + np.log(tail)
            cases.append([wins, losses, float(ln_e - np.log(0.5 * special.beta(0.5, 0.5)))])
    return {"columns": ["wins", "losses", "ln_e"], "cases": cases}


def newcombe():
    cases = []
    for a in [(0, 10), (1, 10), (7, 10), (10, 10), (56, 70), (5, 1000), (500_000, 1_000_000)]:
        for b in [(0, 7), (3, 7), (48, 80), (20, 20), (9, 1000), (1, 1_000_000)]:
            for level in [0.5, 0.95, 0.999]:
                low, high = confint_proportions_2indep(*a, *b, compare="diff", method="newcomb", alpha=1 - level)
                cases.append([*a, *b, level, float(low), float(high)])
    return {"columns": ["successes_a", "n_a", "successes_b", "n_b", "level", "low", "high"], "cases": cases}


FIXTURES = (logistic_regression, benjamini_hochberg, mcnemar_mixture, newcombe)
