"""Configuration and output."""
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace


def load_config(path: str) -> SimpleNamespace:
    """Read a TOML file; each table becomes a namespace."""
    raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return SimpleNamespace(**{name: SimpleNamespace(**table) for name, table in raw.items()})


def say(text: str) -> None:
    """Progress text, on standard error."""
    print(text, file=sys.stderr)


def as_json(result: dict) -> str:
    """A JSON object of plain numbers."""
    return json.dumps({name: float(value) for name, value in result.items()}, indent=2)
