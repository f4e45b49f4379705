#: dataclasses
from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError, KW_ONLY, InitVar
@dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)
    def __post_init__(self): self.tags.append(f"v{self.major}")
@dataclass(frozen=True, slots=True)
class Frozen:
    a: int
    _: KW_ONLY
    b: str = "b"
@dataclass
class Scaled:
    x: float
    factor: InitVar[int] = 2
    def __post_init__(self, factor): self.x *= factor
print(Version(1) < Version(1, 2), max(Version(2), Version(1, 9)), asdict(Version(3)), astuple(Version(1, 1)), replace(Version(1), minor=5), [f.name for f in fields(Version)], Scaled(1.5), Scaled(1, 10))
f = Frozen(1, b="x"); print(f, hash(f) == hash(Frozen(1, b="x")), f == Frozen(1), hasattr(f, "__dict__"))
for wrong in (lambda: setattr(f, "a", 2), lambda: Frozen(1, "x"), lambda: Version(), lambda: hash(Version(1))):
    try: wrong()
    except (FrozenInstanceError, TypeError) as error: print(type(error).__name__, error)

#: enumerations and flags
from enum import Enum, IntEnum, Flag, auto, unique, StrEnum
class Colour(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    @property
    def hex(self): return {1: "#f00", 2: "#0f0"}[self.value]
class Level(IntEnum): LOW = 1; HIGH = auto()
class Mode(Flag): R = auto(); W = auto(); X = auto(); RW = R | W
class Name(StrEnum): ANN = auto(); BOB = "b"
print(list(Colour), Colour(2), Colour["RED"].hex, Colour.CRIMSON is Colour.RED, Colour.__members__.keys(), Level.HIGH > 1, Level.LOW + 1, sorted(Level), f"{Level.HIGH}", f"{Name.ANN}-{Name.BOB}")
print(Mode.RW & Mode.W, Mode.R in Mode.RW, Mode.R | Mode.X == Mode(5), Mode(0), bool(Mode(0)), [m.name for m in Mode.RW], repr(Colour.RED), Name("b") == "b")
for wrong in (lambda: Colour(9), lambda: Colour["X"], lambda: setattr(Colour, "RED", 3)):
    try: wrong()
    except (ValueError, KeyError, AttributeError) as error: print(type(error).__name__)

#: generators: send, throw, close, delegation
def average():
    total, count, mean = 0, 0, None
    while True:
        try: value = yield mean
        except ValueError as error: print("reset", error); total, count, mean = 0, 0, None; continue
        if value is None: return mean
        total, count = total + value, count + 1; mean = total / count
def outer():
    result = yield from average()
    print("result", result); yield "done"
g = outer(); next(g); print(g.send(10), g.send(20), g.throw(ValueError("x")), g.send(3), g.send(None))
def closing():
    try: yield 1; yield 2
    finally: print("closed")
c = closing(); next(c); c.close(); print(list(c), sum(x * x for x in range(5) if x % 2))
def bad(): yield; raise StopIteration
try: list(bad())
except RuntimeError as error: print(error)

#: context managers
from contextlib import contextmanager, ExitStack, suppress, closing, redirect_stdout, nullcontext
import io
@contextmanager
def tag(name):
    print(f"<{name}>")
    try: yield name.upper()
    except KeyError as error: print("swallowed", error)
    finally: print(f"</{name}>")
with tag("a") as a, tag("b"): print(a)
with tag("c"): raise KeyError("k")
with ExitStack() as stack:
    for n in "xyz": stack.enter_context(tag(n))
    stack.callback(print, "callback"); stack.push(lambda *e: print("exit", e[0]) or True); raise RuntimeError
with suppress(ZeroDivisionError): 1 / 0
with redirect_stdout(io.StringIO()) as caught: print("hidden")
with nullcontext(5) as five: print(repr(caught.getvalue()), five)
@tag("deco")
def f(): return "ran"
print(f())

#: decorators with arguments, and what they keep
import functools, time
def retry(times):
    def wrap(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            for left in range(times, 0, -1):
                try: return f(*args, **kwargs)
                except ValueError as error: print(f.__name__, error, left - 1, "left")
            return None
        inner.calls = times
        return inner
    return wrap
tries = iter([1, 2, 3])
@retry(3)
def flaky(x: int) -> int:
    "Documented."
    if (n := next(tries)) < 3: raise ValueError(n)
    return x + n
print(flaky(10), flaky.__name__, flaky.__doc__, flaky.__wrapped__.__name__, flaky.calls, flaky.__annotations__["x"] is int)

#: functools: partial, reduce, single dispatch, cached properties, total ordering
from functools import partial, reduce, singledispatch, cached_property, total_ordering, lru_cache, partialmethod, singledispatchmethod
@singledispatch
def size(x): return "?"
@size.register
def _(x: list): return len(x)
@size.register(int)
@size.register(float)
def _(x): return x
@total_ordering
class T:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n
class C:
    made = 0
    @cached_property
    def value(self): C.made += 1; return C.made
    def scale(self, by, x): return by * x
    double = partialmethod(scale, 2)
c = C(); print(size([1, 2]), size(True), size(1.5), size("s"), T(1) <= T(1), T(2) >= T(3), c.value, c.value, C.made, c.double(21), partial(pow, 2)(5), reduce(lambda a, b: a * 10 + b, [1, 2, 3], 0))
@lru_cache(maxsize=2)
def f(x): print("called", x); return x
f(1), f(2), f(1), f(3), f(2); print(f.cache_info()); f.cache_clear(); print(f.cache_info().currsize, partial(int, base=2)("101"), partial(print, 1).args)

#: abstract classes, protocols and registration
from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable
from collections.abc import Sequence, Iterable, Hashable, Mapping, Callable, MutableMapping
class Shape(ABC):
    @property
    @abstractmethod
    def area(self): ...
    def __lt__(self, other): return self.area < other.area
class Square(Shape):
    def __init__(self, a): self.a = a
    @property
    def area(self): return self.a ** 2
@runtime_checkable
class Sized2(Protocol):
    def __len__(self): ...
class Lazy(Sequence):
    def __getitem__(self, at):
        if at >= 3: raise IndexError
        return at * 10
    def __len__(self): return 3
print(min(Square(3), Square(2)).area, isinstance([], Sized2), isinstance(3, Sized2), list(Lazy()), 20 in Lazy(), Lazy().index(10), list(reversed(Lazy())), isinstance(Lazy(), Iterable), issubclass(dict, MutableMapping), isinstance([], Hashable), callable(Square), isinstance(len, Callable))
try: Shape()
except TypeError as error: print("abstract" in str(error))

#: inheritance: the order of methods, super, mixins
class A:
    def go(self): return ["A"]
class B(A):
    def go(self): return ["B", *super().go()]
class C(A):
    def go(self): return ["C", *super().go()]
class D(B, C):
    def go(self): return ["D", *super().go()]
print(D().go(), [c.__name__ for c in D.__mro__], isinstance(D(), A), issubclass(B, C))
try: type("E", (A, B), {})
except TypeError as error: print(str(error)[:44])

#: descriptors, properties, slots, class hooks
class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, owner=None): return self if obj is None else getattr(obj, self.name, None)
    def __set__(self, obj, value):
        if not isinstance(value, self.kind): raise TypeError(f"{self.name[1:]} is no {self.kind.__name__}")
        setattr(obj, self.name, value)
class Base:
    kinds = {}
    def __init_subclass__(cls, /, kind=None, **rest): super().__init_subclass__(**rest); Base.kinds[kind] = cls.__name__
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"
class Person(Base, kind="p"):
    age = Typed(int); name = Typed(str)
    __slots__ = ()
p = Person(); p.age = 3; print(p.age, p.name, Base.kinds, Person[int], type(Person.age).__name__)
try: p.age = "x"
except TypeError as error: print(error)
class S:
    __slots__ = ("x",)
    def __getattr__(self, name): return f"no {name}"
    def __setattr__(self, name, value): object.__setattr__(self, name, value * 2)
s = S(); s.x = 4; print(s.x, s.y, "x" in dir(s))
class Meta(type):
    def __call__(cls, *a): print("making", cls.__name__); return super().__call__(*a)
    def __iter__(cls): return iter("meta")
class M(metaclass=Meta): pass
print(type(M()).__name__, list(M))

#: special methods of a vector
class V:
    def __init__(self, *n): self.n = n
    def __repr__(self): return f"V{self.n}"
    def __add__(self, o): return V(*(a + b for a, b in zip(self.n, o.n))) if isinstance(o, V) else NotImplemented
    def __mul__(self, k): return V(*(a * k for a in self.n))
    __rmul__ = __mul__
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.n, o.n))
    def __abs__(self): return (self @ self) ** 0.5
    def __bool__(self): return any(self.n)
    def __eq__(self, o): return self.n == o.n
    def __hash__(self): return hash(self.n)
    def __getitem__(self, at): return V(*self.n[at]) if isinstance(at, slice) else self.n[at]
    def __len__(self): return len(self.n)
    def __contains__(self, x): return x in self.n
    def __format__(self, spec): return "<" + ", ".join(format(a, spec) for a in self.n) + ">"
    def __iadd__(self, o): self.n = tuple(a + b for a, b in zip(self.n, o.n)); return self
