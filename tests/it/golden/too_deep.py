import sys
sys.setrecursionlimit(10**9)
def f(): return sorted([1, 2], key=lambda _: f())

f()
