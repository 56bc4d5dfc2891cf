"""Runs one tool: python run.py TOOL [SECONDS]. Each line of standard input is [reference, current].

Prints one JSON line a pair: the columns that the tool calls drifted at its defaults, and the seconds it took, files read
included, imports not. After SECONDS no further pair is begun.
"""
import importlib
import json
import os
import sys
import time
import warnings

warnings.filterwarnings('ignore')
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

if __name__ == '__main__':
    # What a tool prints to standard output would break the protocol.
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    drifted = importlib.import_module(sys.argv[1]).drifted
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else float('inf')
    begin = time.perf_counter()
    for line in sys.stdin:
        reference, current = json.loads(line)
        start = time.perf_counter()
        if start - begin > limit:
            break
        try:
            answer = {'columns': sorted(drifted(reference, current))}
        except Exception as error:  # The bench counts what a tool cannot read.
            answer = {'columns': [], 'error': f'{type(error).__name__}: {error}'[:300]}
        answers.write(json.dumps({**answer, 'seconds': time.perf_counter() - start}) + '\n')
        answers.flush()
