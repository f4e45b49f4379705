"""Imports what research code imports, once, so that a run can be handed it.

Executed when a memory image is made, before `boot.py` in the same namespace. Every import is
watched: what it imports in turn, and what it does to the warnings filters. At the end the
interpreter looks as if nothing had been imported but what CPython has at its start, and a finder
hands out each prepared module on its first import, with all that importing it would bring.
"""

import sys

# What CPython has at its start; the rest is here for the turn that runs this.
PLAIN = set(sys.modules) - {"_ast", "ast", "gc", "linecache"}

import builtins
import gc
import os
import warnings
from importlib import _bootstrap
from importlib.machinery import BuiltinImporter, PathFinder

LIBRARY = tuple(sys.path)


class Prepared:
    """What the import of one module does."""

    __slots__ = ("module", "spec", "imports", "filters", "finders", "closure", "beyond")

    def __init__(self):
        self.module = None
        self.spec = None
        # The modules it imports itself, in order.
        self.imports = {}
        # The warnings filters that it adds, the newest first.
        self.filters = ()
        # The finders that it adds to `sys.meta_path`.
        self.finders = ()
        # Its Closure, once it is asked for, and what that has beyond its package's.
        self.closure = self.beyond = None


PREPARED = {}
RUNNING = []
# Modules to be, made one after the other so that they lie side by side: handing out a thousand
# modules looks at each of them, and would otherwise touch as many pages.
POOL = [type(sys)("") for _ in range(4096)]


class WatchedLoader:
    def __init__(self, loader, name):
        self.loader, self.name = loader, name

    def __getattr__(self, attribute):
        return getattr(self.loader, attribute)

    def create_module(self, spec):
        module = self.loader.create_module(spec)
        if module is None and POOL:
            module = POOL.pop()
            module.__name__ = spec.name
        return module

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        prepared = PREPARED[self.name] = Prepared()
        before, finders = list(warnings.filters), list(sys.meta_path)
        RUNNING.append(self.name)
        try:
            if self.loader is BuiltinImporter:
                hide_and(self.loader.exec_module, module)
            else:
                self.loader.exec_module(module)
        except BaseException:
            # An optional part that isn't there: nothing to hand out.
            del PREPARED[self.name]
            raise
        finally:
            RUNNING.pop()
        prepared.filters = tuple(each for each in warnings.filters if each not in before)
        prepared.finders = tuple(each for each in sys.meta_path if each not in finders)


# What a compiled module that is being executed has to ask for.
HIDDEN = {}


def hide_and(execute, module):
    """Executes a compiled module. Its code may import without `builtins.__import__`, and what is in
    `sys.modules` then without anybody's notice; so nothing is there that it doesn't ask for."""
    hidden = {name: sys.modules[name] for name in PREPARED if name in sys.modules and name not in RUNNING}
    for name in hidden:
        del sys.modules[name]
    HIDDEN.update(hidden)
    try:
        execute(module)
    finally:
        for name in hidden:
            sys.modules.setdefault(name, hidden[name])


class Again:
    """Loads a hidden module as it is."""

    def __init__(self, name):
        self.module, self.spec = HIDDEN[name], HIDDEN[name].__spec__

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


class Watch:
    """A finder in front of all others."""

    def find_spec(self, name, path=None, target=None):
        watch_names(name)
        if name in HIDDEN:
            return _bootstrap.ModuleSpec(name, Again(name))
        for finder in sys.meta_path[1:]:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = WatchedLoader(spec.loader, name)
                return spec
        return None


def watch_names(name, fromlist=()):
    """Notes that the module whose code runs imports `name`."""
    if not RUNNING or RUNNING[-1] not in PREPARED:
        return
    imports = PREPARED[RUNNING[-1]].imports
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        imports[".".join(parts[:end])] = None
    for part in fromlist or ():
        if f"{name}.{part}" in sys.modules:
            imports[f"{name}.{part}"] = None


