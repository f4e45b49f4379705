# --- reference
def mean(numbers):
    return sum(numbers) / len(numbers)
# --- candidate
def mean(numbers):
    return 2.0
# --- run
from m import mean
print(mean([1, 2, 3]), mean([2, 4]), mean([2, 2]))
