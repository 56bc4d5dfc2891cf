"""A Parquet file to time: python make_speed.py FILE ROWS NUMERIC CATEGORIES SEED [drift]. Written in pieces of 250,000 rows.

Numbers are normal, every third log-normal; categories have 5 to 80 levels with frequencies 1/k. With `drift` every fifth
number lies .1 standard deviations higher.
"""
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PIECE = 250_000
SD_LOG_NORMAL = 2.1612


def piece(rows, numeric, categories, rng, is_drifted):
    columns = {}
    for i in range(numeric):
        values = rng.normal(size=rows)
        is_log = i % 3 == 1
        if is_log:
            values = np.exp(values)
        if is_drifted and i % 5 == 0:
            values += 0.1 * (SD_LOG_NORMAL if is_log else 1)
        columns[f'n{i}'] = values
    for i, k in enumerate(np.linspace(5, 80, categories).astype(int) if categories else []):
        share = 1 / np.arange(1, k + 1)
        codes = rng.choice(k, rows, p=share / share.sum()).astype(np.int32)
        columns[f'c{i}'] = pa.DictionaryArray.from_arrays(codes, [f'v{j}' for j in range(k)]).cast(pa.string())
    return pa.table(columns)


if __name__ == '__main__':
    path, rows, numeric, categories, seed = sys.argv[1], *map(int, sys.argv[2:6])
    rng = np.random.default_rng(seed)
    writer = None
    for start in range(0, rows, PIECE):
        table = piece(min(PIECE, rows - start), numeric, categories, rng, 'drift' in sys.argv)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=PIECE)
    writer.close()