v = V(3, 4); v += V(1, 0); print(v, 2 * v, v @ V(1, 1), abs(V(3, 4)), bool(V(0, 0)), v == V(4, 4), {v: 1}[V(4, 4)], v[0:1], len(v), 4 in v, f"{v:.1f}", list(v))
try: v + 1
except TypeError as error: print(error)

#: copies, shallow and deep
import copy
class Node:
    def __init__(self, name): self.name, self.links = name, []
    def __copy__(self): n = Node(self.name + "'"); n.links = self.links; return n
a, b = Node("a"), Node("b"); a.links, b.links = [b], [a]
d = copy.deepcopy(a); s = copy.copy(a); print(d.links[0].links[0] is d, d is not a, s.links is a.links, s.name)
x = [[1, 2], {"k": (3, [4])}]; y, z = copy.copy(x), copy.deepcopy(x); x[0].append(9); x[1]["k"][1].append(8); print(y, z, copy.deepcopy((1, 2)) == (1, 2), copy.copy(len) is len)

#: weak references
import weakref, gc
class Thing:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Thing({self.n})"
t = Thing(1); r = weakref.ref(t, lambda _: print("gone")); p = weakref.proxy(t); d = weakref.WeakValueDictionary(a=t); k = weakref.WeakKeyDictionary({t: "v"}); s = weakref.WeakSet([t])
print(r() is t, p.n, len(d), len(k), len(s)); del t; gc.collect(); print(r(), len(d), len(k), len(s))
try: p.n
except ReferenceError as error: print(error)
f = weakref.finalize(Thing(2), print, "finalized", 2); gc.collect(); print(f.alive)
x = Thing(3); x.me = x; w = weakref.ref(x); del x; gc.collect(); print(w() is None)

