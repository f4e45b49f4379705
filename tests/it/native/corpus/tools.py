#: arguments of a command line
import argparse
p = argparse.ArgumentParser(prog="train", description="Trains a model.", epilog="The end.")
p.add_argument("data", help="where the data is"); p.add_argument("--lr", type=float, default=0.1, metavar="RATE", help="the rate (default: %(default)s)")
p.add_argument("--mode", choices=["a", "b"], default="a", help="which way"); p.add_argument("-v", action="count", default=0, help="more words"); p.add_argument("--layers", nargs="+", type=int); p.add_argument("--no-cache", dest="cache", action="store_false")
for argv in (["d"], ["d", "--lr", "1e-3", "-vv", "--layers", "1", "2", "--mode=b", "--no-cache"], ["--lr", "x", "d"], [], ["d", "--mode", "c"], ["d", "extra"], ["--help"]):
    try: print(vars(p.parse_args(argv)))
    except SystemExit as exit: print("exit", exit.code)
print(p.parse_known_args(["d", "--what", "1"]))

#: subcommands and groups of arguments
import argparse
p = argparse.ArgumentParser(prog="tool", add_help=False, fromfile_prefix_chars="@"); sub = p.add_subparsers(dest="cmd", required=True, metavar="CMD")
a = sub.add_parser("add", add_help=False); a.add_argument("n", type=int, nargs="*"); a.set_defaults(run=sum)
b = sub.add_parser("show", add_help=False); g = b.add_mutually_exclusive_group(); g.add_argument("--json", action="store_true"); g.add_argument("--csv", action="store_true"); b.add_argument("rest", nargs=argparse.REMAINDER)
open("args", "w").write("add\n1\n2\n")
for argv in (["add", "1", "2", "3"], ["show", "--json"], ["show", "--json", "--csv"], ["@args"], [], ["add", "x"]):
    try: r = p.parse_args(argv); print(r.cmd, r.run(r.n) if "run" in r else r.json)
    except SystemExit as exit: print("exit", exit.code)

#: a test case that fails, errs, skips
import unittest, io, sys
class T(unittest.TestCase):
    def setUp(self): self.x = 1; self.addCleanup(print, "cleaned")
    def test_ok(self): self.assertEqual(self.x, 1); self.assertAlmostEqual(0.1 + 0.2, 0.3); self.assertRaises(ValueError, int, "x"); self.assertIn(1, [1]); self.assertRegex("abc", "b"); self.assertCountEqual([1, 2], [2, 1])
    def test_fails(self): self.assertEqual([1, 2], [1, 3], "why")
    def test_errs(self): raise KeyError("k")
    @unittest.skip("not now")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    def test_sub(self):
        for n in range(3):
            with self.subTest(n=n): self.assertNotEqual(n, 1)
class Setup(unittest.TestCase):
    @classmethod
    def setUpClass(cls): print("class set up")
    def test(self):
        with self.assertLogs("l", "INFO") as logs: __import__("logging").getLogger("l").info("m")
        self.assertEqual(logs.output, ["INFO:l:m"])
out = io.StringIO(); suite = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, (T, Setup))); r = unittest.TextTestRunner(out, verbosity=2).run(suite)
print(r.testsRun, [t.id() for t, _ in r.failures], [t.id() for t, _ in r.errors], [(t.id(), why) for t, why in r.skipped], len(r.expectedFailures), r.wasSuccessful())
print("".join(line.split(" (")[0] + "\n" for line in out.getvalue().splitlines() if line.endswith(("ok", "FAIL", "ERROR", "'not now'", "expected failure"))))

#: mocks
from unittest.mock import Mock, MagicMock, patch, call, sentinel, ANY, mock_open, AsyncMock
import os, json
m = Mock(return_value=3, name="m"); print(m(1, a=2), m.call_args, m.called, m.mock_calls, m.attr.deep(5) is m.attr.deep.return_value); m.assert_called_once_with(1, a=2)
m.side_effect = [1, ValueError("v")]; print(m());
try: m()
except ValueError as error: print(error)
try: m.assert_called_with(9)
except AssertionError: print("not so called")
with patch("os.getcwd", return_value="/here"), patch.dict(os.environ, {"Q": "1"}): print(os.getcwd(), os.environ["Q"])
with patch("builtins.open", mock_open(read_data="{}")): print(json.load(open("any")))
mm = MagicMock(); mm.__len__.return_value = 4; print(len(mm), mm[1] is mm[2], "Q" in os.environ, call(1) == call(ANY), sentinel.x, Mock(spec=["a"]).a is not None)
try: Mock(spec=["a"]).b
except AttributeError as error: print(error)

