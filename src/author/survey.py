"""Looks through a repository in /workspace without running any of it.

Standard output is a JSON object: for each source what it imports, what it uses that the packages
here no longer have, and why it can't be read; the requirements that the repository declares; which
of the imported modules aren't here. `python survey.py REQUIREMENT…` looks at these requirements
instead.
"""

import ast
import importlib.metadata
import importlib.util
import json
import os
import re
import sys
import tomllib
import warnings

warnings.simplefilter("ignore")
from packaging.requirements import InvalidRequirement, Requirement

# Requirements are those of a Linux machine: what is asked for on Windows alone isn't.
ENVIRONMENT = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "extra": ""}

# What takes the place of what is gone. That it is gone is looked up in the packages themselves.
MENDS = {
    "numpy.float": "write `float`",
    "numpy.int": "write `int`",
    "numpy.object": "write `object`",
    "numpy.str": "write `str`",
    "numpy.complex": "write `complex`",
    "numpy.unicode": "write `str`",
    "numpy.float_": "write `numpy.float64`",
    "numpy.complex_": "write `numpy.complex128`",
    "numpy.string_": "write `numpy.bytes_`",
    "numpy.unicode_": "write `numpy.str_`",
    "numpy.Inf": "write `numpy.inf`",
    "numpy.Infinity": "write `numpy.inf`",
    "numpy.infty": "write `numpy.inf`",
    "numpy.PINF": "write `numpy.inf`",
    "numpy.NINF": "write `-numpy.inf`",
    "numpy.NaN": "write `numpy.nan`",
    "numpy.NAN": "write `numpy.nan`",
    "numpy.product": "write `numpy.prod`",
    "numpy.cumproduct": "write `numpy.cumprod`",
    "numpy.alltrue": "write `numpy.all`",
    "numpy.sometrue": "write `numpy.any`",
    "numpy.round_": "write `numpy.round`",
    "numpy.in1d": "write `numpy.isin`",
    "numpy.row_stack": "write `numpy.vstack`",
    "numpy.trapz": "write `numpy.trapezoid`",
    "numpy.msort": "write `numpy.sort(a, axis=0)`",
    "numpy.asscalar": "write `a.item()`",
    "numpy.rank": "write `numpy.ndim`",
    "numpy.asfarray": "write `numpy.asarray(a, dtype=float)`",
    "numpy.find_common_type": "write `numpy.result_type`",
    "scipy.integrate.simps": "write `scipy.integrate.simpson`",
    "scipy.integrate.trapz": "write `scipy.integrate.trapezoid`",
    "scipy.integrate.cumtrapz": "write `scipy.integrate.cumulative_trapezoid`",
    "scipy.misc": "write `scipy.special` for `comb`, `factorial` and `logsumexp`, `scipy.datasets` for data",
    "scipy.stats.binom_test": "write `scipy.stats.binomtest(…).pvalue`",
    "scipy.signal.gaussian": "write `scipy.signal.windows.gaussian`",
    "scipy.signal.hann": "write `scipy.signal.windows.hann`",
    "scipy.signal.hamming": "write `scipy.signal.windows.hamming`",
    "sklearn.externals": "import `joblib` itself",
    "sklearn.cross_validation": "write `sklearn.model_selection`",
    "sklearn.grid_search": "write `sklearn.model_selection`",
    "sklearn.datasets.load_boston": "use other data: it was taken out",
    "pandas.Panel": "use a DataFrame with a MultiIndex",
    "pandas.np": "import numpy itself",
    "pandas.datetime": "write `datetime.datetime`",
    "networkx.to_numpy_matrix": "write `networkx.to_numpy_array`",
    "networkx.from_numpy_matrix": "write `networkx.from_numpy_array`",
    "matplotlib.cm.get_cmap": "write `matplotlib.colormaps[name]`",
    "time.clock": "write `time.perf_counter`",
    "inspect.getargspec": "write `inspect.getfullargspec`",
    "distutils": "use `packaging.version` for versions, `shutil` and `sysconfig` for the rest",
    "imp": "write `importlib`",
    "asyncore": "use `asyncio`",
    "cgi": "use `urllib.parse` or `html`",
    "pipes": "write `shlex.quote`",
    "pkg_resources": "write `importlib.metadata` or `importlib.resources`",
    "fractions.gcd": "write `math.gcd`",
    **{
        f"collections.{name}": f"write `collections.abc.{name}`"
        for name in (
            "Callable Container Hashable Iterable Iterator Mapping MutableMapping MutableSequence "
            "MutableSet Sequence Set Sized"
        ).split()
    },
}

