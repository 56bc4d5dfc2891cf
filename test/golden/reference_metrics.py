"""Values by scikit-learn, intervals by SciPy's distributions and by plain NumPy written from the definitions: pair by
pair where the product works by ranks, complex-step derivatives where it has them in closed form, the estimate computed
again where it subtracts sums."""

import numpy as np
from scipy import stats
from scipy.special import expit, logit
from sklearn import metrics as sk

LEVEL = 0.95
BLOCKS = 20
NEAREST_TO_CERTAIN = 2.0**-23
Z = stats.norm.ppf(0.5 + LEVEL / 2)


def entry(value, low, high, rows):
    return {"value": float(value), "low": float(low), "high": float(high), "rows": int(rows)}


def wilson(successes, n, level=LEVEL):
    interval = stats.binomtest(int(successes), int(n)).proportion_ci(level, method="wilson")
    return float(interval.low), float(interval.high)


def by_wilson(value, successes, n, transform=lambda x: x):
    low, high = wilson(successes, n)
    return entry(value, transform(low), transform(high), n)


def by_mover(value, pairs, rows):
    """Zou & Donner 2008; a class without rows counts as the share 0, known exactly."""
    below = above = 0.0
    for successes, n in pairs:
        if n == 0:
            continue
        low, high = wilson(successes, n)
        below += (successes / n - low) ** 2
        above += (high - successes / n) ** 2
    return entry(value, value - np.sqrt(below) / len(pairs), value + np.sqrt(above) / len(pairs), rows)


def by_normal(losses, lowest, highest, transform=lambda x: x):
    mean = losses.mean()
    low, high = stats.norm.interval(LEVEL, mean, stats.sem(losses))
    return entry(transform(mean), transform(max(lowest, low)), transform(min(highest, high)), len(losses))


def by_jackknife(estimate, rows, lowest, highest):
    """`estimate` of an array of row numbers; blocks of consecutive rows, block of row i = floor(20 i / n)."""
    block = np.arange(rows) * BLOCKS // rows
    everything = estimate(np.arange(rows))
    rest = np.array([estimate(np.flatnonzero(block != k)) for k in range(BLOCKS)])
    error = np.sqrt((BLOCKS - 1) / BLOCKS * np.sum((rest - rest.mean()) ** 2))
    half = stats.t.ppf(0.5 + LEVEL / 2, BLOCKS - 1) * error
    return entry(everything, max(lowest, everything - half), min(highest, everything + half), rows)


def order(positives, negatives):
    """1 where the positive scores higher, .5 on a tie: every pair."""
    difference = positives[:, None].astype(float) - negatives[None, :]
    return (difference > 0) + 0.5 * (difference == 0)


def delong(labels, *scores):
    """AUCs and their covariance matrix (DeLong et al. 1988), pair by pair."""
    pairs = [order(s[labels == 1], s[labels == 0]) for s in scores]
    by_positive = np.atleast_2d(np.cov([p.mean(axis=1) for p in pairs]))
    by_negative = np.atleast_2d(np.cov([p.mean(axis=0) for p in pairs]))
    covariance = by_positive / np.sum(labels == 1) + by_negative / np.sum(labels == 0)
    return [p.mean() for p in pairs], covariance


def by_logit(area, parts, rows):
    """DeLong's variance by class, as (variance, rows): Student's t with Welch's degrees on the logit scale."""
    variances, sizes = np.array(parts, dtype=float).T
    degrees = variances.sum() ** 2 / np.sum(variances**2 / (sizes - 1))
    half = stats.t.ppf(0.5 + LEVEL / 2, degrees) * np.sqrt(variances.sum()) / (area * (1 - area))
    low, high = expit(logit(area) - half), expit(logit(area) + half)
    return entry(area, low, high, rows)


