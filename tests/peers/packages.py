"""Runs the programs in wheels/ in the sandbox and natively, and prints a table of what came of it.

    python3 tests/peers/packages.py AUTOEXP PYTHON [NAME ...]

PYTHON has the packages of stack.txt, and those that some programs need beside them (regex, six).
The packages of wheels.txt and packages.txt are fetched by pip into a folder that goes on PYTHONPATH.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def alike(ours, native):
    """As main.rs compares: numbers within rounding, all else exactly, but for blanks."""
    plain = lambda text: "".join(text.replace("int64", "int32").replace(", dtype=int32", "").split())
    if [plain(each) for each in NUMBER.split(ours)] != [plain(each) for each in NUMBER.split(native)]:
        return False
    pairs = zip(map(float, NUMBER.findall(ours)), map(float, NUMBER.findall(native)))
    return all(abs(a - b) <= 1e-6 * max(abs(a), abs(b)) + 1e-9 for a, b in pairs)


def run(command, program, **variables):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "main.py").write_bytes(program.read_bytes())
        done = subprocess.run(
            [*command, "main.py"],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    errors = [line for line in done.stderr.splitlines() if "Error: " in line]
    return done.returncode == 0, done.stdout, errors[-1:] or [f"exit code {done.returncode}"]


def main(autoexp, python, *names):
    autoexp = os.path.abspath(autoexp)
    with tempfile.TemporaryDirectory() as site:
        for listed in ("wheels.txt", "packages.txt"):
            pure = "--no-deps --only-binary :all: --platform any --implementation py --abi none"
            for_ours = ["--python-version", "3.15", "--ignore-requires-python", "--target", site]
            command = [sys.executable, "-m", "pip", "install", "--quiet", *pure.split(), *for_ours, "-r", HERE / listed]
            subprocess.run(command, check=True)
        print("| program | here and natively |\n|---|---|", flush=True)
        for program in sorted((HERE / "wheels").glob("*.py")):
            if names and program.stem not in names:
                continue
            here = ["python", "-q", "--mount", f"{site}:/site:ro", "--env", "PYTHONPATH=/site"]
            ok, ours, why = run([autoexp, *here], program)
            native_ok, native, native_why = run([python], program, PYTHONPATH=site)
            if not native_ok:
                told = f"fails natively: {native_why[0]}"
            elif not ok:
                told = f"fails here: {why[0]}"
            else:
                told = "the same" if alike(ours, native) else "different output"
            print(f"| {program.stem} | {told} |", flush=True)


main(*sys.argv[1:])