#: closures and names
def counter():
    n = 0
    def up(by=1): nonlocal n; n += by; return n
    return up
a, b = counter(), counter(); print(a(), a(5), b(), [f() for f in [lambda i=i: i * i for i in range(4)]], [f() for f in [lambda: i for i in range(3)]], a.__closure__[0].cell_contents)
def f(x, y=[], /, *args, k, **kw): y.append(x); return y, args, k, kw
print(f(1, k=2), f(2, k=3, z=4), f(3, [0], 7, k=1), f.__defaults__, f.__code__.co_varnames[:3])
for wrong in (lambda: f(1), lambda: f(k=1), lambda: f()):
    try: wrong()
    except TypeError as error: print(error)
def late():
    try: return undefined
    except NameError as error: return str(error)
def local():
    try: x = y; y = 1
    except UnboundLocalError as error: return type(error).__name__
print(late(), local())

#: exceptions: chains, groups, else and finally, notes
def order():
    out = []
    for kind in (None, ValueError, KeyError):
        try:
            out.append("try")
            if kind: raise kind("x")
        except ValueError: out.append("value")
        except LookupError as error: out.append(repr(error))
        else: out.append("else"); continue
        finally: out.append("finally")
    return out
print(order())
try:
    try: 1 / 0
    except ZeroDivisionError as error: raise ValueError("second") from error
