"""Keeps what a candidate does to itself.

A candidate runs in the reference's process, so what it does to what all share is undone when it is
done: the names in modules and the classes of the repository, the lists, dicts and sets that are
their globals, the environment, the global generators of random numbers, standard output. What it
does to files, and deeper in the objects of others, stays.
"""

import io
from operator import is_
from types import ModuleType, SimpleNamespace

# `running` is the home whose candidate runs, or None while the reference does.
stage = SimpleNamespace(running=None)
# Modules beside the repository's that the candidates name in their imports.
imported = {"builtins", "sys", "os", "random"}


def same_items(before, now):
    """Whether two dicts hold the same objects under the same names. The loops run in C."""
    return list(before) == list(now) and all(map(is_, before.values(), now.values()))


def in_repository(path):
    return isinstance(path, str) and place(path) is not None


class Names:
    """The names of a module, as they were when it was last looked at."""

    def __init__(self, module, own):
        self.module, self.names, self.own = module, vars(module), own
        self.before, self.containers, self.classes, self.generators = None, [], [], []
        self.look_at_names()

    def look_at_names(self):
        if self.before is None or not same_items(self.before, self.names):
            self.before = dict(self.names)
            if self.own:
                self.look_inside()

    def look(self):
        self.look_at_names()
        self.contents = [each.copy() for each in self.containers]
        for each in self.classes:
            each.look()

    def look_inside(self):
        globals_ = [each for name, each in self.names.items() if not name.startswith("__")]
        self.containers = [each for each in globals_ if type(each) in (list, dict, set)]
        self.generators = [each for each in globals_ if state_of(each) is not None]
        self.classes = [
            Attributes(each)
            for each in globals_
            if isinstance(each, type) and each.__module__ == self.module.__name__
        ]

    def put_back(self):
        if not same_items(self.before, self.names):
            # Parts of a package that were imported stay, as they do in `sys.modules`.
            parts = {
                name: value
                for name, value in self.names.items()
                if isinstance(value, ModuleType) and name not in self.before
            }
            self.names.clear()
            self.names.update(self.before | parts)
        for container, before in zip(self.containers, self.contents):
            put_items_back(container, before)
        for each in self.classes:
            each.put_back()


class Attributes:
    """The attributes of a class, as they were when it was last looked at."""

    def __init__(self, kind):
        self.kind, self.names, self.before = kind, vars(kind), {}

    def look(self):
        if not same_items(self.before, self.names):
            self.before = dict(self.names)

    def put_back(self):
        if same_items(self.before, self.names):
            return
        for name in self.names.keys() - self.before.keys():
            type.__delattr__(self.kind, name)
        for name, value in self.before.items():
            if self.names.get(name, self) is not value:
                type.__setattr__(self.kind, name, value)


def put_items_back(container, before):
    if isinstance(container, list):
        container[:] = before
    elif isinstance(container, set) or not same_items(before, container):
        container.clear()
        container.update(before)


class Shared:
    """What the reference and the candidates share."""

    def __init__(self):
        self.modules, self.spaces = {}, []
        self.containers = [sys.path, sys.argv, os.environ._data]

    def look_at_names(self):
        """Of the repository's modules alone, for the generators in them."""
        if not same_items(self.modules, sys.modules):
            self.modules = dict(sys.modules)
            self.spaces = [
                Names(module, own)
                for name, module in self.modules.items()
                if isinstance(module, ModuleType)
                and ((own := in_repository(vars(module).get("__file__"))) or name in imported)
            ]
        for each in self.spaces:
            if each.own:
                each.look_at_names()

    def look(self):
        self.look_at_names()
        self.contents = [each.copy() for each in self.containers]
        for each in self.spaces:
            each.look()

    def generators(self):
        return [each for space in self.spaces for each in space.generators]

    def look_again(self):
        """At which modules there are, since others count now."""
        self.modules = {}

    def put_back(self):
        # What was imported stays, for importing some of it twice does harm.
        sys.modules.update(self.modules)
        for each in self.spaces:
            each.put_back()
        for container, before in zip(self.containers, self.contents):
            put_items_back(container, before)


shared = Shared()


def generators():
    """The global generators of random numbers with their states: the libraries' first, then those
    in the repository's modules."""
    return [(each, state_of(each)) for each in [*library_generators(), *shared.generators()]]


def library_generators():
    random, numpy = sys.modules.get("random"), sys.modules.get("numpy.random")
    return [*([random._inst] if random else []), *([numpy.mtrand._rand] if numpy else [])]


def set_generators(states):
    for each, state in states:
        if same_state(state, state_of(each)):
            continue
        if hasattr(type(each), "bit_generator"):
            each.bit_generator.state = state
        elif hasattr(each, "setstate"):
            each.setstate(state)
        else:
            each.set_state(state)


def apart(home, work, start=()):
    """What `work` returns or raises, as `(value, None)` or `(None, error)`, begun with the global
    generators as they were at the `start`. Nothing that it does to what all share stays.

    Its home is told whether it leaves the generators as they are."""
    shared.look()
    libraries, states = library_generators(), generators()
    set_generators(start)
    stage.running = home
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.BytesIO(), "utf-8")
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(io.BytesIO(), "utf-8")
    os._exit = sys.exit
    try:
        for kind, methods in home.methods:
            for name, value in methods.items():
                type.__setattr__(kind, name, value)
        return work(), None
    except BaseException as error:
        # Its frames would keep what it worked on alive.
        return None, error.with_traceback(None)
    finally:
        stage.running = None
        shared.put_back()
        home.drew_alike = all(
            same_state(state, state_of(each))
            # One of the repository's may be an argument, of which a candidate has a copy.
            for each, state in states[: len(libraries)]
        )
        set_generators(states)
