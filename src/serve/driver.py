"""Runs code that comes in pieces, or as one program, in `__main__`, and shows figures as files.

Executed in a namespace of its own. The host then calls `session()` or `program(code)`.
"""

import builtins
import linecache
import os
import sys

# What this file is called in tracebacks, and what those before it in the stack are.
HERE = "<autoexp "
# Where a figure goes that is shown: the host takes it from there.
FIGURES = "/tmp/.figures"
MAIN = sys.modules["__main__"].__dict__

BACKEND = '''
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureManager(FigureManagerBase):
    """Shows a figure by drawing it into a file."""

    def show(self):
        draw(self.canvas, f"figure-{self.num}")

    @classmethod
    def pyplot_show(cls, *, block=None):
        managers = Gcf.get_all_fig_managers()
        for manager in managers:
            manager.show()
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    manager_class = FigureManager

    def print_figure(self, filename, *args, format=None, **options):
        printed = super().print_figure(filename, *args, format=format, **options)
        name = os.fspath(filename) if isinstance(filename, (str, os.PathLike)) else None
        if name is not None and (format or name.rpartition(".")[2]).lower() in ("svg", "pdf"):
            # Not to be looked at by everybody: its picture beside it is.
            draw(self, os.path.basename(name))
        return printed


def draw(canvas, name):
    os.makedirs(FIGURES, exist_ok=True)
    number = len(os.listdir(FIGURES)) + 1
    path = f"{FIGURES}/{number:03} {name}.png"
    FigureCanvasAgg.print_figure(canvas, path, format="png")
'''


def show_figures():
    """Has matplotlib's figures shown as files. Importing it costs a fraction of a millisecond."""
    import matplotlib

    # Which is none of the program's business yet.
    backend = type(sys)("_autoexp_figures")
    backend.__dict__.update(FIGURES=FIGURES, os=os)
    exec(compile(BACKEND, HERE + "figures>", "exec"), backend.__dict__)
    sys.modules[backend.__name__] = backend
    matplotlib.rcParams["backend"] = f"module://{backend.__name__}"


def known(name, source):
    """Has tracebacks show the lines of what is run."""
    linecache.cache[name] = len(source), None, source.splitlines(True), name


def outside(traceback):
    """What of a traceback is the program's own."""
    while traceback is not None and not ours(traceback):
        traceback = traceback.tb_next
    while traceback is not None and ours(traceback):
        traceback = traceback.tb_next
    return traceback


def ours(traceback):
    return traceback.tb_frame.f_code.co_filename.startswith(HERE)


def program(code):
    """As `python -c`, with its lines in tracebacks."""
    name = "<program>"

    def excepthook(kind, error, traceback):
        sys.__excepthook__(kind, error, within(error, traceback))

    def within(error, traceback):
        found = outside(traceback)
        error.__traceback__ = found
        return found

    sys.excepthook = excepthook
    known(name, code)
    show_figures()
    exec(compile(code, name, "exec", dont_inherit=True), MAIN)


def session():
    """As an interpreter that is given a cell after the other."""
    import ast
    import json

    import _host

    def ask(said):
        """Says what came of a cell, and waits for the next."""
        asked = b'"next"'
        answer = _host.call(len(asked).to_bytes(4, "little") + asked + said)
        return None if int.from_bytes(answer[:4], "little") else json.loads(answer[4:])

    def run(name, code):
        tree = ast.parse(code, name)
        last = [tree.body.pop()] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
        if tree.body:
            exec(compile(tree, name, "exec", flags=future(), dont_inherit=True), MAIN)
            futures(tree)
        if last:
            # Its value is shown, and kept as `_`.
            exec(compile(ast.Interactive(last), name, "single", flags=future(), dont_inherit=True), MAIN)

    enabled = 0

    def future():
        return enabled

    def futures(tree):
        """`from __future__ import …` holds for the cells that come."""
        nonlocal enabled
        import __future__

        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for each in node.names:
                    enabled |= getattr(__future__, each.name).compiler_flag

    # As in an interpreter that somebody types into.
    sys.argv = [""]
    show_figures()
    status = 0
    while (told := ask(json.dumps({"status": status}).encode())) is not None:
        status = 0
        name = told["name"]
        known(name, told["code"])
        try:
            run(name, told["code"])
        except SystemExit:
            raise
        except BaseException as error:
            status = 1
            traceback = error.__traceback__
            while traceback is not None and ours(traceback):
                traceback = traceback.tb_next
            error.__traceback__ = traceback
            sys.last_exc, sys.last_type, sys.last_value, sys.last_traceback = (
                error, type(error), error, traceback,
            )
            sys.excepthook(type(error), error, traceback)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                # The program closed it, or put something else there.
                pass
