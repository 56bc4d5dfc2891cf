"""SciPy with care: the same tests and a test of the null rates, .05 divided among all of them (Bonferroni)."""
import pandas as pd
from scipy.stats import fisher_exact
from scipy_plain import LEVEL, p_value


def null_p_value(before, now):
    gone = [int(before.isna().sum()), int(now.isna().sum())]
    if sum(gone) == 0:
        return 1.0
    return fisher_exact([gone, [len(before) - gone[0], len(now) - gone[1]]]).pvalue


def drifted(reference, current):
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    level = LEVEL / (2 * len(before.columns))
    return [
        name
        for name in before
        if p_value(before[name], now[name]) < level or null_p_value(before[name], now[name]) < level
    ]
