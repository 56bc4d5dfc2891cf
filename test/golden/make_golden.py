"""Golden values of the statistics, by NumPy, SciPy, scikit-learn, statsmodels and river.

    python make_golden.py            writes the fixtures beside this file
    python make_golden.py --check    makes them again in memory; exit 1 if a number differs by more than 1e-9

A fixture names its inputs by seed and parameters (streams.py and streams.ts make them) and the versions it was made with.
"""

import importlib
import json
import platform
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402
import river  # noqa: E402
import scipy  # noqa: E402
import sklearn  # noqa: E402
import statsmodels  # noqa: E402
from scipy import stats  # noqa: E402

import reference_metrics as reference  # noqa: E402
import streams  # noqa: E402

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9


def kolmogorov():
    """The one-sample distribution on a grid that enters every branch of Simard & L'Ecuyer's method.

    Above a million rows SciPy turns to an expansion that is off by 3e-8; the grid stops there.
    """
    sizes = [1, 2, 3, 5, 10, 25, 50, 140, 141, 200, 500, 1000, 10_000, 100_000, 100_001, 200_000]
    deviates = [0.1, 0.19, 0.21, 0.3, 0.45, 0.6, 0.8, 1, 1.2, 1.36, 1.48, 1.49, 1.63, 1.95, 1.99, 2.01, 2.5, 3.5, 6]
    cases = []
    for n in sizes:
        for z in deviates:
            d = z / np.sqrt(n)
            if d <= 1.1:
                cases.append([n, float(d), float(stats.kstwo.sf(d, n))])
    return {"columns": ["n", "d", "tail"], "cases": cases}


def two_samples():
    """Sizes, shift and ties of pairs of samples, with raw and binned KS, quantile edges and PSI."""
    cases = []
    shapes = [(1, 2), (2, 3), (5, 5), (7, 3), (5, 95), (50, 50), (30, 400), (400, 400), (1500, 900)]
    for index, (rows_a, rows_b) in enumerate(shapes):
        for shift, spread, step in [(0, 1, 0), (0, 1, 0.5), (0.4, 1, 0), (0.2, 1.5, 0.25), (3, 1, 0)]:
            a = {"seed": 100 + index, "rows": rows_a, "mean": 0, "sd": 1, "step": step}
            b = {"seed": 200 + index, "rows": rows_b, "mean": shift, "sd": spread, "step": step}
            cases.append({"a": a, "b": b, "expected": compare(streams.numbers(**a), streams.numbers(**b))})
    return {"bins": 10, "smoothing": 0.5, "cases": cases}


def compare(a, b):
    raw = stats.ks_2samp(a, b, method="asymp")
    edges = np.quantile(a, np.arange(1, 10) / 10, method="linear")
    of_a, of_b = (np.bincount(np.searchsorted(edges, x, side="right"), minlength=10) for x in (a, b))
    distance = np.abs(np.cumsum(of_a) / len(a) - np.cumsum(of_b) / len(b)).max()
    effective = max(1, np.round(len(a) * len(b) / (len(a) + len(b))))
    p, q = (of_a + 0.5) / (len(a) + 5), (of_b + 0.5) / (len(b) + 5)
    return {
        "ks": [float(raw.statistic), float(raw.pvalue)],
        "edges": [float(x) for x in edges],
        "counts": [of_a.tolist(), of_b.tolist()],
        "ks_counts": [float(distance), float(stats.kstwo.sf(distance, effective))],
        "psi": float(stats.entropy(p, q) + stats.entropy(q, p)),
    }


def intervals():
    levels = [0.5, 0.8, 0.95, 0.999]
    counted = [(0, 1), (1, 1), (0, 20), (1, 20), (7, 10), (20, 20), (50, 1000), (999_999, 1_000_000)]
    wilson = [[k, n, level, *reference.wilson(k, n, level)] for k, n in counted for level in levels]
    blocks = []
    for seed, rows, mean, sd in [(1, 2, 0, 1), (2, 3, 5, 0.1), (3, 12, -1, 2), (4, 40, 1e9, 1), (5, 200, 0, 1e-6)]:
        case = {"seed": seed, "rows": rows, "mean": mean, "sd": sd, "step": 0}
        x = streams.numbers(**case)
        for level in levels:
            two = stats.ttest_1samp(x, 0).confidence_interval(level)
            lower = stats.ttest_1samp(x, 0, alternative="greater").confidence_interval(level).low
            upper = stats.ttest_1samp(x, 0, alternative="less").confidence_interval(level).high
            normal = stats.norm.interval(level, x.mean(), stats.sem(x))
            expected = {"student": [two.low, two.high], "lower": lower, "upper": upper, "normal": normal}
            expected = {k: float(v) if np.ndim(v) == 0 else [float(x) for x in v] for k, v in expected.items()}
            blocks.append({"values": case, "level": level, "expected": expected})
    return {"wilson": wilson, "means": blocks}


