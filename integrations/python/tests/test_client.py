"""The client against the real program."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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


def test_folders_of_the_host(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("host\n")
    sandbox = client.create(mounts=[Mount(tmp_path)])
    assert sandbox.run("cat a; echo new > a; cat a").text == "host\nnew\n"
    assert (tmp_path / "a").read_text() == "host\n"


def test_what_no_server_could_take_is_refused_here(client: Client) -> None:
    sandbox = client.create()
    for timeout in (-1, float("nan"), float("inf"), 1e30):
        with pytest.raises(ValueError, match="timeout is seconds"):
            sandbox.run("true", timeout=timeout)
    with pytest.raises(ValueError, match="time is seconds"):
        sandbox.limits(Limits(time=-1))
    with pytest.raises(UnicodeEncodeError):
        sandbox.write("a\udc80", "what os.listdir makes of odd names")
    with pytest.raises(TypeError, match="data is text or bytes"):
        sandbox.write("a", None)  # type: ignore[arg-type]
    sandbox.write(PurePosixPath("d") / "a", memoryview(b"\xff"))
    assert sandbox.run(("wc", "-c", "d/a")).text.split()[0] == "1"
    with Client(args=["--max-message", "100KB"]) as small:
        narrow = small.create()
        with pytest.raises(autoexp.LimitReached, match="write in pieces"):
            narrow.write("a", "x" * 200_000)
        assert narrow.list() == []


def test_neither_side_waits_for_the_other_to_read() -> None:
    with Client() as client:
        boxes = [client.create(files={"a": "x" * 5_000_000}) for _ in range(4)]
        sizes: list[int] = []

        def work(number: int) -> None:
            box = boxes[number % 4]
            for _ in range(3):
                if number % 2:
                    box.write("b", "y" * 5_000_000)
                else:
                    sizes.append(len(box.read("a")))
                client.statistics()

        threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=100)
        assert sizes == [5_000_000] * 12


def test_what_is_asked_before_the_server_has_said_its_limits_waits_for_them() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
            with Client() as client:
                client.create(files={"a": "x" * 5_000})
    finally:
        sys.setswitchinterval(interval)


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
        async with AsyncClient(args=["--max-in-flight", "8", "--no-cache"]) as client:

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

            # As many as may be asked at once are cancelled, too.
            many = [asyncio.create_task(sandbox.run_python("while True: pass")) for _ in range(20)]
            await asyncio.sleep(0.3)
            for task in many:
                task.cancel()
            ended = await asyncio.gather(*many, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ended)
            assert (await sandbox.run("echo free")).text == "free\n"

            # What was made for one who no longer waits is given back.
            before = await client.statistics()
            for delay in [0.0, 0.0005, 0.002] * 5:
                for make in (client.create, sandbox.fork, sandbox.snapshot):
                    task = asyncio.create_task(make())  # type: ignore[operator]
                    await asyncio.sleep(delay)
                    task.cancel()
                    [made] = await asyncio.gather(task, return_exceptions=True)
                    if isinstance(made, autoexp.AsyncSandbox):
                        await made.destroy()
                    elif isinstance(made, autoexp.Snapshot):
                        await client.drop(made)
            await sandbox.run("true")
            for _ in range(100):
                after = await client.statistics()
                if after["sandboxes"] == before["sandboxes"] and not after["snapshots"]:
                    break
                await asyncio.sleep(0.05)
            assert (after["sandboxes"], after["snapshots"]) == (before["sandboxes"], 0)

    asyncio.run(all_of_it())


def test_one_client_in_several_event_loops() -> None:
    client = AsyncClient()

    async def once() -> str:
        async with await client.create() as sandbox:
            return (await sandbox.run("echo x")).text

    assert [asyncio.run(once()), asyncio.run(once())] == ["x\n", "x\n"]
    asyncio.run(client.close())


INTERRUPTED = """
import os, signal, threading
from autoexp import Client
with Client(args=["--no-cache"]) as client:
    sandbox = client.create(files={"a": "kept"})
    threading.Timer(0.5, lambda: os.killpg(0, signal.SIGINT)).start()
    try:
        sandbox.run_python("while True: pass")
    except KeyboardInterrupt:
        print("interrupted", sandbox.read_text("a"), sandbox.run("echo free").text)
"""


def test_an_interrupt_ends_the_command_and_not_the_sandbox() -> None:
    program = [sys.executable, "-c", INTERRUPTED]
    ended = subprocess.run(
        program, capture_output=True, text=True, timeout=100, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert ended.stdout == "interrupted kept free\n\n", ended.stderr


FORKED = """
import os
import autoexp
client = autoexp.Client()
sandbox = client.create()
child = os.fork()
if child == 0:
    try:
        sandbox.run("true")
    except autoexp.ConnectionLost as error:
        print("child:", error, flush=True)
    client.close()
    with autoexp.Client() as own:
        print(own.create().run("echo own").text, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(sandbox.run("echo parent").text, flush=True)
# Another one that lives on doesn't keep the server.
if os.fork() == 0:
    import time
    time.sleep(20)
    os._exit(0)
server = client._connection._process
client.close()
assert server.returncode == 0, server.returncode
"""


def test_a_forked_process_leaves_the_server_alone() -> None:
    child = [sys.executable, "-W", "ignore", "-c", FORKED]
    read, write = os.pipe()
    with os.fdopen(read) as heard:
        started = time.monotonic()
        ended = subprocess.Popen(child, stdout=write, stderr=write)
        os.close(write)
        assert ended.wait(timeout=100) == 0, heard.read()
        assert time.monotonic() - started < 15
        said = "".join(heard.readline() for _ in range(5))
    assert said == "child: the client was made by another process: make one in each\nown\n\nparent\n\n"


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
    with pytest.raises(autoexp.ConnectionLost, match="no server that this client knows"):
        Client(program="echo").create()
    closed = Client()
    closed.close()
    with pytest.raises(autoexp.ConnectionLost, match="the client was closed"):
        closed.create()
    closed.close()


USE = """
from autoexp import Client, Limits, Mount

def work(client: Client, files: dict[str, str], env: dict[str, str], argv: tuple[str, ...]) -> int:
    sandbox = client.create(files, mounts=[Mount(".")], limits=Limits(fuel=1))
    done = sandbox.run(argv, env=env, timeout=1)
    reveal_type(sandbox.fork().read("a"))
    return done.status
"""


def test_types(tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(USE)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--package", "autoexp"]
    checked = subprocess.run(mypy, capture_output=True, text=True, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    mypy = [sys.executable, "-m", "mypy", "--strict", "use.py"]
    checked = subprocess.run(mypy, capture_output=True, text=True, cwd=tmp_path)
    assert checked.returncode == 0 and 'bytes"' in checked.stdout, checked.stdout


def test_the_face_for_threads_is_made_of_the_one_for_coroutines() -> None:
    make = Path(__file__).parent.parent / "make_sync.py"
    subprocess.run([sys.executable, make, "--check"], check=True)
