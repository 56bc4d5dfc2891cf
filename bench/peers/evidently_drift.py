"""Evidently's DataDriftPreset; up to 1,000 rows tests with p < .05, beyond that distances of .1 and more."""
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset


def drifted(reference, current):
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    numbers = [name for name in before if pd.api.types.is_numeric_dtype(before[name])]
    definition = DataDefinition(
        numerical_columns=numbers, categorical_columns=[name for name in before if name not in numbers]
    )
    of = lambda frame: Dataset.from_pandas(frame, data_definition=definition)
    result = Report([DataDriftPreset()]).run(of(now), of(before)).dict()
    found = []
    count = None
    for metric in result['metrics']:
        config = metric['config']
        if 'ValueDrift' in config['type']:
            # A p-value drifts below its threshold, a distance at or above it.
            is_p = 'p_value' in config['method'] or 'p-value' in config['method']
            value = float(metric['value'])
            if (value < config['threshold']) if is_p else (value >= config['threshold']):
                found.append(config['column'])
        elif 'DriftedColumnsCount' in config['type']:
            count = metric['value']['count']
    if count != len(found):
        raise ValueError(f'Evidently counts {count} drifted columns, we read {len(found)}')
    return found
