"""SciPy as scripts use it: KS for numbers, chi-squared for categories, nulls dropped, p < .05."""
import pandas as pd
from scipy.stats import chi2_contingency, ks_2samp

LEVEL = 0.05


def p_value(before, now):
    if pd.api.types.is_numeric_dtype(before):
        return ks_2samp(before.dropna(), now.dropna()).pvalue
    counts = pd.concat([before.value_counts(), now.value_counts()], axis=1).fillna(0)
    return chi2_contingency(counts.T).pvalue


def drifted(reference, current):
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    return [name for name in before if p_value(before[name], now[name]) < LEVEL]
