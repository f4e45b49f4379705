"""Whole commands: `autoexp python -c …` beside a native Python, in turns.

    python3 benches/versus_native.py target/release/autoexp path/to/python [RUNS]

The native Python should have numpy, scipy, pandas and scikit-learn. Prints medians in milliseconds.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAMS = [
    "print('hi')",
    "import numpy",
    "import numpy, scipy.stats, pandas, sklearn.linear_model",
]


def milliseconds(command, folder):
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


def main():
    autoexp, python = map(os.path.abspath, sys.argv[1:3])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    print("| program | native ms | autoexp ms | native / autoexp |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for code in PROGRAMS:
            commands = [[python, "-c", code], [autoexp, "python", "-c", code]]
            for command in commands:
                milliseconds(command, folder)
            times = [[milliseconds(command, folder) for command in commands] for _ in range(runs)]
            native, ours = map(statistics.median, zip(*times))
            print(f"| `{code}` | {native:.0f} | {ours:.1f} | {native / ours:.1f} |")


main()
