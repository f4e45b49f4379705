"""Other processes: those that are Python run in the sandbox too, one at a time, each to its end
while its parent waits. There are no others.
"""

# What a command that is Python may be called.
PYTHON = frozenset(("python", "python3", "python3.15", "python.wasm"))
# What only a shell would understand.
SHELL = set("|&;<>()`$*?~\n")


def python_arguments(words):
    """Python's own command line, where the words are a call of Python."""
    if words and (words[0] == sys.executable or os.path.basename(words[0]) in PYTHON):
        return words[1:]
    name = words[0] if words else ""
    why = NO_MODULE["pip"] if os.path.basename(name).startswith("pip") else NO_COMMAND
    raise FileNotFoundError(errno.ENOENT, f"No such command: {why}", name)


def words_of(shlex, command):
    """The words of a shell's command and the variables before it, where it is as simple as that."""
    if not SHELL.isdisjoint(unquoted(command)):
        raise FileNotFoundError(errno.ENOENT, f"No shell for {command!r}: {NO_COMMAND}", "/bin/sh")
    words = shlex.split(command)
    given = {}
    while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
        name, _, value = words.pop(0).partition("=")
        given[name] = value
    return words, given


def unquoted(command):
    """What is in no quotes; in double quotes a shell would still expand what these mark."""
    quote, left, characters = "", set(), iter(command)
    for character in characters:
        if character == "\\" and quote != "'":
            next(characters, None)
        elif quote:
            if character == quote:
                quote = ""
            elif quote == '"' and character in "$`":
                left.add(character)
        elif character in "'\"":
            quote = character
        else:
            left.add(character)
    return left


def start_process(words, environment, folder, stdin, stdout, stderr):
    """Runs Python to its end; its status and what is kept of its output and error."""
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
    asked = {
        "args": [os.fsdecode(word) for word in words],
        "cwd": os.path.abspath(os.fsdecode(folder)),
        "env": [[os.fsdecode(name), os.fsdecode(value)] for name, value in environment.items()],
        "stdin": "parent" if stdin is None else "bytes",
        "stdout": stdout,
        "stderr": stderr,
    }
    refused, answer = ask_host({"run": asked}, stdin or b"")
    if refused:
        raise OSError(errno.EAGAIN, f"can't start new process: {answer.decode()}")
    word = lambda at, signed=False: int.from_bytes(answer[at : at + 4], "little", signed=signed)
    if word(4):
        raise OSError(errno.EFBIG, "the process printed more than this sandbox keeps for its parent")
    end = 12 + word(8)
    return word(0, True), answer[12:end], answer[end:]


