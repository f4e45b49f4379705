"""Which of some names, the arguments, mean something to Python, and which to its packages: as JSON.

An object's kind isn't known from a source, so a name that a library's objects answer to can't be
given another meaning.
"""

import builtins
import importlib
import json
import keyword
import sys

MODULES = (
    "math cmath random itertools functools operator collections json os os.path re sys time datetime pathlib argparse "
    "logging statistics copy csv io string numpy numpy.linalg numpy.fft numpy.random numpy.ma scipy scipy.linalg "
    "scipy.stats scipy.optimize scipy.special scipy.sparse scipy.sparse.linalg scipy.spatial scipy.signal "
    "scipy.integrate scipy.interpolate scipy.ndimage pandas sklearn networkx matplotlib matplotlib.pyplot sympy tqdm"
).split()
CLASSES = (
    "pathlib.Path argparse.ArgumentParser argparse.Namespace logging.Logger datetime.datetime datetime.timedelta "
    "random.Random collections.Counter collections.deque collections.defaultdict numpy.ndarray numpy.generic "
    "numpy.random.Generator numpy.random.RandomState pandas.DataFrame pandas.Series pandas.Index "
    "pandas.core.groupby.DataFrameGroupBy scipy.sparse.csr_matrix scipy.optimize.OptimizeResult "
    "scipy.stats.rv_continuous networkx.DiGraph matplotlib.axes.Axes matplotlib.figure.Figure "
    "sklearn.linear_model.LogisticRegression sklearn.ensemble.RandomForestClassifier sklearn.pipeline.Pipeline "
    "sklearn.decomposition.PCA sklearn.cluster.KMeans sklearn.preprocessing.StandardScaler"
).split()


def of_packages():
    for name in dir(builtins):
        yield from dir(getattr(builtins, name))
    for name in MODULES:
        yield from name.split(".")
        yield from dir(importlib.import_module(name))
    for name in CLASSES:
        module, _, own = name.rpartition(".")
        yield from dir(getattr(importlib.import_module(module), own))


asked = set(sys.argv[1:])
python = {*keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names, *dir(builtins)}
json.dump({"python": sorted(asked & python), "packages": sorted(asked & set(of_packages()))}, sys.stdout)
