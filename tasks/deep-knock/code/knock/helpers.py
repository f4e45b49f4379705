"""Configuration and output."""
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace


def load(path: str) -> SimpleNamespace:
    """The tables of a TOML file as namespaces."""
    content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return SimpleNamespace(**{name: SimpleNamespace(**part) for name, part in content.items()})


def say(text: str) -> None:
    """Progress goes to standard error."""
    print(text, file=sys.stderr, flush=True)


def report(values: dict, path: str | None = None) -> None:
    """Print a JSON object of floats, or write it to a file and make its folder."""
    text = json.dumps({name: float(value) for name, value in values.items()}, indent=2)
    if path is None:
        print(text)
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text + "\n", encoding="utf-8")
