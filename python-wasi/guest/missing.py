"""What this sandbox doesn't have says so, and what can be answered without it is answered.

Rules, for a function that a native process has and WASI lacks:

- One whose answer is known here answers (`os.getuid`: whoever owns all files).
- One that would need another process, a terminal, a device or the network raises `OSError`, as it
  may natively, so that a program that guards against failure goes on.
- One whose presence the library asks about to choose a faster way (`os.sendfile`,
  `os.posix_spawn`, `os.copy_file_range`) stays away: the slower way works.

The functions are added after the library is imported, so that what it chose then, it keeps.
"""

import errno


def refuse(function, why, kind=OSError, number=errno.ENOTSUP):
    """A function that raises."""

    def refused(*args, **kwargs):
        raise kind(number, f"{function}: {why}")

    refused.__name__ = refused.__qualname__ = function.rpartition(".")[2]
    return refused


def settle(module, name, thing):
    """Puts a class or function where its name says it is, so that pickling finds it."""
    thing.__name__ = thing.__qualname__ = name
    thing.__module__ = module.__name__
    setattr(module, name, thing)


NO_PROCESS = (
    "this sandbox runs one process at a time and can't fork; do the work in this one, "
    "or start Python by subprocess.run"
)
NO_COMMAND = (
    "this sandbox has no commands but python, and no shell; use Python (shutil, pathlib) instead, "
    "or start it by subprocess.run"
)
NO_NETWORK = "this sandbox has no network; use files of the workspace instead"
NO_SIGNALS = "this sandbox delivers no signals from outside or by a timer; look at time.monotonic() as the work goes on"
NO_TERMINAL = "this sandbox has no terminal of that kind"
NO_DEVICE = "this sandbox has files, directories and symlinks only"
NO_SYSTEM = "this sandbox doesn't show the machine it runs on"
NO_OWNERS = "all files of this sandbox belong to one user"


def add_to_os(os):
    owner = 0

    def same(*_):
        return owner

    for name in ("getuid", "geteuid", "getgid", "getegid"):
        settle(os, name, lambda: owner)
    settle(os, "getgroups", lambda: [owner])
    settle(os, "getppid", lambda: 1)
    settle(os, "getpgrp", lambda: os.getpid())
    settle(os, "sched_getaffinity", lambda pid: {0})
    settle(os, "getrandom", lambda size, flags=0: os.urandom(size))
    settle(os, "sync", lambda: None)
    # Nothing forks, so nothing that was registered is ever due.
    settle(os, "register_at_fork", lambda *, before=None, after_in_child=None, after_in_parent=None: None)

    mask = [0o022]

    def umask(new):
        old, mask[0] = mask[0], new & 0o777
        return old

    settle(os, "umask", umask)

    def chown(path, uid, gid, **_):
        os.stat(path, follow_symlinks=False)
        if uid not in (-1, owner) or gid not in (-1, owner):
            raise PermissionError(errno.EPERM, f"os.chown: {NO_OWNERS}", path)

    for name in ("chown", "lchown", "fchown"):
        settle(os, name, lambda path, uid, gid, **_: chown(path, uid, gid))

    def kill(pid, signal):
        if pid != os.getpid():
            raise ProcessLookupError(errno.ESRCH, f"os.kill: no process {pid}; {NO_PROCESS}")
        if signal:
            from _signal import raise_signal

            raise_signal(signal)

    settle(os, "kill", kill)
    settle(os, "killpg", lambda group, signal: kill(group, signal))
    for name in ("wait", "waitpid", "wait3", "wait4"):
        # What a process without children gets.
        setattr(os, name, refuse(f"os.{name}", NO_PROCESS, ChildProcessError, errno.ECHILD))
    for names, why in (
        ("fork forkpty pipe pipe2 setsid setpgid getpgid getsid nice getpriority setpriority", NO_PROCESS),
        ("execv execve execl execle execlp execlpe execvp execvpe", NO_COMMAND),
        ("spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe", NO_COMMAND),
        ("mkfifo mknod openpty getxattr setxattr removexattr", NO_DEVICE),
        ("ttyname tcgetpgrp tcsetpgrp ctermid", NO_TERMINAL),
        ("statvfs fstatvfs getloadavg getlogin sched_setaffinity chroot", NO_SYSTEM),
        ("setuid setgid seteuid setegid setreuid setregid setgroups fchmod", NO_OWNERS),
    ):
        for name in names.split():
            if not hasattr(os, name) or name.startswith("exec"):
                setattr(os, name, refuse(f"os.{name}", why))
    # Code that has a command's status may look at it.
    settle(os, "WIFEXITED", lambda status: status & 0x7F == 0)
    settle(os, "WEXITSTATUS", lambda status: status >> 8 & 0xFF)
    settle(os, "WIFSIGNALED", lambda status: 0 < status & 0x7F < 0x7F)
    settle(os, "WTERMSIG", lambda status: status & 0x7F)
    settle(os, "WIFSTOPPED", lambda status: status & 0xFF == 0x7F)
    settle(os, "waitstatus_to_exitcode", lambda status: -(status & 0x7F) or status >> 8 & 0xFF)
    os.WNOHANG, os.WUNTRACED = 1, 2
    # As natively where the standard streams are no terminal.
    setattr(os, "get_terminal_size", refuse("os.get_terminal_size", NO_TERMINAL, number=errno.ENOTTY))


