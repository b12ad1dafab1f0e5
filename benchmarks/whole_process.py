"""Runs a program from its start to its end and prints what it took, as one line of JSON.

    python3 benchmarks/whole_process.py PROGRAM [ARGUMENT...]

Seconds by the clock, and the most memory that was resident in the program itself (of the processes that it started and waited for, only a larger
one would count). Where the program's last line is JSON, its keys are taken over.
"""

import json
import os
import subprocess
import sys
import time


def main():
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{output}\n{sys.argv[1]} ended with {os.waitstatus_to_exitcode(status)}.")
    result = {"process_seconds": seconds, "peak_bytes": 1024 * usage.ru_maxrss}
    lines = output.splitlines()
    if lines and lines[-1].startswith("{"):
        result = {**json.loads(lines[-1]), **result}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
