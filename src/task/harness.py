"""Runs an experiment within a program that watches it, as it would run alone.

The command that the host gives runs this file and those that do the watching, in one namespace
(`harness.rs`). `boot` in it is the namespace of `boot.py`, which makes processes: the experiment is
made one by the same code, so its `__main__`, `sys.argv`, `sys.path` and exit status, and the
traceback of what it doesn't catch, are what they would be.
"""

import atexit
import json
import os
import sys
from _json import encode_basestring_ascii as quoted

with open("/autoexp/spec.json", "rb") as file:
    SPEC = json.load(file)
RESULT = "/autoexp-out/result.json"
REPOSITORY = "/workspace/"


def place(path):
    """A file's path in the repository, from an absolute one; nothing for a file outside."""
    path = os.path.normpath(path)
    return path[len(REPOSITORY) :] if path.startswith(REPOSITORY) else None


def written(value):
    """A value as JSON. The module `json` is one that a program may have changed by then."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(key)}:{written(each)}" for key, each in value.items()) + "}"
    return str(value)


def save(result):
    with open(RESULT, "w") as file:
        file.write(written(result))


def run_experiment(result, compile_script=compile):
    """Never returns. What `result()` gives is written when all that the experiment does at its exit
    is done."""
    # What is registered first runs last.
    atexit.register(lambda: save(result()))
    leave = os._exit

    def leave_with_result(status):
        save(result())
        leave(status)

    os._exit = leave_with_result
    boot["prepare"] = preparing_again(boot["prepare"])
    boot["compile"] = compile_script
    # What the command that runs this has brought.
    del sys.path[0]
    boot["process"](SPEC["process"])


def preparing_again(prepare):
    """`prepare` without what mustn't be done twice: seeding `random`, which draws entropy."""

    def once(spec):
        prepared = boot["PREPARED"].get("random")
        if prepared is None:
            return prepare(spec)
        random, seed = prepared.module, prepared.module.seed
        random.seed = lambda: None
        try:
            return prepare(spec)
        finally:
            random.seed = seed

    return once