# Methods, by the class that had them. Of whose kind an object is a source doesn't say; these names
# are no other class's, unless the repository has one with such a method.
METHODS = {
    "iteritems": ("pandas.DataFrame", "write `.items()`"),
    "as_matrix": ("pandas.DataFrame", "write `.to_numpy()`"),
    "applymap": ("pandas.DataFrame", "write `.map(…)`"),
    "ix": ("pandas.DataFrame", "write `.loc` or `.iloc`"),
    "mad": ("pandas.DataFrame", "write `(x - x.mean()).abs().mean()`"),
    "itemset": ("numpy.ndarray", "write `a[index] = value`"),
    "tostring": ("numpy.ndarray", "write `.tobytes()`"),
    "newbyteorder": ("numpy.ndarray", "write `a.view(a.dtype.newbyteorder(…))`"),
    "has_key": ("dict", "write `key in d`"),
}
# Of functions with these names, arguments that are gone.
KEYWORDS = {
    ("read_csv", "delim_whitespace"): 'write `sep=r"\\s+"`',
    ("read_csv", "error_bad_lines"): 'write `on_bad_lines="skip"`',
    ("read_csv", "squeeze"): 'write `.squeeze("columns")` behind the call',
    ("LinearRegression", "normalize"): "scale the data before",
    ("Ridge", "normalize"): "scale the data before",
    ("Lasso", "normalize"): "scale the data before",
    ("OneHotEncoder", "sparse"): "write `sparse_output`",
}
CALLS = {"numpy", "scipy", "pandas", "sklearn", "statsmodels", "networkx", "matplotlib", "sympy"}


def sources():
    for folder, folders, files in os.walk("/workspace"):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                yield path.removeprefix("/workspace/"), path


def read(path):
    with open(path, "rb") as file:
        return file.read()


FOUND = {}


def here(module):
    """Whether a module of the library or of a package can be imported; found, not run, but for the
    packages above it."""
    if module not in FOUND:
        try:
            FOUND[module] = module in sys.modules or importlib.util.find_spec(module) is not None
        except BaseException:
            FOUND[module] = False
    return FOUND[module]


def lacks(module, name):
    """Whether a module that is here has no such name."""
    if not here(module):
        return False
    try:
        loaded = importlib.import_module(module)
    except BaseException:
        return False
    return not hasattr(loaded, name) and not here(f"{module}.{name}")


def version_of(module):
    top = module.partition(".")[0]
    try:
        return f"{top} {importlib.metadata.version(top)}"
    except importlib.metadata.PackageNotFoundError:
        return f"Python {sys.version.split()[0]}"


