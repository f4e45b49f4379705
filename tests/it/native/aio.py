import asyncio, time, concurrent.futures
async def work(n, t): await asyncio.sleep(t); print('done', n); return n
async def fail(): await asyncio.sleep(.01); raise ValueError('no')
async def producer(q):
    for i in range(3): await q.put(i); await asyncio.sleep(.01)
    await q.put(None)
async def consumer(q):
    got = []
    while (x := await q.get()) is not None: got.append(x)
    return got
async def main():
    print(await asyncio.gather(work(1, .2), work(2, .1), work(3, .15)))
    print(await asyncio.gather(fail(), work(4, 0), return_exceptions=True))
    try: await asyncio.wait_for(work(5, 9), .05)
    except asyncio.TimeoutError: print('timeout')
    try:
        async with asyncio.timeout(.05): await asyncio.sleep(9)
    except TimeoutError: print('timeout')
    q = asyncio.Queue(); print((await asyncio.gather(producer(q), consumer(q)))[1])
    async with asyncio.TaskGroup() as g: a = g.create_task(work(6, .01)); b = g.create_task(work(7, .02))
    print(a.result(), b.result())
    try:
        async with asyncio.TaskGroup() as g: g.create_task(fail()); g.create_task(work(8, 9))
    except* ValueError as e: print(e.exceptions)
    print(await asyncio.to_thread(abs, -3))
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, pow, 2, 5))
    with concurrent.futures.ThreadPoolExecutor(2) as pool: print(await asyncio.gather(*[loop.run_in_executor(pool, abs, -i) for i in range(3)]))
    for f in asyncio.as_completed([work('a', .02), work('b', .01)]): print(await f)
    t = asyncio.create_task(asyncio.sleep(9)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print('cancelled', t.cancelled())
    s = asyncio.Semaphore(1); e = asyncio.Event(); l = asyncio.Lock()
    async with s, l: loop.call_later(.01, e.set); await e.wait(); print('event')
    loop.call_soon_threadsafe(print, 'soon'); await asyncio.sleep(0)
    f = loop.create_future(); loop.call_soon(f.set_result, 1); print(await f)
    async def agen():
        for i in range(3): await asyncio.sleep(0); yield i
    print([i async for i in agen()])
    t0 = loop.time(); await asyncio.sleep(.3); print(.3 <= loop.time() - t0 < .4)
    return 'end'
print(asyncio.run(main()))
loop = asyncio.new_event_loop(); print(loop.run_until_complete(work(9, 0))); loop.close()
try: asyncio.run(fail())
except ValueError as e: print(repr(e))
with asyncio.Runner() as runner: print(runner.run(work(10, 0)))
