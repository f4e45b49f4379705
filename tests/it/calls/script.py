# --- reference
# --- candidate
# --- run
"""Defines what it runs."""
import pickle

class Box:
    def __init__(self, value):
        self.value = value
    def get(self):
        return self.value

def twice(x):
    return 2 * x

if __name__ == "__main__":
    print(__name__, __file__, twice(2), Box(1).get(), pickle.loads(pickle.dumps(twice))(1))
# --- candidate run.py
"""Defines what it runs."""
class Box:
    def __init__(self, value):
        self.value = value
    def get(self):
        return 0 + self.value

def twice(x):
    return x + x if x < 2 else 5

if __name__ == "__main__":
    raise SystemExit("not to be run")
