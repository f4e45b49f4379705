# --- reference
import functools

def doubled(function):
    @functools.wraps(function)
    def inner(*args):
        return 2 * function(*args)
    return inner

@doubled
def one(x):
    return x + 1

@functools.lru_cache
def cached(x):
    return x * 3

def outer(x):
    def inner(y):
        return x + y
    return inner(1)
# --- candidate
import functools

def doubled(function):
    return function

@doubled
def one(x):
    return x + 1

def cached(x):
    return x + x + x

def outer(x):
    def inner(y):
        return y
    return x + inner(1)
# --- run
from m import cached, one, outer
print(one(0), cached(2), cached(2), cached.cache_info().hits, outer(1))
