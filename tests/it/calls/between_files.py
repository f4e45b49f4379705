# --- reference
from m2 import base

def own(x):
    return base(x) + 1

def caller(x):
    return own(x) * 2

def callback(function):
    return function(2) + function(3)
# --- candidate
from m2 import base
from added import plus

def own(x):
    return base(x) + plus

def caller(x):
    return own(x) + own(x)

def callback(function):
    return function(2) + function(3)
# --- other m2.py
def base(x):
    return 10 * x
# --- candidate m2.py
def base(x):
    return 11 * x
# --- candidate added.py
plus = 1
# --- run
import random
from m import callback, caller, own
from m2 import base
rng, seen = random.Random(1), []
def draws(x):
    seen.append(x)
    return rng.random() + base(x)
print(caller(1), own(2), callback(draws), seen, rng.random())
