"""What the gates `fairness` and `calibration` observe, with their intervals: confusion by scikit-learn, Newcombe's
interval and logistic regression by statsmodels, ratios by a root that SciPy finds, the jackknife by plain NumPy."""

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from sklearn import metrics as sk
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import streams

CONFIDENCE = 0.95
BLOCKS = 20


def groups_of(rows, count):
    """Group of row i: floor of a uniform stream times the number of groups."""
    stream = streams.Stream(rows * 31 + count)
    return np.array([int(np.floor(stream.uniform() * count)) for _ in range(rows)])


def chosen(labels, predicted, among):
    """(chosen, rows) by scikit-learn's confusion matrix, rows = actual."""
    tn, fp, fn, tp = sk.confusion_matrix(labels, predicted, labels=[0, 1]).ravel()
    counts = {"all": (tp + fp, tp + fp + tn + fn), "positives": (tp, tp + fn), "negatives": (fp, fp + tn)}
    return tuple(int(x) for x in counts[among])


def difference(a, b, level):
    value = a[0] / a[1] - b[0] / b[1]
    low, high = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff", alpha=1 - level)
    return value, low, high


def ratio(a, b, level):
    """The ratios rho for which the interval of a - rho * b, from Wilson's limits of both, holds 0."""
    shares = [k / n for k, n in (a, b)]
    (la, ua), (lb, ub) = [proportion_confint(k, n, 1 - level, method="wilson") for k, n in (a, b)]
    pa, pb = shares

    def lower(rho):
        return pa - rho * pb - np.hypot(pa - la, rho * (ub - pb))

    def upper(rho):
        return pa - rho * pb + np.hypot(ua - pa, rho * (pb - lb))

    return pa / pb, optimize.brentq(lower, 0, 1e3, xtol=1e-14), optimize.brentq(upper, 0, 1e3, xtol=1e-14)


AMONG = {
    "demographic-parity": ["all"],
    "four-fifths": ["all"],
    "equal-opportunity": ["positives"],
    "equalised-odds": ["positives", "negatives"],
}


def disparity(measure, labels, predicted, groups):
    is_ratio = measure == "four-fifths"
    compare = ratio if is_ratio else difference
    names = sorted(set(groups))
    shares = [[chosen(labels[groups == g], predicted[groups == g], among) for g in names] for among in AMONG[measure]]
    pairs = [(of[i], of[j]) for of in shares for i in range(len(names)) for j in range(len(names)) if i != j]
    one, all_of_them = 2 * CONFIDENCE - 1, 1 - 2 * (1 - CONFIDENCE) / len(pairs)
    alone = [compare(a, b, one) for a, b in pairs]
    joint = [compare(a, b, all_of_them) for a, b in pairs]
    # Over both orders of each pair the largest difference is never below 0, the smallest ratio never above 1.
    if is_ratio:
        return [min(x[0] for x in alone), min(x[1] for x in alone), min(1, *(x[2] for x in joint))]
    return [max(x[0] for x in alone), max(0, *(x[1] for x in joint)), max(x[2] for x in alone)]


def gate_fairness():
    cases = []
    for seed, rows, count, share in [(501, 400, 2, 0.5), (502, 900, 3, 0.3), (503, 2000, 4, 0.6)]:
        case = {"seed": seed, "rows": rows, "share": share, "skill": 0.25, "step": 0, "missing": 0}
        labels, scores = streams.binary(**case)
        predicted = (scores > 0.5).astype(int)
        groups = groups_of(rows, count)
        expected = {m: [float(x) for x in disparity(m, labels.astype(int), predicted, groups)] for m in AMONG}
        cases.append({"input": {"kind": "binary", **case}, "groups": count, "expected": expected})
    return {"confidence": CONFIDENCE, "cases": cases}


def ece(scores, labels):
    """The definition, bin by bin."""
    p = scores.astype(float)
    bins = np.minimum(9, np.floor(p * 10)).astype(int)
    return sum(abs(p[bins == b].mean() - labels[bins == b].mean()) * np.mean(bins == b) for b in set(bins))


def slope(scores, labels):
    p = np.clip(scores.astype(float), 2.0**-23, 1 - 2.0**-23)
    fitted = sm.Logit(labels, sm.add_constant(np.log(p / (1 - p)))).fit(method="newton", maxiter=100, tol=1e-14, disp=0)
    return fitted.params[1] - 1


def line(scores, labels):
    return np.polynomial.polynomial.polyfit(scores.astype(float), labels, 1)[1] - 1


def in_the_large(scores, labels):
    return float(np.mean(scores.astype(float) - labels))


def jackknife(estimate, scores, labels):
    rows = len(labels)
    block = np.arange(rows) * BLOCKS // rows
    everything = estimate(scores, labels)
    rest = np.array([estimate(scores[block != k], labels[block != k]) for k in range(BLOCKS)])
    error = np.sqrt((BLOCKS - 1) / BLOCKS * np.sum((rest - rest.mean()) ** 2))
    half = stats.t.ppf(CONFIDENCE, BLOCKS - 1) * error
    return everything, everything - half, everything + half


def size(value, low, high):
    ends = sorted([abs(low), abs(high)])
    return [float(abs(value)), float(0 if low <= 0 <= high else ends[0]), float(ends[1])]


def gate_calibration():
    cases = []
    for seed, rows, share, skill in [(511, 400, 0.5, 0.25), (512, 1500, 0.3, 0.1), (513, 800, 0.7, 0.3)]:
        case = {"seed": seed, "rows": rows, "share": share, "skill": skill, "step": 0, "missing": 0}
        labels, scores = streams.binary(**case)
        measures = {"ece": ece, "slope": slope, "in-the-large": in_the_large}
        expected = {name: size(*jackknife(f, scores, labels)) for name, f in measures.items()}
        cases.append({"input": {"kind": "binary", **case}, "expected": expected})
    for seed, rows, mean, sd, noise in [(514, 400, 10, 3, 1), (515, 900, 2, 1, 2)]:
        case = {"seed": seed, "rows": rows, "mean": mean, "sd": sd, "noise": noise, "zeros": 0, "missing": 0}
        labels, scores = streams.regression(**case)
        expected = {n: size(*jackknife(f, scores, labels)) for n, f in {"slope": line, "in-the-large": in_the_large}.items()}
        cases.append({"input": {"kind": "regression", **case}, "expected": expected})
    return {"confidence": CONFIDENCE, "cases": cases}


FIXTURES = (gate_fairness, gate_calibration)
