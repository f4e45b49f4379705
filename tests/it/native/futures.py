import concurrent.futures as cf, time, threading
seen = []
def setup(x): seen.append(x)
def square(x): return x * x
def fail(x): raise ValueError(x)
with cf.ThreadPoolExecutor(1, initializer=setup, initargs=(7,)) as pool:
    futures = [pool.submit(square, i) for i in range(5)]
    print([f.result() for f in futures], seen)
    print(sorted(f.result() for f in cf.as_completed(futures, timeout=5)))
    print(list(pool.map(square, range(3), timeout=9)), list(pool.map(pow, [2, 3], [4, 5])))
    bad = pool.submit(fail, 3)
    print(repr(bad.exception()), bad.done(), bad.cancelled(), bad.cancel())
    try: list(pool.map(fail, [1, 2]))
    except ValueError as e: print('map raised', e)
    called = []
    f = pool.submit(square, 9); f.result(); f.add_done_callback(lambda f: called.append(f.result())); print(called)
    done, pending = cf.wait(futures + [bad], return_when=cf.ALL_COMPLETED); print(len(done), len(pending))
    print(pool.submit(lambda: 'lambda').result(), pool.submit(square, x=4).result())
    local = threading.local(); pool.submit(setattr, local, 'x', 1).result()
try: pool.submit(square, 1)
except RuntimeError as e: print(e)
def broken(): raise KeyError('no')
import logging; logging.disable()
with cf.ThreadPoolExecutor(1, initializer=broken) as pool:
    f = pool.submit(square, 1)
    print(type(f.exception()).__name__)
    try: pool.submit(square, 1)
    except cf.BrokenExecutor as e: print(type(e).__name__)
for wrong in (0, -1):
    try: cf.ThreadPoolExecutor(wrong)
    except ValueError as e: print(e)
