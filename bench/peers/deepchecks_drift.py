"""deepchecks' FeatureDrift with its condition: KS statistic or Cramer's V above .2; at most 100,000 rows are looked at."""
import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.checks import FeatureDrift

LARGEST = 0.2


def drifted(reference, current):
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    categories = [name for name in before if not pd.api.types.is_numeric_dtype(before[name])]
    of = lambda frame: Dataset(frame, cat_features=categories)
    scores = FeatureDrift().run(of(before), of(now)).value
    return [name for name, score in scores.items() if score['Drift score'] and score['Drift score'] > LARGEST]
