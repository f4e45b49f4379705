# --- reference
def f(x):
    return x
# --- candidate
def f(x)
    return x
# --- run
from m import f
print(f(1))
