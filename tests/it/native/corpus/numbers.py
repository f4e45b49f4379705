#: primes by a sieve, factors by trial
def primes(n):
    sieve = bytearray([1]) * (n + 1); sieve[:2] = b"\0\0"
    for p in range(2, int(n ** 0.5) + 1):
        if sieve[p]: sieve[p * p::p] = bytes(len(range(p * p, n + 1, p)))
    return [p for p in range(n + 1) if sieve[p]]
def factors(n):
    found, p = [], 2
    while p * p <= n:
        while n % p == 0: found.append(p); n //= p
        p += 1
    return found + [n] * (n > 1)
print(primes(60), len(primes(30000)), [factors(n) for n in (1, 2, 360, 9973, 2**31 - 1, 600851475143)])

#: greatest divisors, inverses, powers modulo
import math
def egcd(a, b):
    if not b: return a, 1, 0
    g, x, y = egcd(b, a % b)
    return g, y, x - a // b * y
print(egcd(240, 46), math.gcd(12, 18, 27), math.lcm(4, 6), pow(3, -1, 11), pow(7, 10**18, 1000007), math.gcd())
for wrong in (lambda: pow(2, -1, 4), lambda: pow(0, -1), lambda: 1 % 0):
    try: wrong()
    except (ValueError, ZeroDivisionError) as error: print(type(error).__name__)

