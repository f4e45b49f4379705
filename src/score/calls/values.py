"""Whether two values are the same, as far as an experiment can tell.

Numbers agree within a tolerance; integers, and all that isn't a number, agree exactly. What neither
of the rules below covers is compared by what pickling it would keep.
"""

import functools
from types import FunctionType, ModuleType

RELATIVE, ABSOLUTE = 1e-6, 1e-12
INFINITY = float("inf")
# Kinds of dtype that stand for each other: all integers, all floats, all text.
KINDS = {"u": "i", "S": "U", "T": "U"}
SCALARS = (int, float, complex)


class CannotCompare(Exception):
    """A value of a kind that nothing can be said of."""


def difference(ours, theirs, place, seen=None):
    """Where and how a value of the candidate differs from the reference's, or None."""
    seen = {} if seen is None else seen
    if ours is theirs or (id(ours), id(theirs)) in seen:
        return None
    one, other = plain_number(ours), plain_number(theirs)
    if one is not None and other is not None:
        same = isinstance(one, bool) == isinstance(other, bool) and agree(one, other)
        return None if same else differs(place, ours, theirs)
    # Both are kept, so that nothing else gets their identities.
    seen[id(ours), id(theirs)] = ours, theirs
    if named(type(ours)) != named(type(theirs)):
        return differs(place, ours, theirs)
    if isinstance(ours, (str, bytes, type, ModuleType)):
        same = named(ours) == named(theirs) if isinstance(ours, type) else ours == theirs
        return None if same else differs(place, ours, theirs)
    if isinstance(ours, FunctionType):
        return function_difference(ours, theirs, place, seen)
    if type(ours) is dict:
        return dict_difference(ours, theirs, place, seen)
    if isinstance(ours, tuple) or type(ours) is list:
        return items_difference(ours, theirs, place, seen)
    if type(ours) in (set, frozenset):
        return set_difference(ours, theirs, place, seen)
    numpy = sys.modules.get("numpy")
    if numpy and isinstance(ours, numpy.ndarray):
        return array_difference(numpy, ours, theirs, place, seen)
    if type(ours).__module__.partition(".")[0] == "pandas" and hasattr(ours, "to_numpy"):
        return dict_difference(table(ours), table(theirs), place, seen)
    tracer = sys.modules.get("autograd.tracer")
    if tracer and isinstance(ours, tracer.Box):
        # Not the steps that led there, which may be others.
        return difference(ours._value, theirs._value, place, seen)
    state = state_of(ours)
    if state is not None:
        if same_state(state, state_of(theirs)):
            return None
        return f"{place}, {short(ours)}, is in another state than the reference's"
    return object_difference(ours, theirs, place, seen)


def plain_number(value):
    """A number of Python's own for one of any kind, a 0-d array too; None for anything else."""
    if type(value) in (bool, *SCALARS):
        return value
    numpy = sys.modules.get("numpy")
    scalar = numpy and (
        isinstance(value, numpy.generic) or isinstance(value, numpy.ndarray) and value.ndim == 0
    )
    if not scalar or value.dtype.kind not in "biufc" or is_masked(value):
        return None
    number = value.item()
    return number if isinstance(number, SCALARS) else float(number)


def agree(one, other):
    if one == other:
        return True
    if one != one or other != other:
        return one != one and other != other
    if isinstance(one, int) and isinstance(other, int):
        return False
    try:
        if abs(one) == INFINITY or abs(other) == INFINITY:
            return False
        return abs(one - other) <= ABSOLUTE + RELATIVE * abs(one)
    except OverflowError:
        # An integer that no float holds.
        return False


def array_difference(numpy, ours, theirs, place, seen):
    if ours.shape != theirs.shape:
        return f"{place} has shape {theirs.shape}, the reference's has {ours.shape}"
    kind, other = (KINDS.get(each.dtype.kind, each.dtype.kind) for each in (ours, theirs))
    if kind != other:
        return f"{place} is of {theirs.dtype}, the reference's of {ours.dtype}"
    if is_masked(ours):
        masks = [numpy.ma.getmaskarray(each) for each in (ours, theirs)]
        filled = [numpy.ma.filled(each, 0) for each in (ours, theirs)]
        return array_difference(numpy, *masks, f"the mask of {place}", seen) or array_difference(
            numpy, *filled, place, seen
        )
    if ours.dtype.names:
        if ours.dtype.names != theirs.dtype.names:
            return f"{place} has fields {theirs.dtype.names}, not {ours.dtype.names}"
        fields = (
            array_difference(numpy, ours[name], theirs[name], f"{place}[{name!r}]", seen)
            for name in ours.dtype.names
        )
        return next(filter(None, fields), None)
    if kind == "O":
        return items_difference(ours.ravel().tolist(), theirs.ravel().tolist(), place, seen)
    same = ours == theirs
    if kind in "fc":
        same |= numpy.isnan(ours) & numpy.isnan(theirs)
        gap = numpy.abs(theirs.astype("complex128") - ours.astype("complex128"))
        finite = numpy.isfinite(ours) & numpy.isfinite(theirs)
        same |= finite & (gap <= ABSOLUTE + RELATIVE * numpy.abs(ours.astype("complex128")))
    elif kind in "mM":
        same |= numpy.isnat(ours) & numpy.isnat(theirs)
    wrong = numpy.argwhere(~same)
    if not len(wrong):
        return None
    at = tuple(int(index) for index in wrong[0])
    where = f"{place}[{', '.join(map(str, at))}]"
    return f"{differs(where, ours[at], theirs[at])} ({len(wrong)} of {ours.size} differ)"