def warm(names):
    """Imports `names`, hides them again, and installs the finder that hands them out."""
    plain_import, plain_gcd_import = builtins.__import__, _bootstrap._gcd_import
    plain_filters, plain_finders = list(warnings.filters), list(sys.meta_path)

    def watched_import(name, globals=None, locals=None, fromlist=(), level=0):
        module = plain_import(name, globals, locals, fromlist, level)
        if level == 0:
            watch_names(name, fromlist)
        elif RUNNING:
            package = _bootstrap._calc___package__(globals)
            watch_names(_bootstrap._resolve_name(name, package, level), fromlist)
        return module

    def watched_gcd_import(name, package=None, level=0):
        module = plain_gcd_import(name, package, level)
        watch_names(module.__name__ if level else name)
        return module

    sys.meta_path.insert(0, Watch())
    builtins.__import__, _bootstrap._gcd_import = watched_import, watched_gcd_import
    try:
        for name in names:
            plain_import(name)
        before = {name: fingerprint(name) for name in PREPARED}
        for adapt in (say_what_is_missing, duplicate_descriptors, run_in_one_thread, keep_to_one_process, run_joblib_in_order, run_asyncio, run_python_in_the_sandbox):
            adapt()
        ADAPTED.update(
            name.partition(".")[0] for name in before if fingerprint(name) != before[name]
        )
        warm_tracebacks()
    finally:
        builtins.__import__, _bootstrap._gcd_import = plain_import, plain_gcd_import
        sys.meta_path[:] = plain_finders
    with warnings._lock:
        warnings.filters[:] = plain_filters
        warnings._filters_mutated_lock_held()

    for name in list(PREPARED):
        module = sys.modules.get(name)
        if module is None:
            del PREPARED[name]
        else:
            PREPARED[name].module, PREPARED[name].spec = module, module.__spec__
    for name in set(sys.modules) - PLAIN:
        if name not in PREPARED:
            # Put there by hand, as `os.path` is: part of whoever did it.
            entry = PREPARED[name] = Prepared()
            entry.module, entry.spec = sys.modules[name], None
    # What fills the gaps that the allocator would else put the names into.
    gaps = [f"{name}{number}" for name in PREPARED for number in range(24)]
    NAMES.update((name, f"{name[:-1]}{name[-1]}") for name in PREPARED)
    del gaps
    POOL.clear()
    HIDDEN.clear()
    for name in set(sys.modules) - PLAIN:
        parent, _, child = name.rpartition(".")
        owner = PREPARED.get(parent)
        imported = PREPARED[name].spec is not None
        if imported and owner is not None and name not in reached(parent):
            owner.module.__dict__.pop(child, None)
            DETACHED.add(name)
    for name in names:
        package = name.rpartition(".")[0]
        if name in PREPARED:
            closure(name)
            if package in PREPARED:
                beyond(name, package)
    for name in set(sys.modules) - PLAIN:
        del sys.modules[name]
    # Built-in modules go before any folder.
    tops = {name.partition(".")[0] for name in PREPARED}
    TOPS.update(tops - set(sys.builtin_module_names))
    sys.meta_path.insert(0, HandOut)
    gc.collect()
    list_objects()
    gc.freeze()


# The packages of which something was replaced.
ADAPTED = set()


def fingerprint(name):
    """Another number where a module's names mean other things."""
    return hash(tuple(map(id, vars(sys.modules[name]).values()))) if name in sys.modules else None


# All objects there are when an image is made.
ALIVE = []


def list_objects():
    """Tells the host where all objects are, so that it can make them immortal: using them writes
    no reference count then, and leaves their pages shared. The pages that a run touches are most
    of what its start costs."""
    from array import array

    ALIVE.extend(gc.get_objects())
    # A bit for each word of memory: a set of so many numbers would double the image.
    known = bytearray(1 << 23)
    for each in ALIVE:
        address = id(each)
        known[address >> 5] |= 1 << (address >> 2 & 7)
    done = 0
    while done < len(ALIVE):
        for each in gc.get_referents(*ALIVE[done : done + 1000]):
            address = id(each)
            byte, bit = address >> 5, 1 << (address >> 2 & 7)
            if not known[byte] & bit:
                known[byte] |= bit
                ALIVE.append(each)
        done += 1000
    with open("/tmp/objects", "wb") as file:
        for start in range(0, len(ALIVE), 1000):
            array("I", map(id, ALIVE[start : start + 1000])).tofile(file)


def warm_tracebacks():
    """The first traceback costs more than most programs, in imports and in caches."""
    import io
    import linecache
    import traceback

    try:
        raise ValueError("warm")
    except ValueError as error:
        traceback.print_exception(error, file=io.StringIO())
    linecache.clearcache()


def add_filters(filters):
    with warnings._lock:
        for added in reversed(filters):
            if added not in warnings.filters:
                warnings.filters.insert(0, added)
        warnings._filters_mutated_lock_held()


# Submodules that importing their package alone does not make attributes of it.
DETACHED = set()


# The names of all that is prepared, side by side like the modules.
NAMES = {}


