"""Distances and two-sample tests: raw values and histograms on shared bins, by SciPy and statsmodels.

What neither has is written down here from its definition: Hellinger, total variation, Kuiper's test, pooling of sparse
bins, and Cramér-von Mises with ties (there SciPy's statistic is not the one we want, see cramer-von-mises.ts).
"""

import numpy as np
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.proportion import proportions_ztest

import streams

EDGES = np.arange(-4, 5) / 2
POSITIONS = np.arange(-9, 10, 2) / 4
SIZES = [(2, 3), (3, 3), (5, 5), (7, 3), (5, 95), (20, 20), (50, 50), (30, 400), (1000, 200), (900, 900)]
# Mean and spread of the second sample, and the step that rounds both.
SHAPES = [(0, 1, 0), (0, 1, 0.5), (0.4, 1, 0), (0.2, 1.5, 0.25), (0, 2, 2), (3, 1, 0)]


def samples():
    for index, (rows_a, rows_b) in enumerate(SIZES):
        for mean, sd, step in SHAPES:
            a = {"seed": 500 + index, "rows": rows_a, "mean": 0, "sd": 1, "step": step}
            b = {"seed": 600 + index, "rows": rows_b, "mean": mean, "sd": sd, "step": step}
            yield a, b, streams.numbers(**a), streams.numbers(**b)


def counts(values):
    return np.bincount(np.searchsorted(EDGES, values, side="right"), minlength=len(POSITIONS))


def floats(values):
    return [float(x) for x in values]


def distances():
    cases = []
    for a, b, x, y in samples():
        of_x, of_y = counts(x), counts(y)
        p, q = of_x / len(x), of_y / len(y)
        weights = {"u_values": POSITIONS, "v_values": POSITIONS, "u_weights": of_x, "v_weights": of_y}
        expected = {
            "jensen_shannon": jensenshannon(p, q, base=2),
            "hellinger": np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / np.sqrt(2),
            "total_variation": np.abs(p - q).sum() / 2,
            "wasserstein": stats.wasserstein_distance(x, y),
            "wasserstein_counts": stats.wasserstein_distance(**weights),
            "energy": stats.energy_distance(x, y),
            "energy_counts": stats.energy_distance(**weights),
        }
        expected = {name: float(value) for name, value in expected.items()}
        cases.append({"a": a, "b": b, "counts": [of_x.tolist(), of_y.tolist()], "expected": expected})
    return {"edges": floats(EDGES), "positions": floats(POSITIONS), "cases": cases}


def kuiper(x, y):
    at = np.concatenate([x, y])
    excess = np.searchsorted(np.sort(x), at, side="right") / len(x)
    excess = excess - np.searchsorted(np.sort(y), at, side="right") / len(y)
    v = max(0, excess.max()) + max(0, -excess.min())
    n = len(x) * len(y) / (len(x) + len(y))
    z = (np.sqrt(n) + 0.155 + 0.24 / np.sqrt(n)) * v
    j = np.arange(1, 400)
    tail = 2 * np.sum((4 * (j * z) ** 2 - 1) * np.exp(-2 * (j * z) ** 2)) if z > 0.1 else 1
    return floats([v, min(1, max(0, tail))])


def omega_squared_tail(x):
    """The series of Anderson & Darling 1952 to its last digit; SciPy stops at terms below 1e-7."""
    total = 0
    for k in range(60):
        y = 4 * k + 1
        q = y * y / (16 * x)
        log_u = special.gammaln(k + 0.5) - special.gammaln(k + 1)
        total += np.exp(log_u - q) / (np.pi**1.5 * np.sqrt(x)) * np.sqrt(y) * np.exp(-q) * special.kve(0.25, q)
    return max(0, 1 - total)


def cramer_von_mises(x, y):
    """SciPy without ties. With ties: the covariance of the squared differences, written as a matrix."""
    n, m, rows = len(x), len(y), len(x) + len(y)
    values, together = np.unique(np.concatenate([x, y]), return_counts=True)
    if len(values) == rows:
        result = stats.cramervonmises_2samp(x, y, method="asymptotic")
        return floats([result.statistic, result.pvalue])
    if len(values) == 1:
        return [0.0, 1.0]
    f = np.array([np.mean(x <= v) for v in values[:-1]]) - np.array([np.mean(y <= v) for v in values[:-1]])
    h = together / rows
    weight, below = (h[:-1] + h[1:]) / 2, np.cumsum(h)[:-1]
    t = n * m / rows * np.sum(weight * f**2)
    bridge = np.minimum.outer(below, below) - np.outer(below, below)
    mean = np.sum(weight * np.diag(bridge)) * rows / (rows - 1)
    fine = np.arange(1, rows) / rows
    fine = np.minimum.outer(fine, fine) - np.outer(fine, fine)
    k = n * m
    exact = (rows + 1) * (4 * k * rows - 3 * (n**2 + m**2) - 2 * k) / (45 * rows**2 * 4 * k)
    variance = 2 * np.sum(np.outer(weight, weight) * bridge**2) * exact / (2 * np.sum(fine**2) / rows**2)
    z = 1 / 6 + (t - mean) / np.sqrt(45 * variance)
    return floats([t, 1.0 if z < 0.003 else omega_squared_tail(z)])