def add_to_signal(signal):
    signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF = 0, 1, 2
    for name in ("alarm", "setitimer", "pause", "sigwait"):
        setattr(signal, name, refuse(f"signal.{name}", NO_SIGNALS))
    settle(signal, "getitimer", lambda which: (0.0, 0.0))
    settle(signal, "siginterrupt", lambda signalnum, flag: None)
    settle(signal, "valid_signals", lambda: set(signal.Signals))


def add_to_network(socket, client, request):
    def __init__(self, *args, **kwargs):
        raise OSError(errno.ENOTSUP, f"socket.socket: {NO_NETWORK}")

    socket.socket.__init__ = __init__
    setattr(socket, "socketpair", refuse("socket.socketpair", NO_NETWORK))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
        # What looking up a name gives natively where there is no network.
        setattr(socket, name, refuse(f"socket.{name}", NO_NETWORK, socket.gaierror, socket.EAI_AGAIN))
    for name in ("getservbyname", "getservbyport", "getprotobyname"):
        setattr(socket, name, refuse(f"socket.{name}", NO_NETWORK))

    # There is no ssl, so http.client and urllib.request were made without them.
    class HTTPSConnection(client.HTTPConnection):
        default_port = 443

        def __init__(self, host, port=None, *, context=None, **rest):
            super().__init__(host, port, **rest)

    class HTTPSHandler(request.AbstractHTTPHandler):
        def __init__(self, debuglevel=None, context=None, check_hostname=None):
            super().__init__(debuglevel)

        def https_open(self, asked):
            return self.do_open(client.HTTPSConnection, asked)

        https_request = request.AbstractHTTPHandler.do_request_

    settle(client, "HTTPSConnection", HTTPSConnection)
    settle(request, "HTTPSHandler", HTTPSHandler)


def add_to_hashlib(hashlib, hmac):
    # There is no OpenSSL, which has it natively. RFC 8018, section 5.2.
    def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
        if iterations < 1:
            raise ValueError("iteration value must be greater than 0.")
        keyed = hmac.new(password, digestmod=hash_name)
        if dklen is None:
            dklen = keyed.digest_size
        if dklen < 1:
            raise ValueError("key length must be greater than 0.")

        def digest(message):
            each = keyed.copy()
            each.update(message)
            return each.digest()

        derived = b""
        while len(derived) < dklen:
            number = len(derived) // keyed.digest_size + 1
            latest = digest(bytes(salt) + number.to_bytes(4, "big"))
            block = int.from_bytes(latest, "big")
            for _ in range(iterations - 1):
                latest = digest(latest)
                block ^= int.from_bytes(latest, "big")
            derived += block.to_bytes(keyed.digest_size, "big")
        return derived[:dklen]

    settle(hashlib, "pbkdf2_hmac", pbkdf2_hmac)


