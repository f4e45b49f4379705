# --- reference
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
# --- candidate
def depth(n):
    return n
# --- run
from m import depth
print(depth(900))
