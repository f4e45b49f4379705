# --- reference
import numpy as np

def halve(a, log):
    a *= 0.5
    log.append(len(a))

class Ledger:
    def __init__(self):
        self.total = np.zeros(2)
    def add(self, amount):
        self.total[1] += amount
# --- candidate
import numpy as np

def halve(a, log):
    a = a * 0.5
    log.append(len(a))

class Ledger:
    def __init__(self):
        self.total = np.zeros(2)
    def add(self, amount):
        self.total[1] += min(amount, 4)
# --- run
import numpy as np
from m import Ledger, halve
a, log, ledger = np.arange(4.0), [], Ledger()
halve(a, log=log)
for amount in (3, 4, 5):
    ledger.add(amount)
print(a, log, ledger.total)