def by_delong(labels, scores):
    pairs = order(scores[labels == 1], scores[labels == 0])
    assert abs(pairs.mean() - sk.roc_auc_score(labels, scores)) < 1e-12
    placed = [pairs.mean(axis=1), pairs.mean(axis=0)]
    return by_logit(pairs.mean(), [(np.var(x, ddof=1) / len(x), len(x)) for x in placed], len(labels))


def macro_delong(labels, scores, classes):
    """One against the rest; the covariance of two classes' areas pairs the contributions of each row to both."""
    rows = len(labels)
    contributions = np.zeros((classes, rows))
    areas = []
    for k in range(classes):
        own = labels == k
        pairs = order(scores[own, k], scores[~own, k])
        areas.append(pairs.mean())
        contributions[k, own] = (pairs.mean(axis=1) - areas[k]) / np.sqrt(own.sum() * (own.sum() - 1.0))
        contributions[k, ~own] = (pairs.mean(axis=0) - areas[k]) / np.sqrt((~own).sum() * ((~own).sum() - 1.0))
    parts = []
    for k in range(classes):
        own = contributions[:, labels == k]
        parts.append(((own @ own.T).sum() / classes**2, own.shape[1]))
    return by_logit(np.mean(areas), parts, rows)


def by_macro_f1(value, matrix):
    """Multinomial delta method, the gradient by complex steps."""
    rows = matrix.sum()
    shares = matrix / rows
    judged = matrix.sum(axis=0) + matrix.sum(axis=1) > 0

    def macro(cells):
        diagonal, totals = np.diag(cells)[judged], (cells.sum(axis=0) + cells.sum(axis=1))[judged]
        return np.mean(2 * diagonal / totals)

    gradient = np.zeros(matrix.shape)
    for cell in np.ndindex(*matrix.shape):
        stepped = shares.astype(complex)
        stepped[cell] += 1e-30j
        gradient[cell] = macro(stepped).imag / 1e-30
    variance = (np.sum(shares * gradient**2) - np.sum(shares * gradient) ** 2) / rows
    half = Z * np.sqrt(variance)
    return entry(value, max(0, value - half), min(1, value + half), rows)


def calibration(claimed, came_true):
    def error(rows):
        bins = np.minimum(9, np.floor(claimed[rows] * 10)).astype(int)
        total = 0.0
        for k in np.unique(bins):
            here = rows[bins == k]
            total += len(here) / len(rows) * abs(claimed[here].mean() - came_true[here].mean())
        return total

    return by_jackknife(error, len(claimed), 0, 1)


def binary(labels, scores):
    y, p = labels.astype(int), scores.astype(float)
    rows, predicted = len(y), (scores > np.float32(0.5)).astype(int)
    (tn, fp), (fn, tp) = sk.confusion_matrix(y, predicted, labels=[0, 1])
    certain = np.clip(p, NEAREST_TO_CERTAIN, 1 - NEAREST_TO_CERTAIN)
    log_losses = -np.where(y == 1, np.log(certain), np.log(1 - certain))
    assert abs(log_losses.mean() - sk.log_loss(y, certain)) < 1e-12
    assert abs(((p - y) ** 2).mean() - sk.brier_score_loss(y, p)) < 1e-12
    return {
        "accuracy": by_wilson(sk.accuracy_score(y, predicted), tn + tp, rows),
        "balanced-accuracy": by_mover(sk.balanced_accuracy_score(y, predicted), [(tn, tn + fp), (tp, tp + fn)], rows),
        "precision": by_wilson(sk.precision_score(y, predicted), tp, tp + fp),
        "recall": by_wilson(sk.recall_score(y, predicted), tp, tp + fn),
        "f1": by_wilson(sk.f1_score(y, predicted), tp, tp + fp + fn, lambda q: 2 * q / (1 + q)),
        "auc": by_delong(y, scores),
        "log-loss": by_normal(log_losses, 0, np.inf),
        "brier": by_normal((p - y) ** 2, 0, 1),
        "calibration-error": calibration(p, y),
    }


