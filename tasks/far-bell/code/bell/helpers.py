"""Configuration and output."""
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace


def settings(path: str) -> SimpleNamespace:
    """A TOML file, its tables as namespaces."""
    tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return SimpleNamespace(**{key: SimpleNamespace(**table) for key, table in tables.items()})


def tell(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def numbers(result: dict) -> str:
    """A JSON object of floats."""
    return json.dumps({key: float(value) for key, value in result.items()}, indent=2)