def pooled(table, least):
    """Columns of a table, the sparse ones gathered from the smallest on."""
    table = table[:, table.sum(axis=0) > 0]
    limit = least * table.sum() / table.sum(axis=1).min()
    order = np.argsort(table.sum(axis=0), kind="stable")
    full, gathered, group = [], [], np.zeros(2)
    for column in table[:, order].T:
        if column.sum() >= limit:
            full.append(column)
        else:
            group = group + column
            if group.sum() >= limit:
                gathered.append(group)
                group = np.zeros(2)
    if group.sum() > 0:
        for groups, last in ((gathered, -1), (full, 0)):
            if groups:
                groups[last] = groups[last] + group
                break
        else:
            full.append(group)
    return np.array(full + gathered).T


def contingency(table, **options):
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return [0.0, 1.0, 0.0]
    result = stats.chi2_contingency(table, correction=False, **options)
    return floats([result.statistic, result.pvalue, result.dof])


def williams(table):
    """G divided by the factor of Williams 1976 for a table of two rows."""
    g, _, degrees = contingency(table, lambda_="log-likelihood")
    if degrees == 0:
        return [0.0, 1.0, 0.0]
    n = table.sum()
    q = 1 + (np.sum(n / table.sum(axis=1)) - 1) * (np.sum(n / table.sum(axis=0)) - 1) / (6 * n * degrees)
    return floats([g / q, stats.chi2.sf(g / q, degrees), degrees])


def levene(x, y, center):
    result = stats.levene(x, y, center=center)
    # All deviations equal: 0/0 in SciPy.
    return [0.0, 1.0] if np.isnan(result.statistic) else floats([result.statistic, result.pvalue])


def welch(x, y):
    result = stats.ttest_ind(x, y, equal_var=False)
    if np.isnan(result.statistic):
        return [0.0, 1.0, float(len(x) + len(y) - 2)]
    return floats([result.statistic, result.pvalue, result.df])


def mann_whitney(x, y):
    result = stats.mannwhitneyu(y, x, method="asymptotic")
    return floats([result.statistic, 1 if len(np.unique([*x, *y])) == 1 else result.pvalue])


def two_sample_tests():
    cases = []
    for a, b, x, y in samples():
        table = np.array([counts(x), counts(y)])
        on_bins = [np.repeat(POSITIONS, row) for row in table]
        with np.errstate(all="ignore"):
            expected = {
                "chi_squared_unpooled": contingency(table),
                "chi_squared": contingency(pooled(table, 5)),
                "g_unpooled": contingency(table, lambda_="log-likelihood"),
                "g": williams(pooled(table, 5)),
                "cramer_von_mises": cramer_von_mises(x, y),
                "cramer_von_mises_counts": cramer_von_mises(*on_bins),
                "kuiper": kuiper(x, y),
                "kuiper_counts": kuiper(*on_bins),
                "mann_whitney": mann_whitney(x, y),
                "mann_whitney_counts": mann_whitney(*on_bins),
                "levene_mean": levene(x, y, "mean"),
                "levene_median": levene(x, y, "median"),
                "brown_forsythe_counts": levene(*on_bins, "median"),
                "welch": welch(x, y),
            }
        cases.append({"a": a, "b": b, "expected": expected})
    shares = [(1, 2, 1, 3), (0, 5, 3, 95), (7, 20, 12, 20), (50, 200, 300, 1000), (10, 10, 9, 10), (1, 5000, 20, 50000)]
    shares = [[*s, *floats(proportions_ztest([s[0], s[2]], [s[1], s[3]]))] for s in shares]
    return {"edges": floats(EDGES), "positions": floats(POSITIONS), "cases": cases, "shares": shares}


def tails():
    """Upper tails at shares of the mean and beyond, for few and for very many degrees of freedom."""
    degrees = [1, 2, 3, 7, 20, 99, 400, 999, 1790, 1800, 1850, 1999, 2000, 2500, 10_000, 100_000]
    squared = [
        [float(x), d, float(stats.chi2.sf(x, d))]
        for d in degrees
        for x in [0.01 * d, 0.5 * d, *(d + np.array([-2, -0.5, 0, 1e-6, 0.5, 2, 5, 10]) * np.sqrt(2 * d)), 4 * d]
        if x > 0
    ]
    student = [
        [t, d, float(2 * stats.t.sf(t, d))] for d in [0.7, 1, 2, 5.5, 30, 1000, 1e6] for t in [0, 0.1, 1, 1.96, 4, 12, 30]
    ]
    omega = [[x, float(omega_squared_tail(x))] for x in [0.0031, 0.01, 0.05, 0.1, 1 / 6, 0.3, 0.46136, 0.74346, 1.2, 2, 3]]
    return {"chi_squared": squared, "student": student, "omega_squared": omega}


FIXTURES = (distances, two_sample_tests, tails)