def delong():
    """Two scorings of the same rows: labels and the first from one stream, the second from another."""
    cases = []
    shapes = [(12, 0.5, 0), (20, 0.5, 0), (40, 0.2, 0.25), (200, 0.5, 0.1), (300, 0.05, 0), (700, 0.3, 0)]
    for index, (rows, share, step) in enumerate(shapes):
        a = {"seed": 300 + index, "rows": rows, "share": share, "skill": 0.15, "step": step, "missing": 0}
        noise = {"seed": 400 + index, "rows": rows, "mean": 0, "sd": 0.1, "step": 0}
        labels, scores = streams.binary(**a)
        areas, covariance = reference.delong(labels, scores, scores.astype(float) + streams.numbers(**noise))
        expected = {
            "aucs": [float(x) for x in areas],
            "covariance": [float(covariance[0, 0]), float(covariance[1, 1]), float(covariance[0, 1])],
        }
        cases.append({"a": {"kind": "binary", **a}, "noise": noise, "expected": expected})
    return {"cases": cases}


def metrics():
    cases = []

    def add(kind, **case):
        labels, scores = getattr(streams, kind)(**case)
        cases.append({"input": {"kind": kind, **case}, "expected": reference.measure(kind, labels, scores)})

    for seed, rows, share, step, missing in [
        (1, 24, 0.5, 0, 0),
        (2, 200, 0.3, 0, 0),
        (3, 400, 0.5, 0.1, 0),
        (4, 1000, 0.05, 0, 7),
    ]:
        add("binary", seed=seed, rows=rows, share=share, skill=0.25, step=step, missing=missing)
    for seed, rows, classes, labelled, likely, missing in [
        (5, 40, 3, 3, 3, 0),
        (6, 300, 4, 4, 4, 5),
        (7, 200, 4, 3, 4, 0),
        (8, 250, 5, 5, 4, 0),
        (9, 150, 6, 3, 4, 0),
    ]:
        add("multiclass", seed=seed, rows=rows, classes=classes, labelled=labelled, likely=likely, skill=0.4, missing=missing)
    for seed, rows, mean, sd, noise, zeros, missing in [
        (10, 21, 10, 3, 1, 0, 0),
        (11, 500, 2, 1, 2, 11, 6),
        (12, 200, 1e6, 10, 3, 0, 0),
    ]:
        add("regression", seed=seed, rows=rows, mean=mean, sd=sd, noise=noise, zeros=zeros, missing=missing)
    return {"level": reference.LEVEL, "cases": cases}


FIXTURES = {f.__name__: f for f in (kolmogorov, two_samples, intervals, delong, metrics)}
# Every fixtures_*.py beside this file has a tuple FIXTURES of functions: one fixture each, named after the function.
for module in sorted(HERE.glob("fixtures_*.py")):
    FIXTURES |= {f.__name__: f for f in importlib.import_module(module.stem).FIXTURES}


def differences(old, new, where):
    """Where two documents differ: in shape, in text, or in a number by more than the tolerance (relative above 1)."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [d for key in old for d in differences(old[key], new[key], f"{where}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [d for i, (a, b) in enumerate(zip(old, new)) for d in differences(a, b, f"{where}[{i}]")]
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        if abs(old - new) <= TOLERANCE * max(1, abs(old)):
            return []
    elif old == new:
        return []
    return [f"{where}: the fixture says {str(old)[:80]}, the reference {str(new)[:80]}"]


def main():
    is_check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not is_check:
        sys.exit(__doc__)
    found = []
    for name, make in FIXTURES.items():
        path = HERE / f"{name.replace('_', '-')}.json"
        # Through JSON, so that what is compared is what is stored.
        made = json.loads(json.dumps(make(), allow_nan=False))
        if is_check:
            stored = json.loads(path.read_text()) if path.exists() else {}
            stored.pop("made_with", None)
            found += differences(stored, made, path.name)
            continue
        versions = {"python": platform.python_version(), "numpy": np.__version__}
        versions |= {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
        versions |= {"statsmodels": statsmodels.__version__, "river": river.__version__}
        path.write_text(json.dumps({"made_with": versions, **made}, separators=(",", ":")) + "\n")
    for line in found[:20]:
        print(line)
    if is_check:
        print(f"{len(FIXTURES)} fixtures, {len(found)} differences beyond {TOLERANCE}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
