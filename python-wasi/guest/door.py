"""What the host does beside WASI's functions, asked for through the runtime's door."""


def ask_host(what, rest=b""):
    """The host's answer: its first word, which is 0 where it was done, and what follows."""
    import _host

    asked = JSON.dumps(what).encode()
    answer = _host.call(len(asked).to_bytes(4, "little") + asked + rest)
    return int.from_bytes(answer[:4], "little"), answer[4:]


# The standard streams that the program has put something else in place of. A child's would be the
# process's own.
REDIRECTED = set()


def duplicate_descriptors():
    import errno
    import json
    from operator import index

    global JSON
    JSON = json

    def ask(fd, to):
        if fd < 0 or to is not None and to < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        number, answer = ask_host({"dup": {"fd": fd, "to": to}})
        if number:
            raise OSError(number, os.strerror(number))
        return int.from_bytes(answer, "little")

    def dup(fd, /):
        return ask(index(fd), None)

    def dup2(fd, fd2, inheritable=True):
        duplicate = ask(index(fd), index(fd2))
        if duplicate < 3 and duplicate != fd:
            REDIRECTED.add(duplicate)
        return duplicate

    settle(os, "dup", dup)
    settle(os, "dup2", dup2)
