"""One call: the reference's, then the candidate's on copies, then whether both did the same."""

import copy
import functools
from contextlib import contextmanager
from types import CellType, FunctionType, ModuleType

MOST = SPEC["settings"]["most"]
# How deep the harness lies between a caller and the reference.
FRAMES = 8
# Iterators that are nothing but their items. Others are compared as objects.
PLAIN_ITERATORS = ("builtins", "itertools")


class Trial:
    def __init__(self, target, home, find, args, kwargs):
        target.calls += 1
        self.target, self.home = target, home
        self.args, self.kwargs = args, kwargs
        # None where the call is not compared.
        self.copies = None
        # Not by those compared, which calls within each other are only later.
        if target.begun >= MOST:
            return
        target.begun += 1
        if target.calls & (target.calls - 1) == 0:
            # For the case that the candidate never ends.
            save(found(finished=False))
        self.function = find()
        if home.trouble:
            target.leaves_out(f"the candidate's {home.file} can't be loaded: {home.trouble}")
        elif self.function is None:
            target.leaves_out(f"the candidate's {home.file} defines no such function")
        else:
            self.copy()

    def copy(self):
        memo = {}
        try:
            with aside():
                args = [copied(each, memo) for each in self.args]
                kwargs = {name: copied(each, memo) for name, each in self.kwargs.items()}
            self.copies = args, kwargs
        except Exception as error:
            self.target.leaves_out(f"its arguments can't be copied: {said(error)}")

    def reference(self, function):
        return lambda: function(*self.args, **self.kwargs)

    def candidate(self):
        args, kwargs = self.copies
        return self.function(*args, **kwargs)

    def result(self, function):
        """What the reference's function returns or raises."""
        if self.copies is None:
            with deeper():
                return function(*self.args, **self.kwargs)
        ours, theirs = self.both(self.reference(function), self.candidate)
        if plain_iterator(ours[0]) and plain_iterator(theirs[0]):
            return self.in_step(ours[0], theirs[0])
        self.judge(ours, theirs, "the result", effects=True)
        return outcome(ours)

    def generator(self, function):
        """The reference's generator."""
        ours = function(*self.args, **self.kwargs)
        if self.copies is None:
            return (yield from ours)
        theirs = apart(self.home, self.candidate)
        if not plain_iterator(theirs[0]):
            self.judge((ours, None), theirs, "the result", effects=False)
            return (yield from ours)
        return (yield from self.in_step(ours, theirs[0]))

    def in_step(self, ours, theirs):
        """The reference's iterator, with the candidate's beside it at each step. The call counts as
        equal until they differ, for whoever asks for items may stop at any."""
        self.target.compared += 1
        self.target.equal += 1
        alike, index, name, given = True, 0, "send", None
        while True:
            steps = [functools.partial(step, each, name, given) for each in (ours, theirs)]
            if alike:
                mine, other = self.both(*steps)
                ended = isinstance(mine[1], StopIteration)
                place = "what it returns at its end" if ended else f"item {index}"
                self.target.compared -= 1
                self.target.equal -= 1
                alike = self.judge(mine, other, place, effects=ended)
            else:
                mine = attempt(steps[0])
            if isinstance(mine[1], StopIteration):
                return mine[1].value
            value, index = outcome(mine), index + 1
            try:
                name, given = "send", (yield value)
            except GeneratorExit:
                apart(self.home, functools.partial(close, theirs))
                close(ours)
                raise
            except BaseException as error:
                name, given = "throw", error

    async def coroutine(self, function):
        """The reference's coroutine to its end, then the candidate's: what they wait for in between
        is no value to compare."""
        try:
            mine = await function(*self.args, **self.kwargs), None
        except BaseException as error:
            mine = None, error
        if self.copies is not None:
            other = await Apart(self.home, self.candidate)
            # Others draw too while these two wait.
            self.home.drew_alike = True
            self.judge(mine, other, "the result", effects=True)
        return outcome(mine)

    def both(self, reference, candidate):
        """What the reference does and what the candidate does from the same state on."""
        shared.look_at_names()
        start = generators()
        with deeper():
            ours = attempt(reference)
            return ours, apart(self.home, candidate, start)

    def judge(self, ours, theirs, place, effects):
        """Whether both did the same; books it."""
        try:
            with aside():
                what = self.differences(ours, theirs, place, effects)
        except CannotCompare as error:
            self.target.leaves_out(str(error))
            return False
        except Exception as error:
            # An object that can't even be looked at.
            self.target.leaves_out(f"{place} can't be compared: {said(error)}")
            return False
        self.target.compared += 1
        self.target.equal += what is None
        if what is not None:
            self.target.differs(what)
        return what is None

    def differences(self, ours, theirs, place, effects):
        (value, error), (their_value, their_error) = ours, theirs
        if (error and named(type(error))) != (their_error and named(type(their_error))):
            self.target.raised += their_error is not None and not ends(their_error)
            return f"{place} is {told(theirs)}, the reference's {told(ours)}"
        if error is not None and not ends(error):
            return None
        if error is not None:
            value, their_value = error.value, their_error.value
        what = difference(value, their_value, place)
        if what is None and effects:
            args, kwargs = self.copies
            what = difference(list(self.args), args, "after the call, args")
            what = what or difference(self.kwargs, kwargs, "after the call, kwargs")
        if what is None and not self.home.drew_alike:
            what = "it leaves the global generators of random numbers in another state"
        return what


