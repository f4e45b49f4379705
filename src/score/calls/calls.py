"""Calls the candidate's functions as the reference's are called, and compares what both do.

The experiment runs in the reference's repository and goes on with what the reference does. Each
function asked for is wrapped: its arguments are copied, the reference is called with the originals
and the candidate with the copies, and results and arguments are compared.
"""

import functools
from types import MethodType

GENERATOR, COROUTINE, ASYNC_GENERATOR = 0x20, 0x80, 0x200


class Target:
    """A function and what is found of it."""

    def __init__(self):
        self.calls = self.begun = self.compared = self.equal = self.raised = 0
        self.first_difference = self.not_compared = None

    def differs(self, what):
        self.first_difference = self.first_difference or f"call {self.calls}: {what}"

    def leaves_out(self, why):
        self.not_compared = self.not_compared or why


targets = {(each["file"], each["name"]): Target() for each in SPEC["functions"]}
homes = {}
# Accessors of properties that are wrapped, by identity: each accessor's hook gets those before it.
wrapped = {}


def found(finished=True):
    return {"finished": finished, "functions": [vars(target) for target in targets.values()]}


def home_of(file, names):
    key = file, names["__name__"]
    if key not in homes or homes[key].names is not names:
        homes[key] = Home(file, names)
    return homes[key]


def wrap(value, file, name, nested):
    """The hook behind the reference's definitions: what its module has instead of `value`."""
    target, home = targets[file, name], home_of(file, sys._getframe(1).f_globals)
    if nested:
        target.leaves_out("it is defined within a function, and exists only while that runs")

    def within(part):
        function = value if part is None else getattr(value, part)
        find = functools.partial(counterpart, home, name, nested, part)
        return wrapper(target, home, function, find)

    def accessor(part):
        function = getattr(value, part)
        if function is None or id(function) in wrapped:
            return function
        made = within(part)
        wrapped[id(made)] = made
        return made

    if isinstance(value, property):
        return type(value)(*map(accessor, ("fget", "fset", "fdel")), value.__doc__)
    if isinstance(value, (staticmethod, classmethod)):
        return type(value)(within("__func__"))
    if isinstance(value, functools.cached_property):
        value.func = within("func")
        return value
    return within(None)


def counterpart(home, name, nested, part):
    """The candidate's function of a name, or the part of a descriptor that is one."""
    if nested:
        return None
    home.load()
    value = home.functions.get(name)
    return value if part is None else getattr(value, part, None)


def wrapper(target, home, function, find):
    """`function`, compared at each call."""
    if not callable(function):
        target.leaves_out(f"it is a {named(type(function))}, which can't be called")
        return function
    flags = function.__code__.co_flags if isinstance(function, FunctionType) else 0
    if flags & ASYNC_GENERATOR:
        target.leaves_out("an asynchronous generator can't be compared")
        find = no_function

    def instead():
        """What a candidate gets: its own function if it is of this file, else the reference's."""
        return find() or function if stage.running is home else function

    def trial(args, kwargs):
        return Trial(target, home, find, args, kwargs)

    if flags & GENERATOR:

        def made(*args, **kwargs):
            if stage.running:
                return (yield from instead()(*args, **kwargs))
            return (yield from trial(args, kwargs).generator(function))

    elif flags & COROUTINE:

        async def made(*args, **kwargs):
            if stage.running:
                return await instead()(*args, **kwargs)
            return await trial(args, kwargs).coroutine(function)

    else:

        def made(*args, **kwargs):
            if stage.running:
                return instead()(*args, **kwargs)
            return trial(args, kwargs).result(function)

    if not isinstance(function, FunctionType):
        return Delegate(function, made)
    return functools.update_wrapper(made, function)


def no_function():
    return None


class Delegate:
    """Something callable that is no function, such as what `functools.cache` makes, when called
    compared."""

    def __init__(self, value, call):
        self.value, self.call = value, call

    def __call__(self, *args, **kwargs):
        return self.call(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self.value, name)

    def __get__(self, owner, kind=None):
        if owner is None or not hasattr(self.value, "__get__"):
            return self
        return MethodType(self, owner)


def keep(value, file, name, nested):
    """The hook behind the candidate's definitions."""
    if not nested:
        stage.running.functions[name] = value
    return value


def adopt(kind, file, name):
    """The hook behind the candidate's classes."""
    return stage.running.adopt(kind, name)


for hook, work in [(WRAP, wrap), (KEEP, keep), (ADOPT, adopt)]:
    setattr(builtins, hook, work)
sys.meta_path.insert(0, Finder)
sys.meta_path.append(AddedFinder)
run_experiment(found, compile_script)
