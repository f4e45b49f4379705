import numpy as np
kept = []
while True:
    kept.append(np.ones(1 << 22))
    print(len(kept))