def is_masked(value):
    # Not by `numpy.ma`, which importing numpy doesn't bring.
    return hasattr(value, "mask") and hasattr(value, "fill_value")


def items_difference(ours, theirs, place, seen):
    if len(ours) != len(theirs):
        return f"{place} has {len(theirs)} items, the reference's has {len(ours)}"
    names = getattr(ours, "_fields", None)
    for index, (one, other) in enumerate(zip(ours, theirs)):
        at = f".{names[index]}" if names else f"[{index}]"
        found = difference(one, other, place + at, seen)
        if found:
            return found
    return None


def dict_difference(ours, theirs, place, seen):
    if ours.keys() == theirs.keys():
        for key in ours:
            found = difference(ours[key], theirs[key], f"{place}[{short(key)}]", seen)
            if found:
                return found
        return None
    if all(isinstance(key, (str, int, float, tuple)) for key in [*ours, *theirs]):
        for key in ours.keys() ^ theirs.keys():
            who = "the reference's has" if key in ours else "the reference's lacks"
            return f"{place}: {who} the key {short(key)}"
    # Keys that are equal to themselves alone, as copies aren't: by their order.
    return items_difference(list(ours.items()), list(theirs.items()), place, seen)


def set_difference(ours, theirs, place, seen):
    if ours == theirs:
        return None
    try:
        return items_difference(sorted(ours), sorted(theirs), place, seen)
    except TypeError:
        raise CannotCompare(f"{place}: a set whose items have no order can't be compared") from None


def function_difference(ours, theirs, place, seen):
    """Functions are the same if they are of the same code on the same values; else nobody knows."""
    if not same_code(ours.__code__, theirs.__code__):
        raise CannotCompare(f"{place}: functions of different code can't be compared")
    state = [
        [each.__defaults__, each.__kwdefaults__, [content(cell) for cell in each.__closure__ or ()]]
        for each in (ours, theirs)
    ]
    return difference(*state, f"what {place} is closed over", seen)


def same_code(ours, theirs):
    def constants(code):
        return [repr(each) for each in code.co_consts if not isinstance(each, type(code))]

    def inner(code):
        return [each for each in code.co_consts if isinstance(each, type(code))]

    return (
        ours.co_code == theirs.co_code
        and ours.co_names == theirs.co_names
        and constants(ours) == constants(theirs)
        and len(inner(ours)) == len(inner(theirs))
        and all(map(same_code, inner(ours), inner(theirs)))
    )


def content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        # Not set yet.
        return None


def table(value):
    """What is in a table, a column or an index of pandas."""
    parts = {name: getattr(value, name, None) for name in ("index", "columns", "name", "names")}
    for name, part in parts.items():
        if hasattr(part, "to_numpy"):
            parts[name] = part.to_numpy()
        elif name == "names" and part is not None:
            parts[name] = list(part)
    if value.ndim == 2:
        # Each of its own dtype.
        return parts | {"column": [column.to_numpy() for _, column in value.items()]}
    return parts | {"values": value.to_numpy()}


def state_of(value):
    """The state of a generator of random numbers; nothing of anything else."""
    if hasattr(type(value), "bit_generator"):
        return value.bit_generator.state
    random = sys.modules.get("random")
    if random and isinstance(value, random.Random):
        return None if isinstance(value, random.SystemRandom) else value.getstate()
    if type(value).__name__ == "RandomState":
        return value.get_state(legacy=False)
    return None


def same_state(one, other):
    # Those of `random` are long tuples of integers.
    return one == other if isinstance(one, tuple) else not difference(one, other, "")


def object_difference(ours, theirs, place, seen):
    """By what pickling keeps: how an object is made, its attributes, its items."""
    mine, other = kept(ours, place), kept(theirs, place)
    if len(mine) > 2 and len(other) > 2 and type(mine[2]) is dict is type(other[2]):
        # What a cached property keeps is there once it was asked for, which nobody has to.
        asked = {name for name in mine[2].keys() ^ other[2].keys() if is_cached(type(ours), name)}
        for made in (mine, other):
            made[2] = {name: made[2][name] for name in made[2] if name not in asked}
        for name in mine[2].keys() & other[2].keys():
            found = difference(mine[2][name], other[2][name], f"{place}.{name}", seen)
            if found:
                return found
    return difference(mine, other, place, seen)


def is_cached(kind, name):
    return any(isinstance(vars(each).get(name), functools.cached_property) for each in kind.__mro__)


def kept(value, place):
    try:
        made = value.__reduce_ex__(4)
    except Exception:
        raise CannotCompare(f"{place}: a {named(type(value))} can't be compared") from None
    if isinstance(made, str):
        return [made]
    # What makes it is often a function of the library; items come as iterators.
    made = [named(part) if isinstance(part, FunctionType) else part for part in made]
    return [list(part) if hasattr(part, "__next__") else part for part in made]


def named(kind):
    # A script's classes are those of the main module, whatever it is called where it's not run.
    module = str(kind.__module__).replace(CANDIDATE_MAIN, "__main__")
    return f"{module}.{kind.__qualname__}".removeprefix("builtins.")


def differs(place, ours, theirs):
    return f"{place} is {short(theirs)}, the reference's {short(ours)}"


def short(value):
    """A value in a few words, without asking the value itself for them."""
    if plain_number(value) is not None:
        return repr(plain_number(value))
    if value is None or isinstance(value, (str, bytes)):
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:60]}…"
    if isinstance(value, type):
        return f"the class {named(value)}"
    numpy = sys.modules.get("numpy")
    if numpy and isinstance(value, numpy.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    return f"a {named(type(value))}"
