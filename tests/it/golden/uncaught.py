def f(n):
    return f(n - 1) if n else [][1]
try: f(3)
except IndexError as error: raise ValueError('and then') from error
