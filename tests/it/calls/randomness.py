# --- reference
import random
import numpy as np

def draw(rng):
    return rng.random(2)

def shuffled(rng):
    return rng.sample(range(9), 3)

def from_global():
    return float(np.random.rand()) + random.random()

def calm(x):
    return x

def seed():
    np.random.seed(1)
# --- candidate
import random
import numpy as np

random.seed(99)

def draw(rng):
    first = rng.random()
    result = np.array([first, rng.random()])
    rng.random()
    return result

def shuffled(rng):
    return rng.sample(range(9), 3)

def from_global():
    return float(np.random.rand()) + random.random()

def calm(x):
    np.random.rand()
    return x

def seed():
    np.random.seed(2)
# --- run
import random
import numpy as np
from m import calm, draw, from_global, seed, shuffled
np.random.seed(5)
random.seed(5)
rng, other = np.random.default_rng(3), random.Random(4)
print(draw(rng), rng.random(), shuffled(other), other.random())
print(from_global(), calm(1), np.random.rand(), random.random())
seed()
print(from_global())