#: examples in docstrings
import doctest, io, contextlib
def double(x):
    """
    >>> double(2)
    4
    >>> double("a")  # doctest: +ELLIPSIS
    'a...'
    >>> double(None)
    Traceback (most recent call last):
        ...
    TypeError: no
    >>> double(3)
    7
    """
    if x is None: raise TypeError("no")
    return x * 2
with contextlib.redirect_stdout(io.StringIO()) as out: r = doctest.testmod()
print(r.failed, r.attempted, "Expected:\n    7\nGot:\n    6" in out.getvalue(), [e.want for e in doctest.DocTestParser().get_examples(double.__doc__)][:1])

#: tracebacks as text
import traceback, sys
def inner(n): return {}[n]
def outer(): inner(0)
try: outer()
except KeyError as error:
    kept = traceback.TracebackException.from_exception(error, capture_locals=True)
    print([(f.name, f.lineno, f.line) for f in traceback.extract_tb(error.__traceback__)], kept.stack[-1].locals, "".join(traceback.format_exception_only(error)), sys.exc_info()[0] is KeyError)
    print([line.strip() for line in traceback.format_exc().splitlines() if "^" not in line])
def stack(): return [f.name for f in traceback.extract_stack()][-2:]
print(stack(), traceback.format_list([("f.py", 3, "g", "x = 1")]))

#: warnings caught, filtered, turned into errors
import warnings
def old(): warnings.warn("old is old", DeprecationWarning, stacklevel=2)
with warnings.catch_warnings(record=True) as got:
    warnings.simplefilter("always"); old(); warnings.warn("u"); warnings.warn_explicit("e", FutureWarning, "f.py", 7)
print([(w.category.__name__, str(w.message), w.lineno) for w in got])
with warnings.catch_warnings():
    warnings.filterwarnings("error", "old.*")
    try: old()
    except DeprecationWarning as error: print("error", error)
    warnings.filterwarnings("ignore"); old()
class Own(UserWarning): pass
with warnings.catch_warnings(record=True) as got: warnings.simplefilter("once", Own); [warnings.warn("same", Own) for _ in range(3)]
print(len(got), warnings.formatwarning("m", Own, "f.py", 3, "line"))

#: coroutines: gathering, queues, locks, timeouts, cancelling
import asyncio
async def work(n, log):
    try: await asyncio.sleep(n / 100); log.append(n); return n * n
    except asyncio.CancelledError: log.append(f"cancelled {n}"); raise
async def producer(q):
    for n in range(3): await q.put(n)
    await q.put(None)
async def consumer(q):
    out = []
    while (n := await q.get()) is not None: out.append(n)
    return out
async def agen():
    for n in range(3): yield n; await asyncio.sleep(0)
async def main():
    log = []; print(await asyncio.gather(*(work(n, log) for n in (3, 1, 2))), log)
    t = asyncio.create_task(work(50, log)); await asyncio.sleep(0.01); t.cancel()
    try: await t
    except asyncio.CancelledError: print(t.cancelled(), log[-1])
    try: await asyncio.wait_for(work(90, log), 0.02)
    except asyncio.TimeoutError: print("timeout", log[-1])
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(5)
    except TimeoutError: print("timeout")
    q = asyncio.Queue(1); print((await asyncio.gather(producer(q), consumer(q)))[1], [n async for n in agen() if n], await asyncio.gather(work(1, log), asyncio.sleep(0, "x"), return_exceptions=True))
    lock, event, sem = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(2); held = 0; most = 0
    async def hold():
        nonlocal held, most
        async with sem: held += 1; most = max(most, held); await asyncio.sleep(0.001); held -= 1
    await asyncio.gather(*(hold() for _ in range(5))); asyncio.get_running_loop().call_later(0.001, event.set); await event.wait(); print(most, lock.locked(), event.is_set())
    try:
        async with asyncio.TaskGroup() as g: g.create_task(work(1, log)); g.create_task(fail())
    except* ValueError as group: print(group.exceptions)
    done, pending = await asyncio.wait([asyncio.create_task(work(n, log)) for n in (1, 30)], return_when=asyncio.FIRST_COMPLETED); print(len(done), len(pending)); [p.cancel() for p in pending]
    print([await c for c in asyncio.as_completed([work(2, log), work(1, log)])], await asyncio.to_thread(sum, [1, 2]), await asyncio.shield(work(1, log)))
