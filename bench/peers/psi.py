"""The population stability index of two lists of counts, and its customary threshold."""
import numpy as np

THRESHOLD = 0.2
FLOOR = 1e-4


def psi(before, now):
    p = np.maximum(np.asarray(before, dtype=float) / max(1, sum(before)), FLOOR)
    q = np.maximum(np.asarray(now, dtype=float) / max(1, sum(now)), FLOOR)
    return float(((q - p) * np.log(q / p)).sum())


def between(at_most, total):
    """Counts of the bins from the counts at or below each edge."""
    return np.diff([0, *at_most, total])