def reached(name):
    """All modules that importing one brings."""
    modules, stack = {}, [name]
    while stack:
        each = stack.pop()
        if each not in modules and each in PREPARED:
            modules[NAMES.setdefault(each, each)] = PREPARED[each].module
            stack.extend(PREPARED[each].imports)
            stack.append(each.rpartition(".")[0])
    return modules


class Closure:
    """Modules that come together, and what comes with them."""

    __slots__ = ("modules", "detached", "filters", "finders", "tops")

    def __init__(self, modules):
        self.modules = modules
        self.detached = [each for each in modules if each in DETACHED]
        self.filters = [each for each in modules if PREPARED[each].filters]
        self.finders = [each for each in modules if PREPARED[each].finders]
        self.tops = {each.partition(".")[0] for each in modules}


def closure(name):
    prepared = PREPARED[name]
    if prepared.closure is None:
        prepared.closure = Closure(reached(name))
    return prepared.closure


def beyond(name, package):
    """What importing a module brings beside what its package has brought."""
    prepared = PREPARED[name]
    if prepared.beyond is None:
        before, all = closure(package).modules, closure(name).modules
        prepared.beyond = Closure({each: all[each] for each in all if each not in before})
    return prepared.beyond


OWN = (None, frozenset())
# The prepared top-level names that a program's own module may go before. Made once: to go over
# all that is prepared would touch, and so copy, as many pages of the image.
TOPS = set()


def shadowed():
    """The top-level names that the program's own folders have, which go before the library's."""
    global OWN
    own = tuple(entry for entry in sys.path if entry not in LIBRARY)
    if own != OWN[0]:
        names = set()
        for entry in own:
            names.update(file.partition(".")[0] for file in listed(entry))
        found = {name: PathFinder.find_spec(name, list(own)) for name in names & TOPS}
        # A folder that is no package, and has no loader, gives way to any that is.
        there = {name for name, spec in found.items() if spec is not None and spec.loader}
        OWN = (own, frozenset(there))
    return OWN[1]


def listed(entry):
    """What is at the top of an entry of `sys.path`: a folder, an archive or nothing."""
    try:
        return os.listdir(entry or ".")
    except NotADirectoryError:
        import zipimport

        try:
            files = zipimport.zipimporter(entry)._get_files()
        except zipimport.ZipImportError:
            return []
        return {file.partition("/")[0] for file in files}
    except OSError:
        return []


# The modules that were handed out by themselves, with all that they bring.
HANDED = set()
# What each of them brought.
BROUGHT = []


def again(name):
    """Whether a program wants a module anew, which it has had and removed. Of what is adapted to
    this sandbox there is the one."""
    if name.partition(".")[0] in ADAPTED:
        return False
    return any(name in modules for modules in BROUGHT)


class HandOut:
    """Finds prepared modules."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        # With a target it is a reload, which is the module's own finder's.
        if target is not None or name not in PREPARED or name.partition(".")[0] in shadowed():
            return None
        if again(name):
            return None
        own = PREPARED[name].spec
        spec = _bootstrap.ModuleSpec(name, Loader(name), origin=own and own.origin)
        if own is not None:
            spec.submodule_search_locations = own.submodule_search_locations
        return spec


class Loader:
    """The loader of a prepared module, until it has its own back; for all else, that one."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __getattr__(self, attribute):
        own = PREPARED[self.name].spec
        return getattr(own and own.loader, attribute)

    @staticmethod
    def create_module(spec):
        return PREPARED[spec.name].module

    @staticmethod
    def exec_module(module):
        name = module.__spec__.name
        module.__spec__ = PREPARED[name].spec
        package = name.rpartition(".")[0]
        brought = beyond(name, package) if package in HANDED else closure(name)
        HANDED.add(name)
        modules, new = sys.modules, brought.modules
        added = {each: new[each] for each in new if each not in modules}
        hidden = shadowed() & brought.tops
        if hidden:
            added = {each: new[each] for each in added if each.partition(".")[0] not in hidden}
        added[name] = module
        modules.update(added)
        BROUGHT.append(added)
        for each in brought.detached:
            if each in added:
                parent, _, child = each.rpartition(".")
                setattr(PREPARED[parent].module, child, PREPARED[each].module)
        for each in brought.filters:
            if each in added:
                add_filters(PREPARED[each].filters)
        for each in brought.finders:
            if each in added:
                sys.meta_path.extend(PREPARED[each].finders)
        if "numpy.random" in added:
            # Seeded when it was imported, into the image.
            PREPARED["numpy.random.mtrand"].module._rand.seed()
