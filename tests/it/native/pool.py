import multiprocessing as mp
from multiprocessing.pool import ThreadPool, Pool
def square(x): return x * x
def add(a, b=10): return a + b
def fail(x): raise ValueError(x)
def grow(items): items.append(0); return len(items)
def setup(v): global shared; shared = v
def use(x):
    with shared.get_lock(): shared.value += x
    return x
if __name__ == '__main__':
    with mp.Pool(2) as pool:
        print(pool.map(square, range(5)), pool.map(square, [1, 2], chunksize=2), pool.map(square, []))
        print(list(pool.imap(square, range(5))), sorted(pool.imap_unordered(square, range(5), 2)))
        print(pool.apply(add, (1,), {'b': 2}), pool.starmap(add, [(1, 2), (3,)]))
        r = pool.apply_async(add, (1, 2)); print(r.get(timeout=9), r.ready(), r.successful())
        called = []
        r = pool.map_async(square, [1, 2], callback=called.append); r.wait(); print(r.get(), called)
        errors = []
        r = pool.apply_async(fail, (3,), error_callback=errors.append); r.wait(); print(r.successful(), errors)
        try: pool.map(fail, [1])
        except ValueError as e: print('raised', e)
        it = pool.imap(fail, [1, 2])
        for _ in range(3):
            try: print(next(it))
            except ValueError as e: print('next raised', e)
            except StopIteration: print('stop')
        mine = [1]; print(pool.map(grow, [mine, mine]), mine)
        try: pool.map(lambda x: x, [1])
        except Exception as e: print('unpicklable')
        print(pool.starmap_async(add, [(1, 2)]).get())
    try: pool.map(square, [1])
    except ValueError as e: print(e)
    pool = Pool(processes=2, maxtasksperchild=1)
    pool.close()
    try: pool.apply(square, (1,))
    except ValueError as e: print(e)
    pool.join()
    with ThreadPool(3) as pool:
        print(pool.map(lambda x: x + 1, range(3)), pool.apply(square, (3,)))
        mine = [1]; print(pool.map(grow, [mine]), mine)
    try: mp.Pool(0)
    except ValueError as e: print(e)
    total = mp.Value('i', 0)
    with mp.Pool(1, initializer=setup, initargs=(total,)) as pool: pool.map(use, range(5))
    print(total.value)
    for how in ('fork', 'spawn'):
        with mp.get_context(how).Pool(1) as pool: print(pool.map(square, [4]))
    a = mp.Array('d', [1, 2, 3]); a[0] = 5; print(a[:], len(a)); 
    with a.get_lock(): print(list(a))
    print(mp.RawArray('i', 3)[:], mp.Value('d', 2.5, lock=False).value)
    b = mp.Value('b', True); print(b.value)