ON_PATH = "a package of pure Python, a wheel too, can be put on PYTHONPATH"
# Packages that research code asks for, by what is there instead.
INSTEAD = {
    "numpy, scipy and scikit-learn are there, with sklearn.neural_network": (
        "torch torchvision torchaudio torchtext torch_geometric torchmetrics pytorch_lightning lightning "
        "tensorflow tensorflow_probability keras jax jaxlib flax optax haiku mxnet paddle theano aesara "
        "transformers tokenizers datasets accelerate diffusers peft timm sentence_transformers bitsandbytes "
        "fastai einops onnx onnxruntime triton spacy nltk gensim"
    ),
    "numpy is there, on one processor and no GPU": (
        "cupy cudf cuml numba pycuda pyopencl dask ray pyspark mpi4py cython Cython"
    ),
    "sklearn.ensemble.HistGradientBoostingClassifier and its like are there": "xgboost lightgbm catboost",
    "PIL, matplotlib and scipy.ndimage are there": "cv2 skimage imageio plotly bokeh altair",
    "pandas with CSV, JSON and pickle is there, and sqlite3": (
        "h5py tables pyarrow fastparquet polars netCDF4 xarray zarr"
    ),
    "nor is there a network; use files of the workspace": (
        "requests httpx aiohttp urllib3 huggingface_hub boto3 paramiko wandb mlflow comet_ml tensorboard "
        "openai gdown kaggle"
    ),
    "unittest is there": "pytest hypothesis nose",
    "numpy is there": "gym gymnasium pettingzoo stable_baselines3",
}

# Modules of the standard library that this Python was built without, and what would install.
WITHOUT = {
    f"this sandbox can't install packages; {ON_PATH}": (
        "pip ensurepip venv setuptools pkg_resources wheel conda"
    ),
    "it left the standard library, and this sandbox has no package of it": (
        "distutils imp asyncore asynchat pipes cgi spwd crypt"
    ),
    NO_NETWORK: "ssl _ssl",
    "the limits of this sandbox are set from outside": "resource",
    "the processes of this sandbox share no memory": "_posixshmem _posixsubprocess",
    "this sandbox has no terminal and no display": (
        "readline tkinter _tkinter turtle turtledemo idlelib curses _curses termios tty pty"
    ),
    "this sandbox runs one process at a time, which needs no file locks, and has no devices": "fcntl",
    "this sandbox has one user, of no name": "pwd grp",
    "this sandbox has no system log; use logging": "syslog",
}

# What to say of each module that is known to be missing, after CPython's own words.
NO_MODULE = {
    **{
        name: f"this sandbox has no such package and can't install any; {instead}, and {ON_PATH}"
        for instead, names in INSTEAD.items()
        for name in names.split()
    },
    **{name: why for why, names in WITHOUT.items() for name in names.split()},
}
ANY_MODULE = f"Nothing on sys.path has this name, and this sandbox can't install packages; {ON_PATH}."


def no_module(name):
    """CPython's message, and why."""
    return f"No module named {name!r}: {NO_MODULE[name]}"


def explain_missing_modules(bootstrap, traceback):
    plain = bootstrap._find_and_load

    def _find_and_load(name, import_):
        try:
            return plain(name, import_)
        except ModuleNotFoundError as error:
            if error.name == name and "." not in name and not hasattr(error, "__notes__"):
                if name not in NO_MODULE:
                    error.add_note(ANY_MODULE)
                elif name in error.msg and ":" not in error.msg:
                    error.msg = no_module(name)
                    error.args = (error.msg,)
            raise

    # Like the function it wraps, it shows in no traceback.
    _find_and_load.__code__ = _find_and_load.__code__.replace(co_filename=plain.__code__.co_filename)
    bootstrap._find_and_load = _find_and_load
    # For modules of the standard library, tracebacks have words of their own.
    for name in NO_MODULE:
        if name in sys.stdlib_module_names:
            traceback._MISSING_STDLIB_MODULE_MESSAGES[name] = no_module(name)


def say_what_is_missing():
    import hashlib
    import hmac
    import http.client
    import shutil
    import signal
    import socket
    import traceback
    import urllib.request

    add_to_os(os)
    add_to_signal(signal)
    add_to_hashlib(hashlib, hmac)
    add_to_network(socket, http.client, urllib.request)
    setattr(shutil, "disk_usage", refuse("shutil.disk_usage", NO_SYSTEM))
    explain_missing_modules(_bootstrap, traceback)
