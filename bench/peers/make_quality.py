"""Two files of 55 columns with known drift: python make_quality.py DIR ROWS SEED [planted|clean].

14 normal, 13 log-normal and 13 whole-number columns, 15 of categories (5 to 80 levels, frequencies 1/k). The current file
is drawn anew from the same world; in a planted one 11 columns (20 %) are changed, and DIR/planted.json says which and how.
"""
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NORMAL, LOG_NORMAL, WHOLE, CATEGORIES = 14, 13, 13, 15
SHIFTS = (0.05, 0.1, 0.25, 0.5, 1.0)


class World:
    """What the columns are like; the same for both files of a seed."""

    def __init__(self, seed):
        rng = np.random.default_rng([seed, 0])
        self.normal = [(rng.uniform(-20, 100), rng.uniform(0.5, 20)) for _ in range(NORMAL)]
        self.log_normal = [(rng.uniform(0, 5), rng.uniform(0.4, 1.2)) for _ in range(LOG_NORMAL)]
        self.whole = [rng.uniform(3, 60) for _ in range(WHOLE)]
        self.levels = [int(k) for k in np.linspace(5, 80, CATEGORIES)]

    def draw(self, rows, rng):
        columns = {}
        for i, (mean, sd) in enumerate(self.normal):
            columns[f'normal{i}'] = rng.normal(mean, sd, rows)
        for i, (mean, sd) in enumerate(self.log_normal):
            columns[f'lognormal{i}'] = rng.lognormal(mean, sd, rows)
        for i, rate in enumerate(self.whole):
            columns[f'whole{i}'] = rng.poisson(rate, rows)
        for i, k in enumerate(self.levels):
            share = 1 / np.arange(1, k + 1)
            names = np.array([f'v{j}' for j in range(k)], dtype=object)
            columns[f'category{i}'] = names[rng.choice(k, rows, p=share / share.sum())]
        return columns


def plant(columns, seed, rng):
    """Changes 11 columns in place; returns {column: what was done}."""
    rows = len(columns['normal0'])
    free = {kind: [n for n in columns if n.startswith(kind)] for kind in ('normal', 'lognormal', 'whole', 'category')}
    for names in free.values():
        rng.shuffle(names)
    done = {}
    kinds = ('normal', 'lognormal', 'whole')

    def pick(kind, what):
        name = free[kind].pop()
        done[name] = what
        return name

    for i, size in enumerate(SHIFTS):
        kind = kinds[(i + seed) % 3]
        name = pick(kind, f'mean +{size:g} sd')
        by = size * columns[name].std()
        if kind == 'whole':  # Whole numbers stay whole: each row gets the floor or the ceiling of the shift.
            columns[name] = columns[name] + np.floor(by + rng.random(rows)).astype(np.int64)
        else:
            columns[name] = columns[name] + by
    name = pick('normal', 'sd x1.25')
    columns[name] = columns[name].mean() + 1.25 * (columns[name] - columns[name].mean())

    name = pick('category', '5 points of frequency moved')
    values = columns[name].copy()
    values[rng.choice(np.flatnonzero(values == 'v0'), round(0.05 * rows), replace=False)] = 'v2'
    columns[name] = values
    name = pick('category', 'new category, 2 %')
    values = columns[name].copy()
    values[rng.choice(rows, round(0.02 * rows), replace=False)] = 'never seen'
    columns[name] = values

    for share, i in ((0.05, 0), (0.01, 1)):
        name = pick(('normal', 'category', 'lognormal', 'whole')[(seed + i) % 4], f'nulls {share:.0%}')
        columns[name] = with_nulls(columns[name], rng.choice(rows, round(share * rows), replace=False))
    has_null = seed % 4 == 0
    name = pick(kinds[seed % 3], 'unit x1000, one null' if has_null else 'unit x1000')
    columns[name] = columns[name] * 1000
    if has_null:
        columns[name] = with_nulls(columns[name], [0])
    return done


def with_nulls(values, at):
    missing = np.zeros(len(values), dtype=bool)
    missing[at] = True
    return pa.array(values, mask=missing)


def make(folder, rows, seed, is_planted):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    world = World(seed)
    reference = world.draw(rows, np.random.default_rng([seed, 1]))
    current = world.draw(rows, np.random.default_rng([seed, 2]))
    planted = plant(current, seed, np.random.default_rng([seed, 3])) if is_planted else {}
    pq.write_table(pa.table(reference), folder / 'reference.parquet')
    pq.write_table(pa.table(current), folder / 'current.parquet')
    (folder / 'planted.json').write_text(json.dumps(planted))


if __name__ == '__main__':
    # Many at once: each line of standard input is [folder, rows, seed, is_planted].
    for line in sys.stdin:
        make(*json.loads(line))
