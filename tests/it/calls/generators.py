# --- reference
def countdown(n):
    while n:
        got = yield n
        n = n - 1 if got is None else got
    return "done"

def squares(values):
    return map(lambda value: value * value, values)

def unused(values):
    yield from values
# --- candidate
def countdown(n):
    while n:
        got = yield (n if n != 2 else 2.5)
        n = n - 1 if got is None else got
    return "done"

def squares(values):
    for value in values:
        yield value ** 2

def unused(values):
    raise KeyError
# --- run
from m import countdown, squares, unused
steps = countdown(9)
print(next(steps), steps.send(4), next(steps))
steps.close()
print(list(countdown(1)), list(countdown(3)))
print(list(squares([1, 2])), next(squares([3, 4])))
unused([1])
