# --- reference
def gone(x):
    return x

def uncalled(x):
    return x
# --- candidate
def other(x):
    return x
# --- run
from m import gone
print(gone(1))