class Apart:
    """Awaits a candidate's coroutine, each of its steps apart."""

    def __init__(self, home, work):
        self.home, self.work = home, work

    def __await__(self):
        made, error = apart(self.home, self.work)
        if error is None and not hasattr(made, "send"):
            error = TypeError(f"{short(made)} is no coroutine")
        name, given = "send", None
        while error is None:
            value, error = apart(self.home, functools.partial(step, made, name, given))
            if error is not None:
                break
            try:
                name, given = "send", (yield value)
            except BaseException as thrown:
                name, given = "throw", thrown
        return (error.value, None) if ends(error) else (None, error)


@contextmanager
def deeper():
    """The stack may be as much deeper as the harness makes it."""
    sys.setrecursionlimit(sys.getrecursionlimit() + FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(sys.getrecursionlimit() - FRAMES)


@contextmanager
def aside():
    """What the experiment's methods of copying and pickling call is no call of the experiment."""
    stage.running = stage
    try:
        yield
    finally:
        stage.running = None


def step(iterator, name, given):
    if hasattr(iterator, name):
        return getattr(iterator, name)(given)
    # An iterator that is no generator is only asked for items.
    if name == "throw":
        raise given
    return next(iterator)


def close(iterator):
    if hasattr(iterator, "close"):
        iterator.close()


def plain_iterator(value):
    return hasattr(value, "__next__") and type(value).__module__ in PLAIN_ITERATORS


def attempt(work):
    try:
        return work(), None
    except BaseException as error:
        return None, error


def outcome(pair):
    value, error = pair
    if error is not None:
        raise error
    return value


def ends(error):
    return isinstance(error, StopIteration)


def told(pair):
    value, error = pair
    if error is None:
        return short(value)
    return "the end" if ends(error) else f"an exception, {said(error)}"


def copied(value, memo):
    """A copy of an argument. `copy` takes functions as they are; one that is closed over values of
    the experiment may change them, so it gets copies too."""
    tracer = sys.modules.get("autograd.tracer")
    if tracer:
        # What led to a traced value is long, and nothing changes it.
        tracer.Node.__deepcopy__ = lambda node, memo: node
    if not isinstance(value, FunctionType) or not value.__closure__:
        return copy.deepcopy(value, memo)
    if not in_repository(value.__code__.co_filename):
        return value
    if id(value) in memo:
        return memo[id(value)]
    cells = tuple(CellType() for _ in value.__closure__)
    made = FunctionType(
        value.__code__, value.__globals__, value.__name__, value.__defaults__, cells
    )
    made.__kwdefaults__, made.__qualname__ = value.__kwdefaults__, value.__qualname__
    made.__dict__.update(value.__dict__)
    memo[id(value)] = made
    for cell, new in zip(value.__closure__, cells):
        try:
            held = cell.cell_contents
        except ValueError:
            # Not set yet.
            continue
        new.cell_contents = held if isinstance(held, ModuleType) else copied(held, memo)
    return made
