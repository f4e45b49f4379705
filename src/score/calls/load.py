"""Has the reference's functions wrapped as they are defined, and loads the candidate's.

Both files are compiled with a call of a hook behind each definition: `f = hook(f, …)`. So a
wrapped function is what its module has from the start, whoever imports it, and in a script as well
as in a module, in a class as well as outside.

A candidate's module is made of the candidate's file under the reference's name and package, but for
its classes: a class that the reference's module has too is the reference's, so that objects of the
one are objects of the other. What the candidate's methods do is laid over that class while the
candidate runs.
"""

import ast
import builtins
from functools import cached_property
from importlib.machinery import PathFinder, SourceFileLoader
from types import FunctionType, ModuleType

CANDIDATE = "/autoexp-candidate/"
# The functions' names by file.
wanted = {}
for each in SPEC["functions"]:
    wanted.setdefault(each["file"], set()).add(each["name"])
# What the candidate's script is called, which is not to be run.
CANDIDATE_MAIN = "__autoexp_main__"
WRAP, KEEP, ADOPT = "__autoexp_wrap__", "__autoexp_keep__", "__autoexp_adopt__"
CELL = "__autoexp_cell__"
METHODS = (FunctionType, staticmethod, classmethod, property, cached_property)


class Hooked(ast.NodeTransformer):
    """Puts the hooks into a file: the one for functions behind those asked for, by qualified names
    as tasks have them, the one for classes behind all that are in no function."""

    def __init__(self, file, names, function_hook, class_hook=None):
        self.file, self.names = file, names
        self.function_hook, self.class_hook = function_hook, class_hook
        self.scope, self.inner = [], 0

    def visit_FunctionDef(self, node):
        self.scope.append(node.name)
        name, nested = ".".join(self.scope), self.inner > 0
        self.inner += 1
        self.generic_visit(node)
        self.inner -= 1
        self.scope.pop()
        if name not in self.names:
            return node
        return [node, self.call(node, self.function_hook, name, nested)]

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.scope.append(node.name)
        name = ".".join(self.scope)
        self.generic_visit(node)
        self.scope.pop()
        if self.class_hook is None or self.inner:
            return node
        if any(getattr(each, "id", None) in ("super", "__class__") for each in ast.walk(node)):
            # Its closure has the cell that `super()` finds the class in.
            node.body += ast.parse(f"def {CELL}(): return __class__").body
        return [node, self.call(node, self.class_hook, name)]

    def call(self, node, hook, *about):
        words = ", ".join(map(repr, (self.file, *about)))
        (statement,) = ast.parse(f"{node.name} = {hook}({node.name}, {words})").body
        for each in ast.walk(statement):
            ast.copy_location(each, node)
        return statement


def compile_hooked(source, path, *hooks):
    file = place(path.replace(CANDIDATE, REPOSITORY, 1))
    tree = Hooked(file, wanted[file], *hooks).visit(ast.parse(source, path))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def compile_script(source, path, mode, **options):
    """In the place of `compile` where a script is started."""
    if place(path) in wanted:
        return compile_hooked(source, path, WRAP)
    return compile(source, path, mode, **options)


class Loader(SourceFileLoader):
    def source_to_code(self, data, path, *_):
        return compile_hooked(data, path, WRAP)


class Finder:
    """Finds the modules that have functions to compare, before anybody else does."""

    # The last parts of their names.
    names = {
        file.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2] for file in wanted
    }

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.rpartition(".")[2] not in cls.names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not spec.has_location or place(spec.origin) not in wanted:
            return None
        spec.loader = Loader(name, spec.origin)
        return spec


class AddedFinder:
    """Finds what the candidate's repository has and the reference's lacks, for the candidate."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if stage.running is None:
            return None
        folders = [os.path.normpath(each) + "/" for each in (sys.path if path is None else path)]
        folders = [
            CANDIDATE + each.removeprefix(REPOSITORY)
            for each in folders
            if each.startswith(REPOSITORY)
        ]
        return PathFinder.find_spec(name, folders, target)


class Home:
    """A module of the reference, and its counterpart in the candidate's repository."""

    def __init__(self, file, names):
        self.file, self.names = file, names
        # The candidate's functions by qualified name, once its file is loaded.
        self.functions = None
        # The reference's classes, each with the candidate's methods of it.
        self.methods = []
        # Whether the candidate's file is another one than the reference's.
        self.changed = True
        self.trouble = None

    def load(self):
        if self.functions is not None:
            return
        self.functions = {}
        path = CANDIDATE + self.file
        try:
            source = content_of(path)
            self.changed = source != content_of(REPOSITORY + self.file)
            note_imports(ast.parse(source, path))
            code = compile_hooked(source, path, KEEP, ADOPT)
        except (OSError, SyntaxError, ValueError, RecursionError) as error:
            self.trouble = said(error)
            return
        self.module = self.empty_module(path)
        _, error = apart(self, lambda: exec(code, vars(self.module)))
        self.trouble = error and said(error)

    def empty_module(self, path):
        name = self.names["__name__"]
        module = ModuleType(CANDIDATE_MAIN if name == "__main__" else name)
        # Those of this frame are the harness' own.
        module.__builtins__ = builtins
        module.__file__ = path
        for shared in ("__package__", "__spec__", "__path__"):
            if shared in self.names:
                vars(module)[shared] = self.names[shared]
        if name == "__main__":
            # Where dataclasses look for the module of a class.
            sys.modules[CANDIDATE_MAIN] = module
        return module

    def adopt(self, kind, name):
        """The reference's class of this name, if it has one; the candidate's own if not."""
        if not isinstance(kind, type):
            return kind
        cell = vars(kind).get(CELL)
        if cell:
            type.__delattr__(kind, CELL)
        ours = self.names
        for part in name.split("."):
            ours = ours.get(part) if ours is self.names else getattr(ours, part, None)
        if not isinstance(ours, type) or ours.__module__ != self.names["__name__"]:
            return kind
        if cell:
            cell.__closure__[0].cell_contents = ours
        if self.changed:
            methods = vars(kind).items()
            methods = {each: value for each, value in methods if isinstance(value, METHODS)}
            self.methods.append((ours, methods))
        return ours


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def note_imports(tree):
    """What a candidate imports anywhere is what it may change."""
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            parts = name.split(".")
            imported.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    shared.look_again()


def said(error):
    """An exception in a few words; what it says may be the candidate's code."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    name = named(type(error))
    return f"{name}: {text if len(text) <= 200 else text[:200] + '…'}" if text else name
