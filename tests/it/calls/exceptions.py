# --- reference
class Unfit(Exception):
    pass

def check(x):
    if x > 1:
        raise Unfit("reference")
    return x

def other(x):
    raise ValueError("no")

def leaves(x):
    return x

def deep(x):
    return x

def silent(x):
    raise KeyError(x)
# --- candidate
import os, sys

class Unfit(Exception):
    pass

def check(x):
    if x > 1:
        raise Unfit("candidate")
    return x

def other(x):
    raise TypeError("other")

def leaves(x):
    if x == 1:
        sys.exit(7)
    if x == 2:
        os._exit(8)
    raise KeyboardInterrupt

def deep(x):
    return deep(x + 1)

def silent(x):
    return None
# --- run
from m import *
from m import Unfit
print(check(1), leaves(1), leaves(2), leaves(3), deep(1))
for function in (check, other, silent):
    try:
        function(2)
    except Exception as error:
        print(type(error).__name__, error)
def down(n):
    return n and 1 + down(n - 1)
print(down(900))
