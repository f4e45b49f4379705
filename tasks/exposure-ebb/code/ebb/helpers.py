"""Small shared helpers: configuration, shape checks, output."""
import functools
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np


def load_config(path: str) -> SimpleNamespace:
    """Read a TOML file; each table becomes a namespace."""
    raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return SimpleNamespace(**{name: SimpleNamespace(**table) for name, table in raw.items()})


def shaped(*ranks: int):
    """Decorator: convert the leading arguments to arrays and check their number of axes."""

    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            arrays = [np.asarray(value) for value in args[: len(ranks)]]
            for array, rank in zip(arrays, ranks):
                if array.ndim != rank:
                    raise ValueError(f"{function.__name__}: expected {rank} axes, got {array.ndim}")
            return function(*arrays, *args[len(ranks) :], **kwargs)

        return inner

    return wrap


def say(text: str) -> None:
    """Progress text, on standard error."""
    print(text, file=sys.stderr)


def emit(result: dict) -> None:
    """The experiment's one JSON object, on standard output."""
    print(json.dumps({name: float(value) for name, value in result.items()}, indent=2))
