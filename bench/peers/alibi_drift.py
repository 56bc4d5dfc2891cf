"""alibi-detect's TabularDrift: KS and chi-squared, the verdict of each feature (p < .05)."""
import numpy as np
import pandas as pd
from alibi_detect.cd import TabularDrift


def drifted(reference, current):
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    codes = {}
    for at, name in enumerate(before):
        if pd.api.types.is_numeric_dtype(before[name]):
            continue
        names = pd.unique(pd.concat([before[name], now[name]]).dropna())
        before[name] = pd.Categorical(before[name], names).codes
        now[name] = pd.Categorical(now[name], names).codes
        codes[at] = None
    of = lambda frame: frame.to_numpy(dtype=np.float64)
    detector = TabularDrift(of(before), categories_per_feature=codes or None)
    is_drift = detector.predict(of(now), drift_type='feature')['data']['is_drift']
    return [name for name, drift in zip(before, is_drift) if drift]
