"""Runs experiments and reads their numbers, as autoexp does."""

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path


class Trouble(Exception):
    """Why an experiment gives no number, in words."""


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def last_document(text):
    """The last object or list that starts at the start of a line and ends at the end of one."""
    last, decoder = None, json.JSONDecoder()
    while text:
        if text[0] in "{[":
            try:
                document, end = decoder.raw_decode(text)
            except (ValueError, RecursionError):
                pass
            else:
                if not text[end:].partition("\n")[0].strip():
                    last, text = document, text[end:]
        text = text.partition("\n")[2]
    return last


def at(document, path):
    """The number, or list of numbers, at a place in a JSON document."""
    if document is None:
        raise Trouble("there is no JSON document")
    for step in path:
        try:
            is_place = isinstance(document, dict if isinstance(step, str) else list)
            document = document[step] if is_place else None
        except (KeyError, IndexError):
            document = None
        if document is None:
            raise Trouble(f"the document has nothing at {path}")
    check_numeric(document)
    return document


def check_numeric(value):
    if isinstance(value, list):
        for item in value:
            check_numeric(item)
    elif not is_number(value):
        raise Trouble(f"a number or a list of numbers was expected, not {value!r:.80}")
    elif not math.isfinite(value):
        raise Trouble("a number is not finite")


def read(source, stdout, folder):
    """A metric's value from what a run left: its standard output or a file."""
    match source["kind"]:
        case "stdout":
            return at(last_document(stdout), source["path"])
        case "pattern":
            matches = re.finditer(source["pattern"], stdout)
            found = {match["value"].strip() for match in matches if match["value"] is not None}
            if len(found) != 1:
                raise Trouble(f"the pattern finds {len(found)} different values")
            try:
                value = float(found.pop())
            except ValueError as error:
                raise Trouble(f"the pattern finds no number: {error}") from error
            check_numeric(value)
            return value
        case "file":
            try:
                text = (folder / source["file"]).read_text(errors="replace")
                document = json.loads(text)
            except (OSError, ValueError, RecursionError) as error:
                raise Trouble(f"{source['file']}: {error}") from error
            return at(document, source["path"])


def run(experiment, folder):
    """An experiment's numbers by name, of its command in a folder. Files that they are read from
    are removed before, so that what is there afterwards is of this run."""
    folder = Path(folder)
    metrics = experiment["metrics"]
    for metric in metrics:
        if metric["source"]["kind"] == "file":
            (folder / metric["source"]["file"]).unlink(missing_ok=True)
    command = [sys.executable, *experiment["command"][1:]]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=experiment["seconds"],
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble(f"{experiment['id']}: out of time after {error.timeout:g} s") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        last = said[-1] if said else "it said nothing"
        raise Trouble(f"{experiment['id']}: ended with status {done.returncode}: {last}")
    stdout = done.stdout.decode(errors="replace")
    values = {}
    for metric in metrics:
        try:
            values[metric["name"]] = read(metric["source"], stdout, folder)
        except Trouble as trouble:
            raise Trouble(f"{experiment['id']}.{metric['name']}: {trouble}") from trouble
    return values
