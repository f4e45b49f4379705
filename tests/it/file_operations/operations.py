"""Does the operations on standard input, JSON, one a line; prints what came of each, one a line."""

import errno
import json
import os
import stat
import sys

SLOTS = 4
CLOSED = 77
slots = [None] * SLOTS


def fd(slot):
    return CLOSED if slots[slot] is None else slots[slot]


def at(slot):
    return {"dir_fd": dir_fd(slot)}


def dir_fd(slot):
    return None if slot is None else fd(slot)


def keep(slot, number):
    if slots[slot] is not None:
        os.close(slots[slot])
    slots[slot] = number


def told(found):
    # What a file system makes of the size and the links of a directory is its own.
    if stat.S_ISDIR(found.st_mode):
        return "directory"
    kind = "link" if stat.S_ISLNK(found.st_mode) else "file"
    return [kind, found.st_size, found.st_nlink]


def opened(slot, path, flags, dir):
    wanted = 0
    for flag in flags:
        wanted |= getattr(os, flag)
    keep(slot, os.open(path, wanted, 0o700, **at(dir)))


def closed(slot):
    number = fd(slot)
    slots[slot] = None
    os.close(number)


def sought(slot, by, whence):
    # A place in a directory means something to its file system only.
    if stat.S_ISDIR(os.fstat(fd(slot)).st_mode):
        return "directory"
    found = os.lseek(fd(slot), by, whence)
    # Where a file system with holes would go on, and the sandbox has no room.
    if found > 1 << 32:
        os.lseek(fd(slot), 0, 0)
    return found


def listed(path):
    with os.scandir(path) as entries:
        return sorted(
            [entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink()]
            for entry in entries
        )


def utime(path, accessed, modified, follow, dir):
    os.utime(path, ns=(accessed, modified), follow_symlinks=follow, **at(dir))
    found = os.stat(path, follow_symlinks=follow, **at(dir))
    # A link that leads to itself ("b/b", where b is a link to ".") is read on the way to it, which
    # natively is an access.
    accessed = found.st_atime_ns if follow or "/" not in path else None
    return [accessed, found.st_mtime_ns]


def futime(slot, accessed, modified):
    os.utime(fd(slot), ns=(accessed, modified))
    found = os.fstat(fd(slot))
    return [found.st_atime_ns, found.st_mtime_ns]


def written(path, mode, text):
    with open(path, mode) as file:
        return file.write(text)


def read(path):
    with open(path, newline="") as file:
        return file.read(4000)


def orphaned(path, text):
    """Works on with a file whose name is gone."""
    with open(path, "r+", newline="") as file:
        os.unlink(path)
        file.seek(3)
        file.write(text)
        file.flush()
        file.seek(0)
        return [file.read(4000), os.fstat(file.fileno()).st_nlink]


DO = {
    "open": opened,
    "close": closed,
    "read": lambda slot, size: os.read(fd(slot), size).hex(),
    "pread": lambda slot, size, offset: os.pread(fd(slot), size, offset).hex(),
    "write": lambda slot, text: os.write(fd(slot), text.encode()),
    "pwrite": lambda slot, text, offset: os.pwrite(fd(slot), text.encode(), offset),
    "seek": sought,
    "ftruncate": lambda slot, size: os.ftruncate(fd(slot), size),
    "truncate": lambda path, size: os.truncate(path, size),
    "fsync": lambda slot: os.fsync(fd(slot)),
    "fdatasync": lambda slot: os.fdatasync(fd(slot)),
    "fstat": lambda slot: told(os.fstat(fd(slot))),
    "futime": futime,
    "stat": lambda path, follow, dir: told(os.stat(path, follow_symlinks=follow, **at(dir))),
    "utime": utime,
    "access": lambda path, dir: os.access(path, os.F_OK, **at(dir)),
    "mkdir": lambda path, dir: os.mkdir(path, **at(dir)),
    "rmdir": lambda path, dir: os.rmdir(path, **at(dir)),
    "unlink": lambda path, dir: os.unlink(path, **at(dir)),
    "rename": lambda old, new, old_dir, new_dir: os.rename(
        old, new, src_dir_fd=dir_fd(old_dir), dst_dir_fd=dir_fd(new_dir)
    ),
    "link": lambda old, new: os.link(old, new),
    "symlink": lambda target, path, dir: os.symlink(target, path, **at(dir)),
    "readlink": lambda path, dir: os.readlink(path, **at(dir)),
    "list": listed,
    "written": written,
    "readback": read,
    "orphaned": orphaned,
}


def tree(at):
    for name, is_dir, is_link in listed(at):
        path = os.path.join(at, name)
        what = told(os.lstat(path))
        if is_link:
            what.append(os.readlink(path))
        elif not is_dir:
            with open(path, "rb") as file:
                what.append(file.read(4000).hex())
        print(json.dumps([path, what]))
        if is_dir and not is_link:
            tree(path)


if __name__ == "__main__":
    # Written at the end, so that output costs neither side a call in between.
    lines = []
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            lines.append(json.dumps(DO[name](*arguments)))
        except OSError as error:
            # Python itself gives some without a number (`io.UnsupportedOperation`).
            lines.append(errno.errorcode.get(error.errno, type(error).__name__))
        except (ValueError, OverflowError) as error:
            lines.append(type(error).__name__)
    print("\n".join(lines))
    for slot in range(SLOTS):
        if slots[slot] is not None:
            closed(slot)
    tree(".")
