"""NannyML as in nannyml_drift; a column counts where more than half of the ten chunks alert."""
from nannyml_drift import alerts


def drifted(reference, current):
    return [name for name, chunks in alerts(reference, current).items() if chunks.mean() > 0.5]
