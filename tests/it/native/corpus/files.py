#: a database in memory and on disk
import sqlite3, os, datetime
with sqlite3.connect("data.db") as db:
    db.executescript("create table p (id integer primary key, name text not null unique, age real); create index i on p (age);")
    db.executemany("insert into p (name, age) values (?, ?)", [("Ann", 31), ("Bob", 25.5), ("Cid", None)])
    print(db.execute("select last_insert_rowid(), changes(), total_changes()").fetchone(), db.in_transaction)
try: db.execute("insert into p (name) values ('Ann')")
except sqlite3.IntegrityError as error: print(error)
db.rollback(); db.row_factory = sqlite3.Row
for row in db.execute("select * from p where age > :low or age is null order by name desc", {"low": 20}): print(dict(row), row["name"], row.keys())
db.create_function("twice", 1, lambda x: x * 2); db.create_aggregate("longest", 1, type("L", (), {"__init__": lambda s: setattr(s, "x", ""), "step": lambda s, v: setattr(s, "x", max(s.x, v, key=len)), "finalize": lambda s: s.x}))
print(tuple(db.execute("select twice(21), longest(name), count(*), avg(age), group_concat(name, '-') from p").fetchone()), db.execute("select json_extract('{\"a\": [1, 2]}', '$.a[1]')").fetchone()[0])
print([tuple(r) for r in db.execute("with recursive f(a, b) as (values (0, 1) union all select b, a + b from f where b < 50) select a from f")], [tuple(r) for r in db.execute("select name, row_number() over (order by age) from p")])
db.close(); print(os.path.getsize("data.db") > 0, sqlite3.connect("file:data.db?mode=ro", uri=True).execute("select count(*) from p").fetchone())
for wrong in ("selec", "select * from none", "select ?"):
    try: sqlite3.connect(":memory:").execute(wrong)
    except sqlite3.Error as error: print(type(error).__name__, str(error)[:20])
m = sqlite3.connect(":memory:"); m.execute("create table t (b blob)"); m.execute("insert into t values (?)", (b"\0x",)); print(m.execute("select b, typeof(b), hex(b) from t").fetchall(), list(m.iterdump()))

#: transactions, savepoints, backups of a database
import sqlite3
db = sqlite3.connect(":memory:", isolation_level=None); db.execute("create table a (n integer check (n < 10))")
db.execute("begin"); db.execute("insert into a values (1)"); db.execute("savepoint s"); db.execute("insert into a values (2)"); db.execute("rollback to s"); db.execute("commit"); print(db.execute("select n from a").fetchall())
try: db.execute("insert into a values (11)")
except sqlite3.IntegrityError as error: print(error)
other = sqlite3.connect(":memory:"); db.backup(other); print(other.execute("select sum(n) from a").fetchone(), db.total_changes, db.execute("explain query plan select * from a").fetchone()[-1], [r[1:3] for r in db.execute("pragma table_info(a)")])

#: temporary files and folders
import tempfile, os
with tempfile.TemporaryFile("w+") as f: f.write("a\nb"); f.seek(0); print(f.readlines())
with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as f: f.write("x")
print(open(f.name).read(), os.path.basename(f.name).endswith(".txt"), os.path.dirname(f.name) == tempfile.gettempdir()); os.remove(f.name)
with tempfile.TemporaryDirectory(prefix="pre") as d: open(os.path.join(d, "f"), "w").close(); print(os.listdir(d), os.path.basename(d)[:3])
print(os.path.exists(d)); s = tempfile.SpooledTemporaryFile(4); s.write(b"abcdef"); s.seek(0); print(s.read()); fd, path = tempfile.mkstemp(dir="."); os.write(fd, b"q"); os.close(fd); print(os.path.getsize(path))

#: paths as objects
from pathlib import Path, PurePosixPath, PureWindowsPath
p = PurePosixPath("/a/b/c.tar.gz"); print(p.name, p.stem, p.suffix, p.suffixes, p.parent, list(p.parents), p.parts, p.with_suffix(".zip"), p.with_name("d"), p.relative_to("/a"), p / ".." / "x", p.is_absolute(), p.match("*.gz"), PureWindowsPath("c:/x\\y").parts, p < PurePosixPath("/b"), p.with_stem("q"))
d = Path("d"); (d / "sub").mkdir(parents=True, exist_ok=True); (d / "a.txt").write_text("é\n", encoding="utf-8"); (d / "sub" / "b.bin").write_bytes(b"\0\1"); (d / "l").symlink_to("a.txt")
print(sorted(map(str, d.rglob("*"))), sorted(x.name for x in d.iterdir() if x.is_file()), (d / "l").is_symlink(), (d / "l").read_text(), (d / "l").resolve() == (d / "a.txt").resolve(), (d / "sub/b.bin").stat().st_size, sorted(map(str, Path().glob("d/*/*.b*"))))
(d / "a.txt").rename(d / "z.txt"); (d / "l").unlink(); (d / "none").unlink(missing_ok=True); (d / "t").touch(); print(sorted(x.name for x in d.iterdir()), (d / "t").exists(), Path("d/../d/./t"), Path.cwd() == Path().absolute(), Path("~x").parts, d.samefile("d"))
for wrong in (lambda: d.rmdir(), lambda: d.mkdir(), lambda: Path("no").read_text(), lambda: p.relative_to("/x"), lambda: Path("").with_name("q")):
    try: wrong()
    except (OSError, ValueError) as error: print(type(error).__name__)