class Source(ast.NodeVisitor):
    def __init__(self, own):
        # What the repository itself has, by its top name.
        self.own = own
        self.imports, self.of_own, self.removed, self.aliases = [], [], [], {}
        self.guarded = 0

    def gone(self, node, what, mend):
        self.removed.append({"line": node.lineno, "what": what, "mend": mend})

    def imported(self, node, module):
        top = module.partition(".")[0]
        if top in self.own:
            self.of_own.append(module)
            return False
        self.imports.append({"line": node.lineno, "module": module, "guarded": bool(self.guarded)})
        if not self.guarded and module in MENDS and not here(module):
            self.gone(node, f"`{module}` is not in {version_of(module)}", MENDS[module])
        return True

    def visit_Import(self, node):
        for name in node.names:
            if self.imported(node, name.name):
                bound = name.asname or name.name.partition(".")[0]
                self.aliases[bound] = name.name if name.asname else bound

    def visit_ImportFrom(self, node):
        if node.level:
            # A module's name alone, or what is imported from the folder.
            names = [node.module] if node.module else [name.name for name in node.names]
            self.of_own.extend(names)
        if node.level or node.module == "__future__" or not self.imported(node, node.module):
            return
        for name in node.names:
            full = f"{node.module}.{name.name}"
            if name.name != "*" and lacks(node.module, name.name) and not self.guarded:
                self.missing(node, node.module, name.name)
            self.aliases[name.asname or name.name] = full

    def missing(self, node, module, name):
        full = f"{module}.{name}"
        mend = MENDS.get(full) or "look for what took its place"
        self.gone(node, f"`{full}` is not in {version_of(module)}", mend)

    def visit_Try(self, node):
        # What fails here, the program expects.
        self.guarded += 1
        for each in node.body:
            self.visit(each)
        self.guarded -= 1
        for each in [*node.handlers, *node.orelse, *node.finalbody]:
            self.visit(each)

    def dotted(self, node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in self.aliases:
            return ".".join([self.aliases[node.id], *reversed(parts)])

    def visit_Attribute(self, node):
        full = self.dotted(node)
        if full and isinstance(node.ctx, ast.Load) and not self.guarded:
            module, _, name = full.rpartition(".")
            if module.partition(".")[0] in CALLS | {"time", "inspect", "collections", "fractions"}:
                if lacks(module, name):
                    self.missing(node, module, name)
        elif full is None and node.attr in METHODS and node.attr not in self.own:
            kind, mend = METHODS[node.attr]
            self.gone(node, f"`.{node.attr}` is no longer {kind}'s", mend)
        self.generic_visit(node)

    def visit_Call(self, node):
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", None))
        keywords = {each.arg for each in node.keywords}
        if name == "append" and isinstance(function, ast.Attribute) and keywords & {"ignore_index", "sort"}:
            self.gone(node, "`.append` is no longer pandas.DataFrame's", "write `pandas.concat([a, b], …)`")
        for keyword in keywords:
            if (name, keyword) in KEYWORDS:
                self.gone(node, f"`{name}` no longer takes `{keyword}`", KEYWORDS[name, keyword])
        self.generic_visit(node)


def own_names(files, folder):
    """The names by which the sources of a folder import what is the repository's own."""
    own = set()
    beside = f"{folder}/" if folder and f"{folder}/__init__.py" not in files else ""
    for root in {"", "src/", beside}:
        own.update(
            file.removeprefix(root).partition("/")[0].removesuffix(".py")
            for file in files if file.startswith(root)
        )
    return own


def look_at_sources():
    files = dict(sources())
    trees, found = {}, []
    for file, path in files.items():
        try:
            trees[file] = ast.parse(read(path))
        except (SyntaxError, ValueError) as error:
            line, text = getattr(error, "lineno", None), getattr(error, "msg", str(error))
            found.append({"file": file, "imports": [], "of_own": [], "removed": [], "problem": {"line": line, "text": text}})
    methods = {
        node.name for tree in trees.values() for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    for file, tree in trees.items():
        looked = Source(own_names(files, file.rpartition("/")[0]) | (methods & METHODS.keys()))
        looked.visit(tree)
        found.append({
            "file": file, "imports": looked.imports, "of_own": looked.of_own, "removed": looked.removed,
            "problem": None,
        })
    return sorted(found, key=lambda each: each["file"])


def lines_of(text):
    """The lines of a requirements.txt, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", line).strip().rstrip("\\").strip()
        line = re.sub(r"\s--hash=\S+", "", line)
        if line:
            yield number, line


def from_setup(text):
    """What a setup.py says of `install_requires`, if it says it in place."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    names = {
        target.id: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "install_requires":
            value = names.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            for item in getattr(value, "elts", []):
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.lineno, item.value


def poetry(name, version):
    if isinstance(version, dict):
        version = "" if version.get("optional") else version.get("version", "*")
    if not isinstance(version, str):
        version = "*"
    bound = version.lstrip("^~")
    return name if bound == "*" or not bound[:1].isdigit() else f"{name}>={bound}"


def declared():
    """What the repository says it needs: each requirement with its place."""
    root = "/workspace"
    for name in sorted(os.listdir(root)):
        path = f"{root}/{name}"
        if re.fullmatch(r"requirements([-_.].*)?\.(txt|in)", name) and not re.search("dev|test|doc|lint", name):
            for line, text in lines_of(read(path).decode(errors="replace")):
                yield name, line, text
        elif name == "pyproject.toml":
            try:
                told = tomllib.loads(read(path).decode())
            except ValueError as error:
                yield name, 1, f"-unreadable: {error}"
                continue
            for text in told.get("project", {}).get("dependencies", []):
                yield name, None, text
            for package, version in told.get("tool", {}).get("poetry", {}).get("dependencies", {}).items():
                if package != "python":
                    yield name, None, poetry(package, version)
        elif name == "setup.cfg":
            import configparser

            told = configparser.ConfigParser(interpolation=None, strict=False)
            try:
                told.read_string(read(path).decode(errors="replace"))
            except configparser.Error:
                continue
            for line, text in lines_of(told.get("options", "install_requires", fallback="")):
                yield name, None, text
        elif name == "setup.py":
            for line, text in from_setup(read(path)):
                yield name, line, text
        elif name in ("environment.yml", "environment.yaml"):
            import yaml

            try:
                told = yaml.safe_load(read(path)) or {}
            except yaml.YAMLError:
                continue
            for each in told.get("dependencies") or []:
                for text in each.get("pip", []) if isinstance(each, dict) else [each]:
                    # conda's `name=version=build`
                    parts = re.split(r"(?<![=<>!~])=(?!=)", str(text))
                    if parts[0] not in ("python", "pip"):
                        yield name, None, parts[0] if len(parts) == 1 else f"{parts[0]}=={parts[1]}.*"


def requirement(file, line, text):
    known = {"file": file, "line": line, "text": text, "name": None, "has": None, "met": False, "wanted": True}
    try:
        asked = Requirement(text)
    except InvalidRequirement:
        return known
    known["name"] = asked.name
    known["wanted"] = asked.marker is None or asked.marker.evaluate(ENVIRONMENT)
    try:
        known["has"] = importlib.metadata.version(asked.name)
        known["met"] = asked.specifier.contains(known["has"], prereleases=True)
    except importlib.metadata.PackageNotFoundError:
        pass
    return known


def why(module):
    """What importing a module that isn't here says."""
    try:
        importlib.import_module(module)
    except BaseException as error:
        return str(error)


def survey():
    looked = look_at_sources()
    asked = {each["module"].partition(".")[0] for source in looked for each in source["imports"]}
    seen, requirements = set(), []
    for file, line, text in declared():
        known = requirement(file, line, text)
        if known["wanted"] and (known["name"] or text).lower() not in seen:
            seen.add((known["name"] or text).lower())
            requirements.append(known)
    return {
        "sources": looked,
        "requirements": requirements,
        "absent": {module: why(module) for module in sorted(asked) if not here(module)},
    }


# The repository's own folder is on the path; its modules aren't to be run.
sys.path[:] = [each for each in sys.path if each not in ("", "/workspace")]
asked = sys.argv[1:]
result = [requirement(None, None, text) for text in asked] if asked else survey()
json.dump(result, sys.stdout)
