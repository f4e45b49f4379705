"""Watches the integer arithmetic of the repository's own sources for results that don't fit numpy's
default integer, which has 32 bits here and 64 natively: they wrap, most of them without a word.

Sources are compiled with a call in the place of each operation that can wrap: `a * b` becomes
`hook(site, a, b)`. The hook does what stands there, and does it again on copies with 64 bits; a
place where the two differ is noted, once.
"""

import ast
import builtins
import operator
from importlib.machinery import PathFinder, SourceFileLoader

OPERATORS = {
    ast.Add: (operator.add, operator.iadd),
    ast.Sub: (operator.sub, operator.isub),
    ast.Mult: (operator.mul, operator.imul),
    ast.Pow: (operator.pow, operator.ipow),
    ast.LShift: (operator.lshift, operator.ilshift),
    ast.MatMult: (operator.matmul, operator.imatmul),
}
CALLS = set(
    "sum prod cumsum cumprod nansum nanprod nancumsum nancumprod dot matmul vdot inner outer trace "
    "multiply add subtract power square left_shift einsum tensordot cross kron diff convolve polyval "
    "reduce accumulate astype".split()
)
# Most results: quickly told.
PLAIN = {int, float, complex, str, bytes, list, tuple}
# Each place that is watched: its file and node. Those that wrapped, in the order of their first
# time.
sites = []
wrapped = {}
sources = {}


def is_narrow(value):
    dtype = getattr(value, "dtype", None)
    return getattr(dtype, "kind", None) == "i" and dtype.itemsize == 4


def wide(value):
    if is_narrow(value):
        return value.astype("int64")
    if isinstance(value, (list, tuple)):
        array = sys.modules["numpy"].asarray(value)
        return array.astype("int64") if is_narrow(array) else value
    return value


def look(site, result, again):
    """Notes a place whose result isn't what it is with 64 bits."""
    if site in wrapped or not is_narrow(result):
        return
    numpy = sys.modules["numpy"]
    try:
        with numpy.errstate(all="ignore"):
            exact = again()
            same = numpy.array_equal(exact, result)
    except Exception:
        # What can't be done with 64 bits can't be compared.
        return
    if not same and getattr(exact, "dtype", None) == "int64":
        wrapped[site] = None


def operation(site, left, right):
    result = sites[site][2](left, right)
    if type(result) not in PLAIN and is_narrow(result):
        look(site, result, lambda: sites[site][2](wide(left), wide(right)))
    return result


def in_place(site, left, right):
    do, do_in_place = sites[site][2]
    if not is_narrow(left):
        return do_in_place(left, right)
    before = wide(left)
    result = do_in_place(left, right)
    look(site, result, lambda: do(before, wide(right)))
    return result


def in_place_attribute(site, of, name, right):
    setattr(of, name, in_place(site, getattr(of, name), right))


def in_place_item(site, of, key, right):
    of[key] = in_place(site, of[key], right)


def call(site, function, /, *args, **options):
    result = function(*args, **options)
    if is_narrow(result) and "out" not in options:
        again = with_64_bits(function, args, options)
        if again:
            look(site, result, again)
    return result


def with_64_bits(function, args, options):
    """The same call on wide copies, if it is one of numpy's or of an array's."""
    numpy = sys.modules["numpy"]
    name, owner = getattr(function, "__name__", None), getattr(function, "__self__", None)
    if name == "astype":
        # Only where the width is left to the machine.
        to_default = args[:1] in ((int,), ("int",)) or options.get("dtype") in (int, "int")
        return (lambda: owner.astype("int64")) if to_default else None
    options = {
        key: "int64" if key == "dtype" and value in (int, "int") else value
        for key, value in options.items()
    }
    if is_narrow(owner):
        return lambda: getattr(wide(owner), name)(*map(wide, args), **options)
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, numpy.ufunc) or isinstance(owner, numpy.ufunc):
        module = "numpy"
    if module.partition(".")[0] == "numpy":
        return lambda: function(*map(wide, args), **options)
    return None