#: walking, copying, moving, deleting
import os, shutil, glob, filecmp
for n in ("s/a.py", "s/b/c.txt", "s/b/d.py"): os.makedirs(os.path.dirname(n), exist_ok=True); open(n, "w").write(n)
print([(r, sorted(d), sorted(f)) for r, d, f in os.walk("s")], [r for r, _, _ in os.walk("s", topdown=False)], sorted(glob.glob("s/**/*.py", recursive=True)), sorted(glob.glob("*.py", root_dir="s")))
shutil.copytree("s", "t", ignore=shutil.ignore_patterns("*.txt")); shutil.copy2("s/a.py", "t/copy"); shutil.move("t/copy", "t/b"); print(sorted(glob.glob("t/**", recursive=True)), filecmp.cmp("s/a.py", "t/b/copy", shallow=False), filecmp.dircmp("s", "t").common)
print(shutil.make_archive("arch", "zip", "s").endswith("arch.zip"), os.path.basename(shutil.make_archive("arch", "gztar", "s"))); shutil.unpack_archive("arch.tar.gz", "u"); print(sorted(glob.glob("u/**", recursive=True)))
shutil.rmtree("t"); shutil.rmtree("none", ignore_errors=True); print(os.path.exists("t"), shutil.which("surely-not-there"), os.path.getsize("s/a.py"), sorted(e.name for e in os.scandir("s") if e.is_dir()))
for wrong in (lambda: shutil.copy("no", "x"), lambda: shutil.copytree("s", "u"), lambda: shutil.rmtree("no"), lambda: os.rename("no", "x"), lambda: os.makedirs("s"), lambda: os.rmdir("s"), lambda: os.listdir("s/a.py")):
    try: wrong()
    except OSError as error: print(type(error).__name__)

#: paths as text
import os.path as p, os
print(p.join("a", "/b", "c"), p.normpath("a/./b/../c//d"), p.split("/x/y"), p.splitext("a.b.c"), p.splitext(".rc"), p.basename("a/"), p.dirname("a/b"), p.commonpath(["/a/b", "/a/c"]), p.relpath("a/b", "a/c"), p.isabs("/"), p.expanduser("x"), p.realpath("x") == p.abspath("x"), os.fspath("a"), os.sep, os.linesep, os.curdir)

#: reading and writing in all modes
import os
with open("f", "x") as f: print(f.write("one\ntwo\n"), f.tell(), f.mode, f.name)
with open("f", "a+") as f: f.write("three\n"); f.seek(0); print(f.read())
with open("f", "r+b") as f: f.seek(4); f.write(b"TWO"); f.seek(0, 2); print(f.tell()); f.truncate(7); f.seek(0); print(list(f))
with open("f") as f: print(next(f), f.readline(), f.read(), f.closed)
open("nl", "w", newline="\r\n").write("a\nb\n"); print(open("nl", "rb").read(), open("nl").read(), open("nl", newline="").read().encode(), f.closed)
try: open("f", "x")
except FileExistsError as error: print(error.filename, error.strerror)
for wrong in (lambda: open("none/f", "w"), lambda: open("f").write("x"), lambda: open("f", "w").read(), lambda: open("f", "q")):
    try: wrong()
    except (OSError, ValueError) as error: print(type(error).__name__)
fd = os.open("g", os.O_RDWR | os.O_CREAT); os.write(fd, b"hello"); os.lseek(fd, 1, os.SEEK_SET); print(os.read(fd, 3), os.fstat(fd).st_size); os.ftruncate(fd, 2); os.close(fd); print(os.stat("g").st_size, os.access("g", os.R_OK), os.path.islink("g")); os.link("g", "h"); os.replace("h", "i"); print(sorted(n for n in os.listdir() if len(n) == 1))

#: files with lines numbered, filtered, joined
import fileinput, linecache, itertools
open("a", "w").write("x\ny\n"); open("b", "w").write("z\n")
with fileinput.input(["a", "b"]) as lines: print([(fileinput.filename(), fileinput.filelineno(), fileinput.lineno(), l.rstrip()) for l in lines])
with fileinput.input("a", inplace=True) as lines:
    for line in lines: print(line.upper(), end="")