def make_popen(subprocess, io, itertools, shlex, time):
    class Output(io.RawIOBase):
        """What a process printed, once it has run."""

        def __init__(self, process, name):
            self._process, self._name, self._at = process, name, 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self._process._run()
            kept = self._process._kept[self._name]
            piece = kept[self._at : self._at + len(buffer)]
            buffer[: len(piece)] = piece
            self._at += len(piece)
            return len(piece)

    class Input(io.RawIOBase):
        """What a process is given; when it is closed, the process runs."""

        def __init__(self, process):
            self._process = process

        def writable(self):
            return True

        def write(self, data):
            self._process._given += bytes(data)
            return len(data)

        def close(self):
            if not self.closed:
                super().close()
                self._process._run()

    # After this process's own.
    ids = itertools.count(43)

    class Popen(subprocess.Popen):
        def __init__(self, args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None,
                     preexec_fn=None, close_fds=True, shell=False, cwd=None, env=None,
                     universal_newlines=None, startupinfo=None, creationflags=0, restore_signals=True,
                     start_new_session=False, pass_fds=(), *, user=None, group=None, extra_groups=None,
                     encoding=None, errors=None, text=None, umask=-1, pipesize=-1, process_group=None):
            self.args, self.stdin, self.stdout, self.stderr = args, None, None, None
            self.returncode, self._status, self._given, self._kept = None, None, b"", {}
            self._took = 0
            self.encoding, self.errors = encoding, errors
            self.text_mode = bool(encoding or errors or text or universal_newlines)
            self._child_created = False
            if preexec_fn is not None or pass_fds:
                raise OSError(errno.ENOTSUP, f"subprocess.Popen: {NO_PROCESS}")
            self._environment = dict(os.environ if env is None else env)
            if shell:
                command = args if isinstance(args, (str, bytes)) else args[0]
                words, given = words_of(shlex, os.fsdecode(command))
                self._environment.update(given)
            else:
                words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)
                words = [os.fsdecode(word) for word in words]
                if executable is not None:
                    words[:1] = [os.fsdecode(executable)]
            self._words = python_arguments(words)
            self._folder = os.getcwd() if cwd is None else cwd
            self.pid = next(ids)

            # What is in place of a standard stream is passed on like any file.
            stdin = 0 if stdin is None and 0 in REDIRECTED else stdin
            stdout = 1 if stdout is None and 1 in REDIRECTED else stdout
            stderr = 2 if stderr is None and 2 in REDIRECTED else stderr
            self._stdout = self._route(stdout, 1)
            self._stderr = "merged" if stderr == subprocess.STDOUT else self._route(stderr, 2)
            self._files = {1: stdout, 2: stderr}
            if stdout == subprocess.PIPE:
                self.stdout = self._stream(io.BufferedReader(Output(self, 1)))
            if stderr == subprocess.PIPE:
                self.stderr = self._stream(io.BufferedReader(Output(self, 2)))
            self._inherits = stdin is None
            if stdin == subprocess.PIPE:
                pipe = io.BufferedWriter(Input(self))
                self.stdin = self._stream(pipe, line_buffering=bufsize == 1, write_through=True)
                return
            if stdin not in (None, subprocess.DEVNULL):
                descriptor = stdin if isinstance(stdin, int) else stdin.fileno()
                while piece := os.read(descriptor, 1 << 20):
                    self._given += piece
            self._run()

        def _stream(self, pipe, **options):
            if not self.text_mode:
                return pipe
            return io.TextIOWrapper(pipe, encoding=self.encoding, errors=self.errors, **options)

        def _route(self, asked, own):
            """Where a stream goes: to this process's own, or here."""
            if asked is None:
                return ("", "stdout", "stderr")[own]
            if asked in (subprocess.PIPE, subprocess.DEVNULL):
                return "kept"
            descriptor = asked if isinstance(asked, int) else asked.fileno()
            if descriptor in REDIRECTED:
                return "kept"
            return {1: "stdout", 2: "stderr"}.get(descriptor, "kept")

        def _run(self):
            if self._status is not None:
                return
            # Once, even when it can't.
            self._status = 255
            begun = time.monotonic()
            stdin = None if self._inherits else self._given
            self._status, out, err = start_process(
                self._words, self._environment, self._folder, stdin, self._stdout, self._stderr
            )
            self._kept, self._took = {1: out, 2: err}, time.monotonic() - begun
            for own, asked in self._files.items():
                if asked in (None, subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT):
                    continue
                descriptor = asked if isinstance(asked, int) else asked.fileno()
                left = self._kept[own]
                while left:
                    left = left[os.write(descriptor, left) :]

        def communicate(self, input=None, timeout=None):
            if self.stdin is not None and not self.stdin.closed:
                if input:
                    self.stdin.write(input)
                self.stdin.close()
            self.wait(timeout)
            read = [stream and not stream.closed and stream.read() for stream in (self.stdout, self.stderr)]
            for stream in (self.stdout, self.stderr):
                if stream is not None:
                    stream.close()
            return tuple(None if each is False else each for each in read)

        def poll(self):
            self._run()
            self.returncode = self._status
            return self.returncode

        def wait(self, timeout=None):
            self.poll()
            # It has run to its end all the same.
            if timeout is not None and self._took > timeout:
                raise subprocess.TimeoutExpired(self.args, timeout, *self._kept.values())
            return self.returncode

        def send_signal(self, sig):
            if self._status is None:
                self._status = -int(sig)
                self._kept = {1: b"", 2: b""}

        def terminate(self):
            self.send_signal(15)

        def kill(self):
            self.send_signal(9)

        def __exit__(self, *_):
            for stream in (self.stdin, self.stdout, self.stderr):
                if stream is not None:
                    stream.close()
            self.wait()

    settle(subprocess, "Popen", Popen)

    def system(command):
        status = Popen(command, shell=True).wait()
        return -status if status < 0 else status << 8

    settle(os, "system", system)


def run_python_in_the_sandbox():
    import io
    import itertools
    import shlex
    import subprocess
    import time

    make_popen(subprocess, io, itertools, shlex, time)
