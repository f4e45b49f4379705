"""What a Dockerfile asks for, as far as a sandbox with no Docker can give it."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What says something of images that has no meaning here.
IGNORED = {"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "USER"}


class Unsupported(ValueError):
    """An instruction that can't be followed; the message has the line."""


@dataclass(frozen=True)
class Copy:
    """A file or folder of the build context, and where its contents go."""

    source: Path
    target: str


@dataclass(frozen=True)
class Run:
    """A shell command, run in ``cwd``."""

    command: str
    cwd: str
    line: int


@dataclass
class Recipe:
    """The steps, in order, and what they leave set."""

    steps: list[Copy | Run] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"


def instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, instruction and the rest, with continued lines as one."""
    pending, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not pending and not line.strip()):
            continue
        start = start if pending else number
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1] + " "
            continue
        word, _, rest = (pending + line).strip().partition(" ")
        pending = ""
        yield start, word.upper(), rest.strip()


def read(dockerfile: Path) -> Recipe:
    """The recipe of a Dockerfile whose base is a plain Python."""
    recipe, context, bases = Recipe(), dockerfile.parent, 0
    for line, word, rest in instructions(dockerfile.read_text()):

        def refuse(why: str) -> Unsupported:
            return Unsupported(f"{dockerfile}, line {line}: {word} {rest:.60}: {why}")

        match word:
            case "FROM":
                bases += 1
                image = next((each for each in rest.split() if not each.startswith("--")), "")
                name = image.partition("@")[0].partition(":")[0].rpartition("/")[2]
                if bases > 1 or name != "python":
                    raise refuse("the sandbox stands for one image, python, and for no other")
            case "WORKDIR":
                recipe.workdir = posixpath.join(recipe.workdir, rest.strip("\"'"))
            case "ENV":
                recipe.env.update(variables(rest, refuse))
            case "COPY" | "ADD":
                recipe.steps += copies(rest, context, recipe.workdir, refuse)
            case "RUN":
                recipe.steps.append(Run(rest, recipe.workdir, line))
            case _ if word not in IGNORED:
                raise refuse("the sandbox has nothing like it")
    if not bases:
        raise Unsupported(f"{dockerfile} has no FROM")
    return recipe


def variables(rest, refuse) -> dict[str, str]:
    if "$" in rest:
        raise refuse("variables in it are not filled in here")
    words = shlex.split(rest)
    if words and "=" not in words[0]:
        name, _, value = rest.partition(" ")
        return {name: value.strip()}
    if not all("=" in word for word in words):
        raise refuse("it is no list of NAME=VALUE")
    return dict(word.split("=", 1) for word in words)


def copies(rest, context: Path, workdir: str, refuse) -> list[Copy]:
    options = []
    while rest.startswith("--"):
        option, _, rest = rest.partition(" ")
        options.append(option)
        rest = rest.lstrip()
    names = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    if "$" in rest:
        raise refuse("variables in it are not filled in here")
    if any(not re.match("--(chmod|chown|link)", option) for option in options):
        raise refuse(f"of the options, {' '.join(options)}, some are not known here")
    if len(names) < 2:
        raise refuse("it names no source and target")
    *sources, target = names
    into = target.endswith("/") or len(sources) > 1
    target = posixpath.normpath(posixpath.join(workdir, target))
    found = []
    for source in sources:
        if "://" in source:
            raise refuse("there is no network")
        matches = sorted(context.glob(source.strip("/"))) if source.strip("./") else [context]
        if not matches:
            raise refuse(f"there is no {source} beside the Dockerfile")
        for match in matches:
            if not match.resolve().is_relative_to(context.resolve()):
                raise refuse(f"{source} is outside of the build context")
            in_folder = match.is_file() and (into or len(matches) > 1 or target == workdir)
            found.append(Copy(match, posixpath.join(target, match.name) if in_folder else target))
    return found