print(open("a").read(), repr(linecache.getline("a", 2)), repr(linecache.getline("a", 9)))

#: shelves and simple databases
import shelve, dbm.dumb
with shelve.open("shelf", writeback=True) as s: s["a"] = [1]; s["a"].append(2); s["b"] = {"x": 1}
with shelve.open("shelf") as s: print(sorted(s), s["a"], "b" in s, len(s)); del s["b"]; print(s.get("b"))
with dbm.dumb.open("dumb", "c") as d: d["k"] = "v"; print(d["k"], list(d.keys()))

#: logging to standard output
import logging, sys, io
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s:%(name)s:%(funcName)s:%(message)s")
log = logging.getLogger("a.b")
def work(): log.info("%d of %s", 1, "two"); log.debug("hidden"); log.warning("x %r", {"a": 1})
work()
try: 1 / 0
except ZeroDivisionError: log.exception("failed")
h = logging.StreamHandler(out := io.StringIO()); h.setFormatter(logging.Formatter("{asctime:.4} {lineno} {message}", style="{")); h.setLevel("ERROR"); h.addFilter(lambda r: "no" not in r.msg); log.addHandler(h); log.propagate = False; log.error("yes"); log.error("no"); print(out.getvalue()[5:].split()[1], log.getEffectiveLevel(), logging.getLevelName(30), log.handlers == [h], log.isEnabledFor(10), logging.getLogger("a").getChild("b") is log)
import logging.config
logging.config.dictConfig({"version": 1, "formatters": {"f": {"format": "%(message)s!"}}, "handlers": {"h": {"class": "logging.FileHandler", "filename": "log.txt", "formatter": "f"}}, "loggers": {"c": {"handlers": ["h"], "level": "DEBUG", "propagate": False}}}); logging.getLogger("c").debug("to file"); logging.shutdown(); print(open("log.txt").read())

#: logging with handlers that turn over
import logging, logging.handlers, os, queue
h = logging.handlers.RotatingFileHandler("r.log", maxBytes=40, backupCount=2); log = logging.Logger("r"); log.addHandler(h)
for n in range(8): log.info("message number %d", n)
h.close(); print({n: open(n).read() for n in sorted(os.listdir()) if n.startswith("r.log")})
m = logging.handlers.MemoryHandler(10, target=logging.StreamHandler(__import__("sys").stdout)); log = logging.Logger("m"); log.addHandler(m); log.info("kept"); print("before"); log.error("flushes"); m.close()
q = queue.Queue(); log = logging.Logger("q"); log.addHandler(logging.handlers.QueueHandler(q)); log.warning("queued %s", 1); print(q.get().getMessage())

#: a log file into a report
import re, collections, pathlib
pathlib.Path("log").write_text("".join(f"10.0.0.{n % 3} GET /{'abc'[n % 2]} {200 if n % 4 else 500} {n * 10}\n" for n in range(24)))
hits, size, errors = collections.Counter(), collections.defaultdict(int), []
for number, line in enumerate(open("log"), 1):
    host, method, path, status, length = line.split()
    hits[host] += 1; size[path] += int(length)
    if status == "500": errors.append(number)
print(hits.most_common(), dict(size), errors)

#: descriptors duplicated, and put in place of others
import os, sys
f = open("x", "w+"); g = os.fdopen(os.dup(f.fileno()), "r+"); f.write("abc"); f.flush(); print(g.tell(), os.lseek(g.fileno(), 0, os.SEEK_CUR)); f.close(); g.write("d"); g.close(); print(open("x").read())
first, second = os.open("a", os.O_RDWR | os.O_CREAT), os.open("b", os.O_RDWR | os.O_CREAT); print(os.dup2(first, second) == second, os.dup2(first, first) == first); os.close(first); os.write(second, b"to a"); os.close(second); print(os.path.getsize("a"), os.path.getsize("b"))
for wrong in (lambda: os.dup(99), lambda: os.dup2(99, 1), lambda: os.dup(-1), lambda: os.dup2(1, -1), lambda: os.close(second)):
    try: print(wrong())
    except OSError as error: print(type(error).__name__, error.strerror)
sys.stdout.flush(); kept = os.dup(1); file = os.open("out", os.O_WRONLY | os.O_CREAT); os.dup2(file, 1); print("redirected", flush=True); os.write(1, b"below\n"); os.unlink("a"); os.dup2(kept, 1); os.close(kept); os.close(file); print(open("out").read(), "back")
given = open("in", "w+"); given.write("from a file\n"); given.seek(0); os.dup2(given.fileno(), 0); print(input())
