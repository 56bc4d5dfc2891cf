"""whylogs profiles and its drift scores (KS for numbers, chi-squared for categories); the category DRIFT (p < .05) counts."""
import pandas as pd
import whylogs
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores


def drifted(reference, current):
    view = lambda path: whylogs.log(pd.read_parquet(path)).view()
    scores = calculate_drift_scores(
        target_view=view(current), reference_view=view(reference), with_thresholds=True
    )
    return [name for name, score in scores.items() if score is not None and score['drift_category'] == 'DRIFT']