except ValueError as error: print(repr(error.__cause__), error.__suppress_context__)
try: raise ExceptionGroup("many", [ValueError(1), TypeError(2), ExceptionGroup("in", [ValueError(3)])])
except* ValueError as group: print(group.exceptions)
except* TypeError as group: print(repr(group))
def f():
    try: return "try"
    finally: print("before leaving")
print(f()); e = Exception("a", 1); e.add_note("note"); print(e.args, e.__notes__, str(Exception()), str(KeyError("k")), str(OSError(2, "text", "file")))

#: introspection
import inspect, types
def f(a: int, b: "str" = "x", *c, d: float = 1.5, **e) -> list: "Doc."; return []
class K:
    def m(self): ...
    @classmethod
    def c(cls): ...
    @staticmethod
    def s(): ...
print(inspect.signature(f), inspect.signature(K.m), inspect.signature(K().m), [p.kind.name for p in inspect.signature(f).parameters.values()], inspect.getdoc(f), inspect.signature(f).bind(1, 2, 3, d=4).arguments)
print(inspect.isgeneratorfunction(f), [n for n, _ in inspect.getmembers(K, inspect.isfunction)], inspect.ismethod(K().m), vars(K)["s"].__class__.__name__, types.SimpleNamespace(x=1, y="a"), getattr(K, "none", 3), inspect.getmro(K)[-1] is object)

#: types at run time
import typing
from typing import NamedTuple, TypedDict, Literal, Optional, Union, get_type_hints, get_args, get_origin, Generic, TypeVar
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self): self.items: list[T] = []
class P(NamedTuple):
    x: int
    y: int = 2
class Movie(TypedDict, total=False): name: str; year: int
def f(a: "int", b: Optional[str] = None, *c: list[int]) -> Literal["a", "b"]: ...
print(get_type_hints(f)["a"], get_args(Literal["a", 1]), get_origin(dict[str, int]), list[int], get_args(dict[str, list[int]]), P(1)._replace(y=5), P._fields, P(1)._asdict(), P._make([7, 8]), Movie(name="x"), Movie.__total__)
print(Stack[int].__origin__.__name__, isinstance(3, int | str), get_args(int | None), typing.cast(int, "x"), P(1) == (1, 2), P(3, 4) < P(3, 5))

#: operators as functions
import operator as op
print(op.itemgetter(1, 0)("ab"), op.attrgetter("real", "imag")(3 + 4j), op.methodcaller("split", ",")("a,b"), op.concat([1], [2]), op.countOf("banana", "a"), op.indexOf([5, 6], 6), op.contains([1], 1), op.truth([]), op.index(True), op.iadd([1], [2]), op.length_hint(iter([1, 2, 3])), op.matmul.__name__)

#: a linked list and a binary tree
class Tree:
    def __init__(self, values=()):
        self.root = None
        for v in values: self.add(v)
    def add(self, v):
        node = [v, None, None]
        if self.root is None: self.root = node; return
        at = self.root
        while True:
            side = 1 if v < at[0] else 2
            if at[side] is None: at[side] = node; return
            at = at[side]
    def __iter__(self):
        def walk(node):
            if node: yield from walk(node[1]); yield node[0]; yield from walk(node[2])
        return walk(self.root)
    def depth(self, node=0):
        node = self.root if node == 0 else node
        return 0 if node is None else 1 + max(self.depth(node[1]), self.depth(node[2]))
t = Tree([5, 2, 8, 1, 9, 3]); print(list(t), t.depth(), Tree().depth(), list(Tree(range(600)))[-1], Tree("hello").depth())

#: a state machine with callables in a table
class Turnstile:
    table = {("locked", "coin"): ("open", "unlock"), ("open", "push"): ("locked", "lock"), ("locked", "push"): ("locked", "alarm"), ("open", "coin"): ("open", "thank")}
    def __init__(self): self.state, self.log = "locked", []
    def __call__(self, event):
        self.state, action = self.table[self.state, event]
        self.log.append(action); return self
t = Turnstile()
for e in "push coin coin push".split(): t(e)
print(t.state, t.log)
