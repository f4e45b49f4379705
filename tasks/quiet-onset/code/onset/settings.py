"""Configuration and output."""
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace


def _open_up(value):
    if isinstance(value, dict):
        return SimpleNamespace(**{name: _open_up(inner) for name, inner in value.items()})
    return value


def read_settings(path: str) -> SimpleNamespace:
    """Read a TOML file; tables become namespaces, at every depth."""
    return _open_up(tomllib.loads(Path(path).read_text(encoding="utf-8")))


def note(text: str) -> None:
    """Progress text, on standard error."""
    print(text, file=sys.stderr)


def as_json(result: dict) -> str:
    """A flat result as JSON text."""
    return json.dumps({name: float(value) for name, value in result.items()}, indent=2)