#: integers beyond words
import math
n = 3 ** 400
print(n, n.bit_length(), n % 10**9, -n // 10**180, math.isqrt(n), n.to_bytes(80, "big").hex(), int.from_bytes(b"\xff\x00", "little", signed=True))
print(math.factorial(60), math.comb(200, 100), math.perm(20, 7), (1 << 200) - 1, ~(1 << 65), -7 // 2, -7 % 3, divmod(-7, 2), (-2) ** 63, (2**64).bit_count())
print(int("zz", 36), int("0b101", 0), int("-1_000"), hex(-255), oct(8), bin(10), f"{2**70:,}", round(12345, -2), (2**53 + 1) == float(2**53 + 1))
for wrong in ("1__0", "", "0x", "3.0"):
    try: int(wrong)
    except ValueError as error: print(error)

#: floats at the edges
import math, sys
inf, nan = float("inf"), float("nan")
print(0.1 + 0.2, 1e16 + 1, 5e-324, 1.7976931348623157e308 * 10, -0.0, inf - inf, nan == nan, nan in [nan], min(nan, 1), 1e308 * 10 == inf)
print((0.1).hex(), float.fromhex("0x1.8p3"), (2.5).as_integer_ratio(), (3.0).is_integer(), round(2.5), round(3.5), round(2.675, 2), round(-0.5), round(1e300, 2), 7.0 // -2, -7.5 % 2)
print(math.nextafter(1, 2), math.ulp(1.0), math.fsum([0.1] * 10), sum([0.5] * 10), math.copysign(1, -0.0), math.frexp(10), math.ldexp(0.5, 4), math.modf(-3.25), math.fmod(-7, 3), math.remainder(7, 4))
print(sys.float_info.dig, sys.float_info.max, sys.float_info.epsilon, repr(1e22), repr(1e-5), str(123456789012345680.0), 1e15, 1e16, f"{1e-7}", float("  1_0.5e1 "), float("-Infinity"))
for wrong in (lambda: math.sqrt(-1), lambda: math.exp(1000), lambda: math.log(0), lambda: int(nan), lambda: int(inf), lambda: 1.0 / 0, lambda: 10.0 ** 400, lambda: math.factorial(-1)):
    try: print(wrong())
    except (ValueError, OverflowError, ZeroDivisionError) as error: print(type(error).__name__)

#: elementary functions, to twelve digits
import math, cmath
def show(*numbers): print(*(f"{n:.12g}" for n in numbers))
for x in (0.1, 0.75, 1.0, 2.5):
    show(math.sin(x), math.cos(x), math.tan(x), math.atan(x), math.atan2(x, -2), math.sinh(x), math.tanh(x), math.exp(x), math.expm1(x), math.log(x), math.log1p(x), math.log2(x), math.log10(x))
    show(math.erf(x), math.erfc(x), math.gamma(x), math.lgamma(x), math.asinh(x), math.hypot(x, 1, 2), math.dist([x, 0], [1, 1]), math.degrees(x), math.radians(x), x ** 0.3, math.cbrt(x))
z = cmath.exp(1j * cmath.pi / 3); show(z.real, z.imag, *cmath.polar(1 + 1j), cmath.phase(-1), cmath.sqrt(-2).imag, abs(3 + 4j), cmath.log(-1).imag, cmath.tanh(0.5 + 1j).real)
print((1 + 2j) * (3 - 1j), (1 + 2j).conjugate(), complex("1+2j"), cmath.isclose(1j, 1j + 1e-12), cmath.rect(2, 0), (1 + 2j) ** 2, -1j, complex(0, -0.0))

#: exact decimals
from decimal import Decimal, getcontext, localcontext, ROUND_HALF_UP, ROUND_FLOOR, InvalidOperation, DivisionByZero, Inexact
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / 7, Decimal(2).sqrt(), Decimal("1E+3").normalize(), Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("-1.5").to_integral_value(ROUND_FLOOR))
with localcontext() as c:
    c.prec = 50; print(Decimal(1).exp(), Decimal(10).ln(), Decimal(2) ** Decimal("0.5"))
print(Decimal(0.1), Decimal("NaN").is_nan(), Decimal("1.10") == Decimal("1.1"), hash(Decimal("1.5")) == hash(1.5), Decimal("123.456").as_tuple(), f"{Decimal('1234567.891'):,.2f}", Decimal("1e3").to_eng_string(), Decimal(7) % Decimal(-3))
for wrong in (lambda: Decimal("x"), lambda: Decimal(1) / 0, lambda: Decimal(-1).sqrt(), lambda: Decimal(1) + 1.5):
    try: wrong()
    except (InvalidOperation, DivisionByZero, TypeError) as error: print(type(error).__name__)
print(bool(getcontext().flags[Inexact]))

#: fractions
from fractions import Fraction as F
print(F(3, -6), F("0.125"), F(0.1).limit_denominator(100), F(1, 3) + F(1, 6), F(7, 2) // 1, F(-7, 2) % 2, F(2, 3) ** -2, float(F(1, 3)), round(F(5, 2)), F("3/4") < 0.8, F(1, 2) == 0.5, hash(F(1, 2)) == hash(0.5))
def egyptian(f):
    while f: yield (u := F(1, -(-f.denominator // f.numerator))); f -= u
print(*egyptian(F(5, 7)), sum(F(1, n) for n in range(1, 20)))
try: F(1, 0)
except ZeroDivisionError as error: print(error)

#: statistics
import statistics as s
data = [2.5, 3.25, 5.5, 11.25, 11.75, 3.25]
print(s.mean(data), s.fmean(data), s.median(data), s.median_low(data), s.median_high(data), s.mode(data), s.multimode("aabb"), s.quantiles([1, 2, 3, 4, 5], n=4), s.mean([1, 2]), s.median_grouped([1, 2, 2, 3]))
print(*(f"{x:.12g}" for x in (s.stdev(data), s.pvariance(data), s.variance(data), s.geometric_mean([1, 2, 4]), s.harmonic_mean([40, 60]), s.correlation([1, 2, 3], [2, 4, 7]), s.covariance([1, 2, 3], [3, 1, 2]), *s.linear_regression([1, 2, 3], [2, 4, 7]))))
n = s.NormalDist(100, 15); print(*(f"{x:.10g}" for x in (n.cdf(130), n.pdf(100), n.inv_cdf(0.9), n.overlap(s.NormalDist(110, 15)), n.zscore(115), (n + n).stdev)), n.samples(2, seed=3) != [])
for wrong in (lambda: s.mean([]), lambda: s.stdev([1])):
    try: wrong()
    except s.StatisticsError: print("StatisticsError")

#: seeded random numbers
import random
r = random.Random(42)
print(r.random(), r.randint(1, 100), r.choice("abcdef"), r.sample(range(100), 5), r.choices([1, 2, 3], weights=[1, 5, 1], k=6), r.getrandbits(70), r.randbytes(5).hex(), r.uniform(2, 3), r.randrange(0, 100, 7))
x = list(range(10)); r.shuffle(x); print(x, [f"{v:.12g}" for v in (r.gauss(0, 1), r.normalvariate(0, 1), r.expovariate(2), r.betavariate(2, 3), r.gammavariate(2, 1), r.triangular(), r.vonmisesvariate(0, 4), r.lognormvariate(0, 1), r.paretovariate(3), r.weibullvariate(1, 2))])
state = r.getstate(); a = r.random(); r.setstate(state); print(a == r.random(), random.Random("seed").random(), random.Random(b"x").random(), random.Random(10**40).random(), random.Random(-3).random())

#: bases, digits, and numbers that are sums of their digits
def base(n, b):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[n] if n < b else base(n // b, b) + digits[n % b]
print([base(n, b) for n, b in ((0, 2), (255, 16), (1000, 36), (10**20, 7))], [n for n in range(1, 2000) if n == sum(int(d) ** len(str(n)) for d in str(n))])
print([n for n in range(2, 600) if n == sum(d for d in range(1, n // 2 + 1) if n % d == 0)], sum(map(int, str(2 ** 1000))))

#: a walk by Collatz, a sequence by Fibonacci
from functools import cache
@cache
def steps(n): return 0 if n == 1 else 1 + steps(n // 2 if n % 2 == 0 else 3 * n + 1)
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(max(range(1, 3000), key=steps), steps(27), fib(90), [fib(n) for n in range(15)], fib.cache_info().misses)

#: roots by bisection, Newton, secants
def bisect(f, low, high):
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (low, middle) if f(low) * f(middle) <= 0 else (middle, high)
    return low
def newton(f, df, x):
    for _ in range(50): x -= f(x) / df(x)
    return x
print(f"{bisect(lambda x: x**3 - x - 2, 1, 2):.9f} {newton(lambda x: x*x - 2, lambda x: 2*x, 1.0):.12f}")

#: integrals and differential equations
def simpson(f, a, b, n):
    h = (b - a) / n
    return h / 3 * sum((1 if i in (0, n) else 4 if i % 2 else 2) * f(a + i * h) for i in range(n + 1))
def rk4(f, y, t, h, n):
    for _ in range(n):
        a = f(t, y); b = f(t + h/2, y + h/2*a); c = f(t + h/2, y + h/2*b); d = f(t + h, y + h*c)
        y, t = y + h/6*(a + 2*b + 2*c + d), t + h
    return y
import math
print(f"{simpson(math.sin, 0, math.pi, 100):.9f} {rk4(lambda t, y: -2*t*y, 1.0, 0, 0.01, 200):.9f}")

#: matrices by hand: product, determinant, solving
from fractions import Fraction
def product(a, b): return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
def solve(a, b):
    rows = [[Fraction(x) for x in row] + [Fraction(y)] for row, y in zip(a, b)]
    for at in range(len(rows)):
        pivot = next(r for r in range(at, len(rows)) if rows[r][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [x / rows[at][at] for x in rows[at]]
        for r in range(len(rows)):
            if r != at: rows[r] = [x - rows[r][at] * y for x, y in zip(rows[r], rows[at])]
    return [row[-1] for row in rows]
def det(m): return m[0][0] if len(m) == 1 else sum((-1) ** j * m[0][j] * det([row[:j] + row[j+1:] for row in m[1:]]) for j in range(len(m)))
print(product([[1, 2], [3, 4]], [[0, 1], [1, 0]]), *solve([[0, 2, 1], [1, 1, 1], [2, 0, 3]], [5, 6, 7]), det([[2, 0, 1], [1, 3, 2], [1, 1, 1]]))

#: polynomials
def poly_mul(a, b):
    out = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b): out[i + j] += x * y
    return out
def show(p): return " + ".join(f"{c}x^{i}" if i else str(c) for i, c in enumerate(p) if c) or "0"
def horner(p, x):
    total = 0
    for c in reversed(p): total = total * x + c
    return total
p = [1]
for _ in range(6): p = poly_mul(p, [1, 1])
print(p, show(p), horner(p, 2), show([0]), horner([1, 0.5, -2], 1.5))

#: bits: Gray codes, popcounts, the one that is alone
from functools import reduce
from operator import xor
print([f"{n ^ n >> 1:03b}" for n in range(8)], [bin(n).count("1") for n in range(16)], reduce(xor, [4, 1, 2, 1, 2]), 6 & -6, 5 << 3 | 1, ~7 & 0xFF, True + True, 0b1010 ^ 0b0110)

#: hashes of numbers by which equal ones are equal
print(hash(1) == hash(1.0) == hash(True), {1: "a", 1.0: "b", True: "c"}, hash("a") == hash("a"), hash(-1) == hash(-2), hash((1, 2)) == hash((1, 2)), isinstance(hash(2**100), int))

#: numbers that convert each other
class Celsius(float):
    def __new__(cls, value): return super().__new__(cls, value)
    def __add__(self, other): return Celsius(float(self) + other)
    __radd__ = __add__
class Mod:
    def __init__(self, n): self.n = n % 7
    def __int__(self): return self.n
    __index__ = __int__
    def __mul__(self, other): return Mod(self.n * int(other))
    def __rmul__(self, other): return self * other
    def __neg__(self): return Mod(-self.n)
    def __eq__(self, other): return self.n == int(other) % 7
    def __repr__(self): return f"{self.n} (mod 7)"
print(Celsius(20) + 1.5, sum([Celsius(1), Celsius(2)]), type(1 + Celsius(2)).__name__, 5 * Mod(3), -Mod(2), Mod(3) == 10, [10, 20, 30][Mod(8)], hex(Mod(20)), float(Mod(5)), complex(Mod(2)))