async def fail(): raise ValueError("in group")
asyncio.run(main())

#: futures of threads and processes
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, as_completed, wait
def square(n): return n * n
def fail(n): raise ValueError(n)
if __name__ == "__main__":
    for pool in (ThreadPoolExecutor(4), ProcessPoolExecutor(2)):
        with pool as p:
            print(list(p.map(square, range(6))), sorted(f.result() for f in as_completed([p.submit(square, n) for n in (1, 2)])), list(p.map(pow, [2, 3], [3, 2], chunksize=2)))
            f = p.submit(fail, 3); print(repr(f.exception()), f.done())

#: Python started by Python
import subprocess, sys
r = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv[1:], input()); print('err', file=sys.stderr); sys.exit(3)", "a b", "-x"], input="given\n", capture_output=True, text=True)
print(r.returncode, r.stdout, r.stderr)
try: subprocess.run([sys.executable, "-c", "1/0"], check=True, stderr=subprocess.PIPE)
except subprocess.CalledProcessError as error: print(error.returncode, error.stderr.splitlines()[-1])
print(subprocess.check_output([sys.executable, "-c", "import os; print(os.environ['V'], os.getcwd() == '/' or 1)"], env={"V": "é", "PYTHONUTF8": "1"}).decode())
open("m.py", "w").write("print(__name__, 42)"); print(subprocess.run([sys.executable, "-m", "m"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout)
p = subprocess.Popen([sys.executable, "-c", "print(sum(map(int, open(0))))"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True); print(p.communicate("1\n2\n"), p.returncode, p.poll())
try: subprocess.run(["surely-not-there"])
except FileNotFoundError as error: print(error.filename)

#: threads that are waited for by an executor alone, queues and local data
import queue, threading
q = queue.Queue(2); q.put(1); q.put_nowait(2); print(q.full(), q.get(), q.qsize(), q.empty())
try: q.put(3); q.put_nowait(4)
except queue.Full: print("full")
h = queue.PriorityQueue(); [h.put(x) for x in (3, 1, 2)]; l = queue.LifoQueue(); [l.put(x) for x in "ab"]; print([h.get() for _ in range(3)], l.get(), threading.current_thread() is threading.main_thread())
lock = threading.RLock()
with lock, lock: print("held twice")
try: q.get(); q.get(); q.get(timeout=0.01)
except queue.Empty: print("empty")
e = threading.Event(); print(e.wait(0.01), e.is_set()); s = threading.Semaphore(1); print(s.acquire(), s.acquire(blocking=False), s.release())

#: a scheduler, a timer of small code, a profile
import sched, time, timeit, cProfile, pstats, io
s = sched.scheduler(time.monotonic, time.sleep); out = []; s.enter(0.02, 1, out.append, "b"); s.enter(0.01, 1, out.append, "a"); e = s.enter(0.03, 1, out.append, "c"); s.cancel(e); s.run(); print(out)
print(timeit.timeit("x + 1", "x = 1", number=10) >= 0, len(timeit.repeat("1", number=2, repeat=3)))
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
p = cProfile.Profile(); p.runcall(f, 8); o = io.StringIO(); st = pstats.Stats(p, stream=o).sort_stats("name"); st.print_stats(r"\bf\b"); print([v[1] for k, v in st.stats.items() if k[2] == "f"], [v[0] for k, v in st.stats.items() if k[2] == "f"])

#: what runs code: code objects, exec, imports from text
import types, sys, importlib.util, importlib, code, io, contextlib, runpy
m = types.ModuleType("made"); exec("x = 5\ndef f(): return x", m.__dict__); sys.modules["made"] = m; import made; print(made.f(), f"{made!r}")
open("plug.py", "w").write("import sys\nVALUE = 7\nif __name__ == 'run': print('as run', sys.argv[0] != '')\n"); s = importlib.util.spec_from_file_location("p", "plug.py"); p = importlib.util.module_from_spec(s); s.loader.exec_module(p); print(p.VALUE, p.__name__, runpy.run_path("plug.py", run_name="run")["VALUE"], importlib.import_module("plug").VALUE)
c = code.InteractiveInterpreter({"y": 2}); c.runsource("print(y * 3)"); print(c.runsource("def f():"), eval("y + z", {"y": 1}, {"z": 2}), compile("1 + 1", "s", "eval").co_filename)
with contextlib.redirect_stderr(io.StringIO()) as err: c.runsource("1 +")
print("SyntaxError" in err.getvalue())

#: signals of one's own, exit handlers, the environment of a process
import signal, os, atexit, sys, platform
def handler(number, frame): print("got", signal.Signals(number).name)
signal.signal(signal.SIGTERM, handler); os.kill(os.getpid(), signal.SIGTERM); signal.raise_signal(signal.SIGTERM); print(signal.getsignal(signal.SIGTERM) is handler, signal.strsignal(signal.SIGINT))
atexit.register(print, "at exit"); print(os.environ.get("HOME") is not None, os.path.isdir(os.getcwd()), platform.python_implementation(), isinstance(os.cpu_count(), int), sys.implementation.name, os.name)

#: gettext, locale and sorting without one
import gettext, locale
t = gettext.NullTranslations(); print(t.gettext("text"), t.ngettext("one", "many", 2), gettext.gettext("x"), locale.setlocale(locale.LC_ALL, "C"), locale.format_string("%.2f|%d", (1234.5, 1234567), grouping=True), sorted(["b", "A", "a", "B"], key=locale.strxfrm), locale.localeconv()["decimal_point"], locale.atof("3.5"), sorted(["é", "z", "a"]))

#: a bank in which nothing is lost
from dataclasses import dataclass, field
class Poor(Exception):
    def __init__(self, need, have): super().__init__(f"need {need}, have {have}"); self.missing = need - have
@dataclass
class Account:
    owner: str
    balance: int = 0
    log: list = field(default_factory=list)
    def take(self, amount):
        if amount > self.balance: raise Poor(amount, self.balance)
        self.balance -= amount; self.log.append(-amount)
    def give(self, amount): self.balance += amount; self.log.append(amount)
def move(a, b, amount):
    before = a.balance, b.balance
    try: a.take(amount); b.give(amount)
    except Poor as error: return f"{a.owner}: {error} ({error.missing} missing)"
    assert sum(before) == a.balance + b.balance
    return f"moved {amount}"
a, b = Account("Ann", 10), Account("Bob")
print(move(a, b, 4), move(a, b, 9), move(b, a, 4), a, b)

#: a game of life
def step(live):
    from collections import Counter
    around = Counter((x + dx, y + dy) for x, y in live for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {cell for cell, n in around.items() if n == 3 or n == 2 and cell in live}
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for _ in range(8): glider = step(glider)
print(sorted(glider)); print("\n".join("".join(".#"[(x, y) in glider] for x in range(6)) for y in range(6)))

#: a maze, and the way out of it
from collections import deque
MAZE = ["S.#.....", ".##.###.", "....#...", ".##...#E"]
def way(maze):
    start = next((r, c) for r, row in enumerate(maze) for c, x in enumerate(row) if x == "S"); queue, came = deque([start]), {start: None}
    while queue:
        r, c = at = queue.popleft()
        if maze[r][c] == "E":
            out = []
            while at: out.append(at); at = came[at]
            return out[::-1]
        for n in ((r + 1, c), (r, c + 1), (r - 1, c), (r, c - 1)):
            if 0 <= n[0] < len(maze) and 0 <= n[1] < len(maze[0]) and maze[n[0]][n[1]] != "#" and n not in came: came[n] = at; queue.append(n)
print(len(way(MAZE)), way(MAZE), way(["S#E"]))

#: towers, permutations by swapping, the sum of a knapsack
def hanoi(n, a="a", b="b", c="c"): return [] if n == 0 else hanoi(n - 1, a, c, b) + [a + c] + hanoi(n - 1, b, a, c)
def permute(x, k=0):
    if k == len(x): yield "".join(x)
    for i in range(k, len(x)): x[k], x[i] = x[i], x[k]; yield from permute(x, k + 1); x[k], x[i] = x[i], x[k]
def knapsack(items, room):
    best = [0] * (room + 1)
    for weight, worth in items:
        for r in range(room, weight - 1, -1): best[r] = max(best[r], best[r - weight] + worth)
    return best[-1]
print(hanoi(3), len(hanoi(10)), list(permute(list("abc"))), knapsack([(12, 4), (2, 2), (1, 1), (1, 2), (4, 10)], 15))

#: a Markov chain of words, seeded
import random, collections
text = "the cat sat on the mat and the dog sat on the log and the cat saw the dog".split()
chain = collections.defaultdict(list)
for a, b in zip(text, text[1:]): chain[a].append(b)
r = random.Random(7); word, out = "the", ["the"]
for _ in range(15): word = r.choice(chain.get(word) or text); out.append(word)
print(" ".join(out))

#: simulated annealing, seeded, and a genetic search
import random, math
def anneal(f, x, r):
    best, t = x, 1.0
    while t > 1e-3:
        y = x + r.uniform(-1, 1)
        if f(y) < f(x) or r.random() < math.exp((f(x) - f(y)) / t): x = y
        best, t = min(best, x, key=f), t * 0.98
    return best
print(f"{anneal(lambda x: (x - 2) ** 2 + math.sin(5 * x), 0.0, random.Random(1)):.6f}")
def evolve(goal, r):
    pool = ["".join(r.choice("abcdefghij") for _ in goal) for _ in range(20)]
    for generation in range(500):
        pool.sort(key=lambda w: (sum(a != b for a, b in zip(w, goal)), w))
        if pool[0] == goal: return generation
        pool = pool[:5] + ["".join(r.choice((a, b, r.choice("abcdefghij")) if r.random() < 0.2 else (a, b)) for a, b in zip(*r.sample(pool[:8], 2))) for _ in range(15)]
print(evolve("badcabfade", random.Random(3)))

#: clusters, a perceptron and a decision stump in plain Python
import random, math
r = random.Random(5); points = [(r.gauss(cx, 0.3), r.gauss(cy, 0.3)) for cx, cy in ((0, 0), (3, 3), (0, 4)) for _ in range(20)]
centres = points[:3]
for _ in range(20):
    groups = [[] for _ in centres]
    for p in points: groups[min(range(3), key=lambda k: math.dist(p, centres[k]))].append(p)
    centres = [tuple(sum(c) / len(g) for c in zip(*g)) if g else c0 for g, c0 in zip(groups, centres)]
print(sorted(map(len, groups)), sorted(tuple(round(x, 6) for x in c) for c in centres))
w, errors = [0.0, 0.0, 0.0], 0
data = [((x, y, 1.0), 1 if x + y > 3 else -1) for x, y in points]
for _ in range(30):
    for x, label in data:
        if label * sum(a * b for a, b in zip(w, x)) <= 0: w = [a + label * b for a, b in zip(w, x)]; errors += 1
print(errors, [round(x, 6) for x in w])

#: modules removed, and imported anew
import sys, importlib, json, random
had, kept = json, random
del sys.modules["json"], sys.modules["random"]
import json, random
print(json is had, json.loads("[1]"), random is kept, json.__spec__.name, importlib.import_module("json") is json)
import xml.etree.ElementTree as fast
for name in ("xml.etree.ElementTree", "_elementtree"): sys.modules.pop(name)
sys.modules["_elementtree"] = None
slow = importlib.import_module("xml.etree.ElementTree"); print(slow is fast, hasattr(slow.XMLParser(), "parser"), slow.fromstring("<a><b/></a>")[0].tag)