def multiclass(labels, scores):
    y, p = labels.astype(int), scores.astype(float)
    (rows, classes), predicted = p.shape, p.argmax(axis=1)
    matrix = sk.confusion_matrix(y, predicted, labels=range(classes))
    seen = [k for k in range(classes) if matrix[k].sum() + matrix[:, k].sum() > 0]
    certain = np.clip(p[np.arange(rows), y], NEAREST_TO_CERTAIN, 1 - NEAREST_TO_CERTAIN)
    squares = np.sum((p - np.eye(classes)[y]) ** 2, axis=1)
    # scikit-learn wants rows that sum to 1 in 64 bits: the definition is proved on such rows.
    whole = p / p.sum(axis=1, keepdims=True)
    whole_squares = np.sum((whole - np.eye(classes)[y]) ** 2, axis=1)
    assert abs(whole_squares.mean() - sk.brier_score_loss(y, whole, labels=range(classes), scale_by_half=False)) < 1e-12
    of_label = whole[np.arange(rows), y]
    if of_label.min() > NEAREST_TO_CERTAIN:
        assert abs(-np.log(of_label).mean() - sk.log_loss(y, whole, labels=range(classes))) < 1e-12
    macro = {"average": "macro", "zero_division": 0, "labels": seen}
    right = np.trace(matrix)
    out = {
        "accuracy": by_wilson(sk.accuracy_score(y, predicted), right, rows),
        "balanced-accuracy": by_mover(
            np.mean([matrix[k, k] / matrix[k].sum() for k in seen if matrix[k].sum() > 0]),
            [(matrix[k, k], matrix[k].sum()) for k in seen if matrix[k].sum() > 0],
            rows,
        ),
        "precision": by_mover(
            sk.precision_score(y, predicted, **macro), [(matrix[k, k], matrix[:, k].sum()) for k in seen], rows
        ),
        "recall": by_mover(sk.recall_score(y, predicted, **macro), [(matrix[k, k], matrix[k].sum()) for k in seen], rows),
        "f1": by_macro_f1(sk.f1_score(y, predicted, **macro), matrix),
        "log-loss": by_normal(-np.log(certain), 0, np.inf),
        "brier": by_normal(squares, 0, 2),
        "calibration-error": calibration(p.max(axis=1), (predicted == y).astype(int)),
    }
    # An area needs rows of its class; scikit-learn gives none for a class that no label has.
    if len(np.unique(y)) == classes:
        out["auc"] = macro_delong(y, scores, classes)
        # scikit-learn wants rows that sum to 1; dividing would reorder near ties of 32-bit scores, so class by class.
        one_by_one = np.mean([sk.roc_auc_score(y == k, scores[:, k]) for k in range(classes)])
        assert abs(out["auc"]["value"] - one_by_one) < 1e-12
    return out


def regression(labels, scores):
    y, p = labels, scores.astype(float)
    counted = y != 0
    shares = np.abs(p - y)[counted] / np.abs(y[counted])
    assert abs(shares.mean() - sk.mean_absolute_percentage_error(y[counted], p[counted])) < 1e-9
    assert abs(np.abs(p - y).mean() - sk.mean_absolute_error(y, p)) < 1e-9
    assert abs(np.sqrt(((p - y) ** 2).mean()) - sk.root_mean_squared_error(y, p)) < 1e-9
    return {
        "mae": by_normal(np.abs(p - y), 0, np.inf),
        "rmse": by_normal((p - y) ** 2, 0, np.inf, np.sqrt),
        "r2": by_jackknife(lambda rows: sk.r2_score(y[rows], p[rows]), len(y), -np.inf, 1),
        "mape": by_normal(shares, 0, np.inf),
    }


MEASURE = {"binary": binary, "multiclass": multiclass, "regression": regression}


def measure(kind, labels, scores):
    has_label = ~np.isnan(labels)
    return MEASURE[kind](labels[has_label], scores[has_label])
