"""NannyML's UnivariateDriftCalculator: Jensen-Shannon in ten chunks a file; a column counts where any chunk alerts."""
import nannyml
import pandas as pd


def alerts(reference, current):
    """Of each column, whether each chunk of the current file alerts."""
    before, now = pd.read_parquet(reference), pd.read_parquet(current)
    names = list(before.columns)
    calculator = nannyml.UnivariateDriftCalculator(column_names=names)
    result = calculator.fit(before).calculate(now).filter(period='analysis').to_df()
    return {name: result[name].xs('alert', axis=1, level=-1).to_numpy().any(axis=1) for name in names}


def drifted(reference, current):
    return [name for name, chunks in alerts(reference, current).items() if chunks.any()]
