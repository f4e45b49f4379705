# --- reference
import asyncio

async def fetch(x):
    await asyncio.sleep(0.1 * x)
    return x

async def fails(x):
    await asyncio.sleep(0)
    raise ValueError(x)

async def items(n):
    for each in range(n):
        yield each
# --- candidate
import asyncio

async def fetch(x):
    await asyncio.sleep(0.05)
    await asyncio.sleep(0)
    return x if x < 3 else -x

async def fails(x):
    raise ValueError

async def items(n):
    yield 1
# --- run
import asyncio
from m import fails, fetch, items

async def main():
    print(await asyncio.gather(fetch(1), fetch(2), fetch(3)))
    try:
        await fails(1)
    except ValueError as error:
        print("no", error)
    print([each async for each in items(2)])

asyncio.run(main())
