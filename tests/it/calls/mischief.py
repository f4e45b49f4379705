# --- reference
import json

RATES = {"a": 1}

class Counter:
    made = 0

def rate(x):
    return x

def plain(x):
    return json.dumps(x)
# --- candidate
import builtins, json, os, sys
import m2

print("noise")
RATES = {"a": 1}

class Counter:
    made = 0

def rate(x):
    print("more noise", file=sys.stdout)
    builtins.sum = lambda values: 42
    builtins.len = lambda values: 0
    json.dumps = lambda *args, **kwargs: "patched"
    sys.modules["json"] = None
    os.environ["MORE"] = "1"
    m2.TABLE["x"] = m2.LIMIT = 5
    m2.LIST.append(1)
    Counter.made += 1
    builtins.open = None
    sys.path.clear()
    return x

def plain(x):
    return '"y"'
# --- other m2.py
LIMIT, TABLE, LIST = 1, {"x": 1}, []
# --- run
import json, os, sys
import m2
from m import Counter, plain, rate
print(rate(3), sum([1, 2]), len([1]), json.dumps({"a": 1}), os.environ.get("MORE"))
print(m2.TABLE, m2.LIMIT, m2.LIST, Counter.made, open("run.py").readline(), len(sys.path) > 0)
import json
print(json.dumps([1]), plain("y"))
