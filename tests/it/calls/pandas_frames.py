# --- reference
import pandas as pd

def table(n):
    return pd.DataFrame({"a": range(n), "b": [0.5] * n}, index=list("xyz")[:n])

def column(frame):
    return frame["b"] * 2
# --- candidate
import pandas as pd

def table(n):
    return pd.DataFrame({"a": range(n), "b": [0.5] * (n - 1) + [0.75]}, index=list("xyz")[:n])

def column(frame):
    return frame["b"] + frame["b"]
# --- run
from m import column, table
print(column(table(3)).sum())
