# --- reference
import numpy as np
from collections import namedtuple
from dataclasses import dataclass

Pair = namedtuple("Pair", "left right")

@dataclass
class Fit:
    slope: float
    notes: dict

def value(kind):
    loop = [1]
    loop.append(loop)
    return {
        "near": 1.0,
        "scalar": 0.5,
        "zero_d": np.array(2.0),
        "nan": np.array([np.nan, 1.0]),
        "int": 10**9,
        "dtype": np.array([1, 2]),
        "bool": True,
        "shape": np.zeros((2, 1)),
        "element": np.arange(6.0).reshape(2, 3),
        "pair": Pair(1, [2, {"a": 3.0}]),
        "fit": Fit(1.0, {"a": 1}),
        "keys": {"a": 1},
        "list": [1],
        "set": {1, 2},
        "loop": loop,
        "none": None,
        "text": "abc",
        "infinite": float("inf"),
        "objects": np.array([1, "a"], dtype=object),
    }[kind]

def opaque():
    return open("run.py")

def takes(file):
    return 1
# --- candidate
import numpy as np
from collections import namedtuple
from dataclasses import dataclass

Pair = namedtuple("Pair", "left right")

@dataclass
class Fit:
    slope: float
    notes: dict

def value(kind):
    loop = [1]
    loop.append(loop)
    return {
        "near": 1.0 + 5e-7,
        "scalar": np.float64(0.5),
        "zero_d": 2.0,
        "nan": np.array([np.nan, 1.0 + 1e-9]),
        "int": 10**9 + 1,
        "dtype": np.array([1.0, 2.0]),
        "bool": 1,
        "shape": np.zeros(2),
        "element": np.array([[0, 1, 2], [3, 4.5, 5]]),
        "pair": Pair(1, [2, {"a": 3.1}]),
        "fit": Fit(1.0, {"a": 2}),
        "keys": {"b": 1},
        "list": (1,),
        "set": {1, 3},
        "loop": loop,
        "none": 0,
        "text": "abd",
        "infinite": 1e308,
        "objects": np.array([1, "b"], dtype=object),
    }[kind]

def opaque():
    return open("run.py")

def takes(file):
    return 1
# --- run
import sys
from m import opaque, takes, value
if sys.argv[1:]:
    value(sys.argv[1])
else:
    takes(opaque())
