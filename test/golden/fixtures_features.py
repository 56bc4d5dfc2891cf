"""Golden values of what is said about features: one-way analysis of variance by SciPy, ω² by NumPy."""

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


FIXTURES = (one_way,)
