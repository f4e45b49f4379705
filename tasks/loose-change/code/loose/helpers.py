"""Configuration and output."""
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace


def read_config(path: str) -> SimpleNamespace:
    """The tables of a TOML file, each as a namespace."""
    with Path(path).open("rb") as file:
        tables = tomllib.load(file)
    return SimpleNamespace(**{name: SimpleNamespace(**table) for name, table in tables.items()})


def note(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def plain(values: dict) -> dict:
    """The same with floats of Python."""
    return {name: float(value) for name, value in values.items()}


def write_json(values: dict, path: str) -> None:
    """Write a JSON object, making its folder."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(plain(values), indent=1) + "\n", encoding="utf-8")
