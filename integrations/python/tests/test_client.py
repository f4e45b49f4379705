"""The client against the real program."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

import autoexp
from autoexp import AsyncClient, Client, Limits, Mount


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_commands_and_files(client: Client) -> None:
    with client.create(files={"a.py": "import sys; print(sys.argv[1:])", "b": b"\xff"}) as sandbox:
        done = sandbox.run(["python", "a.py", "x y"]).check()
        assert done.text == "['x y']\n" and done.fuel > 0
        assert sandbox.run("wc -c < b; exit 3").status == 3
        assert sandbox.run_python("print(input())", stdin="in").text == "in\n"
        assert sandbox.run("echo $A", env={"A": "b"}, cwd="/tmp").text == "b\n"
        sandbox.write("d/c.bin", bytes(range(256)))
        sandbox.write("d/c.bin", b"!", append=True)
        assert sandbox.read("d/c.bin") == bytes(range(256)) + b"!"
        assert sandbox.read("d/c.bin", offset=65, length=2) == b"AB"
        assert [entry.path for entry in sandbox.list(recursive=True)] == [
            "a.py", "b", "d", "d/c.bin",
        ]
        assert sandbox.stat("d").kind == "directory"
        sandbox.remove("d", recursive=True)
        with pytest.raises(FileNotFoundError, match="d/c.bin"):
            sandbox.read("d/c.bin")
        with pytest.raises(IsADirectoryError):
            sandbox.read(".")
    with pytest.raises(autoexp.UnknownName):
        sandbox.list()


def test_snapshots_forks_and_differences(client: Client) -> None:
    sandbox = client.create(files={"a": "1\n"})
    begun = sandbox.snapshot()
    sandbox.write("a", "2\n")
    fork = sandbox.fork()
    early = sandbox.fork(begun)
    diff = sandbox.diff(begun)
    assert [(change.path, change.kind) for change in diff.changes] == [("a", "modified")]
    assert b"-1\n+2\n" in diff.patch
    sandbox.restore(begun)
    assert sandbox.snapshot().hash == begun.hash
    assert [box.read_text("a") for box in (sandbox, fork, early)] == ["1\n", "2\n", "1\n"]


def test_limits_and_failures(client: Client) -> None:
    sandbox = client.create(limits=Limits(fuel=10**9))
    done = sandbox.run_python("while True: pass")
    assert (done.exit, done.status, done.ok) == ("out_of_fuel", 137, False)
    with pytest.raises(autoexp.CommandError, match="out of fuel"):
        done.check()
    assert sandbox.run("sleep 60", timeout=5).exit == "out_of_time"
    with pytest.raises(autoexp.LimitReached):
        sandbox.run("true", limits=Limits(fuel=2 * 10**9))
    assert sandbox.limits(Limits(time=1.5)).time == 1.5


def test_the_same_digest_each_time(client: Client) -> None:
    code = "import os, time, numpy; print(os.urandom(4), time.time(), numpy.random.rand())"
    digests = {client.create().run_python(code).digest for _ in range(3)}
    assert len(digests) == 1


def test_folders_of_the_host(client: Client, tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "a").write_text("host\n")
    sandbox = client.create(mounts=[Mount(folder)])
    assert sandbox.run("cat a; echo new > a; cat a").text == "host\nnew\n"
    assert (folder / "a").read_text() == "host\n"


def test_threads_share_a_client(client: Client) -> None:
    texts: dict[int, str] = {}

    def work(number: int) -> None:
        sandbox = client.create()
        texts[number] = sandbox.run_python(f"print({number} ** 2)").text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"{number**2}\n" for number in range(20)}


def test_coroutines_and_cancelling() -> None:
    async def all_of_it() -> None:
        async with AsyncClient(args=["--max-in-flight", "8"]) as client:

            async def square(number: int) -> str:
                async with await client.create() as sandbox:
                    return (await sandbox.run_python(f"print({number} ** 2)")).text

            squares = await asyncio.gather(*(square(number) for number in range(50)))
            assert squares == [f"{number**2}\n" for number in range(50)]

            sandbox = await client.create()
            endless = asyncio.create_task(sandbox.run_python("while True: pass"))
            await asyncio.sleep(0.3)
            endless.cancel()
            with pytest.raises(asyncio.CancelledError):
                await endless
            # The sandbox is free again at once.
            started = time.monotonic()
            assert (await sandbox.run("echo free")).text == "free\n"
            assert time.monotonic() - started < 30

    asyncio.run(all_of_it())


def test_a_server_that_is_gone_is_said_to_be() -> None:
    client = Client()
    sandbox = client.create()
    client._connection._process.kill()
    with pytest.raises(autoexp.ConnectionLost, match="ended with status"):
        sandbox.run("true")
    client.close()
    with pytest.raises(FileNotFoundError):
        Client(program="no-such-program")
    with pytest.raises(autoexp.ConnectionLost, match="--nonesuch"):
        Client(args=["--nonesuch"]).create()


def test_types(tmp_path: object) -> None:
    import sys

    mypy = [sys.executable, "-m", "mypy", "--strict", "--package", "autoexp"]
    checked = subprocess.run(mypy, capture_output=True, text=True, cwd=str(tmp_path))
    assert checked.returncode == 0, checked.stdout + checked.stderr
