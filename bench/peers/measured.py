"""Runs a command and prints {"seconds", "peak", "code"}: its wall time and its peak memory in bytes (Linux)."""
import json
import resource
import subprocess
import sys
import time

start = time.perf_counter()
run = subprocess.run(sys.argv[2:], stdin=open(sys.argv[1]) if sys.argv[1] != '-' else subprocess.DEVNULL,
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps({'seconds': seconds, 'peak': peak, 'code': run.returncode, 'out': run.stdout[-100_000:],
                  'err': run.stderr[-2000:]}))
