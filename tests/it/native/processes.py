import concurrent.futures as cf
import os
def square(x): return x * x
def grow(items): items.append(len(items)); return items
class Odd(Exception): pass
def fail(x): raise Odd(x)
state = 0
def setup(x): global state; state = x
def read(): return state
if __name__ == '__main__':
    with cf.ProcessPoolExecutor(2, initializer=setup, initargs=(5,)) as pool:
        print([f.result() for f in [pool.submit(square, i) for i in range(5)]])
        print(list(pool.map(square, range(7), chunksize=3)), list(pool.map(pow, [2, 3], [4, 5])))
        mine = [1]
        theirs = pool.submit(grow, mine).result()
        print(mine, theirs, theirs is mine, pool.submit(read).result())
        print(repr(pool.submit(fail, 2).exception()))
        try: pool.submit(lambda: 1).result()
        except Exception as e: print('unpicklable')
    try: pool.submit(square, 1)
    except RuntimeError as e: print(e)
    try: cf.ProcessPoolExecutor(0)
    except ValueError as e: print(e)
