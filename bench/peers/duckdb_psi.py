"""A PSI pass in DuckDB's SQL: every column's deciles in one query, then one query of counts a file. Nothing else is looked at."""
import duckdb
from psi import THRESHOLD, between, psi

DECILES = [k / 10 for k in range(1, 10)]


def drifted(reference, current):
    db = duckdb.connect()
    files = [reference, current]
    kinds = db.execute(f"DESCRIBE SELECT * FROM '{reference}'").fetchall()
    texts = [name for name, kind, *_ in kinds if kind == 'VARCHAR']
    numbers = [name for name, *_ in kinds if name not in texts]
    edges = []
    if numbers:
        deciles = ', '.join(f'quantile_disc("{name}", {DECILES})' for name in numbers)
        edges = db.execute(f"SELECT {deciles} FROM '{reference}'").fetchone()
    counts = [
        f'sum(("{name}" <= {edge!r})::INT)' for name, cuts in zip(numbers, edges) for edge in cuts
    ]
    counts += [f'count("{name}")' for name in numbers] + [f'histogram("{name}")' for name in texts]
    before, now = [db.execute(f"SELECT {', '.join(counts)} FROM '{file}'").fetchone() for file in files]
    scores = {}
    width = len(DECILES)
    for at, name in enumerate(numbers):
        of = lambda row: between(row[at * width : (at + 1) * width], row[len(numbers) * width + at])
        scores[name] = psi(of(before), of(now))
    for at, name in enumerate(texts):
        p, q = (row[len(numbers) * (width + 1) + at] or {} for row in (before, now))
        names = p.keys() | q.keys()
        scores[name] = psi([p.get(one, 0) for one in names], [q.get(one, 0) for one in names])
    return [name for name, score in scores.items() if score >= THRESHOLD]