class Watched(ast.NodeTransformer):
    """Puts the hooks into a file."""

    def __init__(self, file):
        self.file = file

    def hook(self, hook, node, does, *args, keywords=()):
        sites.append((self.file, node, does))
        site = ast.Constant(len(sites) - 1)
        call = ast.Call(ast.Name(hook, ast.Load()), [site, *args], list(keywords))
        return ast.copy_location(call, node)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        does = OPERATORS.get(type(node.op))
        if does is None or any(
            isinstance(side, ast.Constant) and not isinstance(side.value, int)
            for side in (node.left, node.right)
        ):
            return node
        return self.hook("__autoexp_operation__", node, does[0], node.left, node.right)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        does, target = OPERATORS.get(type(node.op)), node.target
        if does is None:
            return node
        if isinstance(target, ast.Name):
            old = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            new = self.hook("__autoexp_in_place__", node, does, old, node.value)
            return ast.copy_location(ast.Assign([target], new), node)
        if isinstance(target, ast.Attribute) and not target.attr.startswith("__"):
            hook, key = "__autoexp_in_place_attribute__", ast.Constant(target.attr)
        elif isinstance(target, ast.Subscript) and not has_star(target.slice):
            hook, key = "__autoexp_in_place_item__", index(target.slice)
        else:
            return node
        done = self.hook(hook, node, does, target.value, key, node.value)
        return ast.copy_location(ast.Expr(done), node)

    def visit_Call(self, node):
        self.generic_visit(node)
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name not in CALLS:
            return node
        args = (node.func, *node.args)
        return self.hook("__autoexp_call__", node, None, *args, keywords=node.keywords)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node):
        # A pattern isn't computed.
        node.guard = node.guard and self.visit(node.guard)
        node.body = [self.visit(each) for each in node.body]
        return node


def has_star(key):
    return isinstance(key, ast.Tuple) and any(isinstance(each, ast.Starred) for each in key.elts)


def index(key):
    """What stands between brackets, as a value."""
    if isinstance(key, ast.Slice):
        ends = [each or ast.Constant(None) for each in (key.lower, key.upper, key.step)]
        return ast.Call(ast.Name("__autoexp_slice__", ast.Load()), ends, [])
    if isinstance(key, ast.Tuple):
        return ast.Tuple([index(each) for each in key.elts], ast.Load())
    return key


def compile_watched(source, path):
    file = place(path)
    tree = ast.parse(source, path)
    sources[file] = source if isinstance(source, str) else bytes(source).decode(errors="replace")
    tree = ast.fix_missing_locations(Watched(file).visit(tree))
    return compile(tree, path, "exec", dont_inherit=True)


def compile_script(source, path, mode, **options):
    """In the place of `compile` where a script is started."""
    if place(path) is None:
        return compile(source, path, mode, **options)
    return compile_watched(source, path)


class Loader(SourceFileLoader):
    def source_to_code(self, data, path, *_):
        return compile_watched(data, path)


class Finder:
    """Finds the repository's own modules, before anybody else does."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not spec.has_location or not spec.origin.endswith(".py"):
            return None
        if place(spec.origin) is None:
            return None
        spec.loader = Loader(name, spec.origin)
        return spec


def seen():
    places = []
    for site in wrapped:
        file, node, _ = sites[site]
        text = ast.get_source_segment(sources[file], node) or ""
        places.append({"file": file, "line": node.lineno, "text": " ".join(text.split())})
    return {"places": places}


vars(builtins).update(
    __autoexp_operation__=operation,
    __autoexp_in_place__=in_place,
    __autoexp_in_place_attribute__=in_place_attribute,
    __autoexp_in_place_item__=in_place_item,
    __autoexp_call__=call,
    __autoexp_slice__=slice,
)
sys.meta_path.insert(0, Finder)
run_experiment(seen, compile_script)
