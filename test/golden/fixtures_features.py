"""Golden values of what is said about features: one-way analysis of variance by SciPy, ω² by NumPy,
Spearman's correlation by SciPy, its change on Fisher's scale by NumPy."""

import numpy as np
from scipy import stats

import streams


def one_way():
    """Groups with their own mean; F and p by f_oneway, ω² from the sums of squares; tails of F on a grid."""
    shapes = [
        [(5, 0), (5, 0)],
        [(20, 0), (30, 0.5), (100, 0)],
        [(200, 0), (3, 2), (40, 0.1), (1, 0)],
        [(500, 0), (500, 0.05), (500, -0.05), (500, 0.3)],
        [(1000, 1e6), (1000, 1e6 + 3)],
    ]
    cases = []
    for index, shape in enumerate(shapes):
        groups = [
            {"seed": 500 + 10 * index + at, "rows": rows, "mean": mean, "sd": 1, "step": 0}
            for at, (rows, mean) in enumerate(shape)
        ]
        values = [streams.numbers(**group) for group in groups]
        test = stats.f_oneway(*values)
        everything = np.concatenate(values)
        within = sum(((x - x.mean()) ** 2).sum() for x in values)
        total = ((everything - everything.mean()) ** 2).sum()
        noise = within / (len(everything) - len(values))
        omega = (total - within - (len(values) - 1) * noise) / (total + noise)
        expected = [float(test.statistic), float(test.pvalue), float(max(0, omega))]
        cases.append({"groups": groups, "expected": expected})
    grid = [(f, a, b) for f in (0, 0.3, 1, 2.5, 10, 80) for a in (1, 4, 30) for b in (1, 7, 120, 100_000)]
    return {"cases": cases, "tails": [[f, a, b, float(stats.f.sf(f, a, b))] for f, a, b in grid]}


def correlations():
    """Pairs with ties; the correlation, the variance of a row's influence, and the least surprising second one."""
    cases = []
    for index, (rows, weight, step) in enumerate([(4, 1, 0), (60, 0.5, 0.5), (500, 0, 0), (500, -2, 0.25), (2000, 5, 0)]):
        a = {"seed": 600 + index, "rows": rows, "mean": 0, "sd": 1, "step": step}
        b = {"seed": 700 + index, "rows": rows, "mean": 0, "sd": 1, "step": 0}
        x = streams.numbers(**a)
        y = weight * x + streams.numbers(**b)
        r = float(stats.spearmanr(x, y).statistic)
        u, v = (stats.zscore(stats.rankdata(values)) for values in (x, y))
        influence = float(((u * v - r * (u**2 + v**2) / 2) ** 2).mean())
        cases.append({"a": a, "b": b, "weight": weight, "expected": [r, influence]})
    changes = []
    for r, n, k, s, m, l, z in [(0.2, 100, 0.9, 0.5, 400, 0.7, 3), (-0.6, 50, 2, -0.7, 1000, 0.1, 4), (0, 30, 1, 0, 30, 1, 1)]:
        variance = max(1, k / (1 - r**2) ** 2) / (n - 3) + max(1, l / (1 - s**2) ** 2) / (m - 3)
        side = 1 if s >= r else -1
        limit = np.tanh(np.arctanh(r) + side * z * np.sqrt(variance))
        changes.append([r, n, k, s, m, l, z, float(abs(limit - r))])
    return {"cases": cases, "changes": changes}


FIXTURES = (one_way, correlations)
