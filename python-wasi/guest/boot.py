"""Makes a started interpreter into the process that an invocation asks for, and ends it.

Executed when a memory image is made; the host's turn of a run calls `process`. What follows
mirrors what CPython's `main` does between reading its command line and finalising.
"""

import atexit
import builtins
import os
import sys
from importlib.machinery import BuiltinImporter, SourceFileLoader

# What the names of these files in tracebacks start with.
HERE = "<autoexp "

# What this interpreter is started with for the sake of making an image is not what a program sees.
sys.flags = sys.flags.__replace__(
    isolated=0, ignore_environment=0, no_site=0, no_user_site=0, safe_path=False
)


def path_stats(_, path):
    """What a `.pyc` file is checked against. CPython compares whole seconds, within which a program
    may well write a module twice; virtual time tells every two writes apart."""
    found = os.stat(path)
    return {"mtime": found.st_mtime_ns // 1000, "size": found.st_size}


SourceFileLoader.path_stats = path_stats


def prepare(spec):
    os.environ.clear()
    os.environ.update(spec["env"])
    # What a native process would cache beside its sources is no part of anybody's work.
    sys.dont_write_bytecode = True
    for stream in (sys.stdout, sys.stderr):
        # Flushed by the line, so that what was printed survives a limit that is met.
        stream.reconfigure(line_buffering=True)
    try:
        os.chdir(spec["cwd"])
    except OSError as error:
        fail(f"can't change to the working directory {spec['cwd']!r}: {error}")
    sys.path[:0] = path_of(os.environ.get("PYTHONPATH", ""))
    if "random" in PREPARED:
        # Seeded when it was imported, into the image.
        PREPARED["random"].module.seed()
    for name in set(sys.modules) - PLAIN:
        # Here for the turn itself.
        del sys.modules[name]
    HANDED.clear()
    BROUGHT.clear()
    heed_warnings([*filter(None, os.environ.get("PYTHONWARNINGS", "").split(",")), *spec["warnings"]])
    main = sys.modules["__main__"].__dict__
    main.clear()
    main.update(
        __name__="__main__",
        __doc__=None,
        __package__=None,
        __loader__=None,
        __spec__=None,
        __builtins__=builtins,
    )
    return main


def path_of(variable):
    """The folders and archives that a variable of this kind names, each once, as `site` has it."""
    return list(dict.fromkeys(os.path.abspath(each) for each in variable.split(":") if each))


def heed_warnings(options):
    """What `-W` asks for."""
    sys.warnoptions[:] = options
    if options:
        import warnings

        warnings._processoptions(sys.warnoptions)


def fail(message):
    print(f"python: {message}", file=sys.stderr)
    raise SystemExit(2)


def run_script(path, main):
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        import runpy

        sys.path.insert(0, os.path.abspath(path))
        runpy._run_module_as_main("__main__", False)
        return
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        fail(f"can't open file {os.path.abspath(path)!r}: [Errno {error.errno}] {error.strerror}")
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    path = os.path.join(os.getcwd(), path)
    main.update(__file__=path, __cached__=None, __loader__=SourceFileLoader("__main__", path))
    exec(compile(source, path, "exec", dont_inherit=True), main)


def run_module(name, main):
    import runpy

    sys.path.insert(0, os.getcwd())
    top = name.partition(".")[0]
    if top in NO_MODULE and PathFinder.find_spec(top) is None:
        raise SystemExit(f"{sys.executable}: No module named {top}: {NO_MODULE[top]}")
    runpy._run_module_as_main(name)


def run_command(code, main):
    sys.path.insert(0, "")
    main["__loader__"] = BuiltinImporter
    exec(compile(code, "<string>", "exec", dont_inherit=True), main)


def run_stdin(_, main):
    sys.path.insert(0, "")
    main.update(__file__="<stdin>", __cached__=None, __loader__=BuiltinImporter)
    exec(compile(sys.stdin.buffer.read(), "<stdin>", "exec", dont_inherit=True), main)


def run_interactive(_, main):
    import code

    sys.path.insert(0, "")
    banner = f"Python {sys.version.split()[0]} in the autoexp sandbox. Ctrl-D ends it."
    code.InteractiveConsole(main).interact(banner=banner, exitmsg="")


RUN = {
    "script": (run_script, None),
    "module": (run_module, "-m"),
    "command": (run_command, "-c"),
    "stdin": (run_stdin, "-"),
    "interactive": (run_interactive, ""),
}


def report(error):
    """Shows an uncaught exception as the interpreter would: without the frames of this file."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(HERE):
        traceback = traceback.tb_next
    error = error.with_traceback(traceback)
    sys.last_exc, sys.last_type, sys.last_value, sys.last_traceback = error, type(error), error, traceback
    try:
        sys.excepthook(type(error), error, traceback)
    except SystemExit as exit:
        return status_of(exit)
    except BaseException as second:
        print("Error in sys.excepthook:", file=sys.stderr)
        sys.__excepthook__(type(second), second, second.__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)
        sys.__excepthook__(type(error), error, traceback)
    # A native process dies of SIGINT then, which a shell gives this number.
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def status_of(exit):
    """The exit status that a SystemExit asks for, as `Py_Exit` has it."""
    if exit.code is None:
        return 0
    if isinstance(exit.code, int):
        return exit.code & 0xFF
    print(exit.code, file=sys.stderr)
    return 1


def finish(status):
    """Ends the process as finalisation would, as far as anybody can tell from outside: what was
    registered runs, the program's own objects go, the streams are flushed. The library stays as
    it is, for taking it down would take longer than most programs run."""
    for step in (threads_end, atexit._run_exitfuncs, modules_end):
        try:
            step()
        except SystemExit as exit:
            status = status_of(exit)
        except BaseException as error:
            report(error)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()
        except Exception:
            status = status or 120
    return status


def threads_end():
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()


def modules_end():
    """Clears the program's own modules, the last imported first, as `PyImport_Cleanup` does."""
    own = [
        module
        for name, module in sys.modules.items()
        if name not in PLAIN and name not in PREPARED or name == "__main__"
    ]
    for module in reversed(own):
        names = getattr(module, "__dict__", None)
        if not isinstance(names, dict):
            continue
        for private in (True, False):
            for name in [name for name in names if name != "__builtins__"]:
                if name.startswith("_") == private:
                    names[name] = None


def process(spec):
    kind, what = spec["program"]
    run, argv0 = RUN[kind]
    sys.argv = [what if argv0 is None else argv0, *spec["args"]]
    sys.orig_argv = ["python", *([argv0] if argv0 else []), *([what] if what else []), *spec["args"]]
    try:
        run(what, prepare(spec))
        status = 0
    except SystemExit as exit:
        status = status_of(exit)
    except BaseException as error:
        status = report(error)
    raise SystemExit(finish(status))
