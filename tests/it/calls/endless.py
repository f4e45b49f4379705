# --- reference
def f(x):
    return x
# --- candidate
def f(x):
    while True:
        pass
# --- run
from m import f
print(f(1))
