"""Types lines at a program on a terminal of its own, each once it prompts for it.

usage: python3 terminal.py SECONDS PROGRAM [ARGUMENT...]

The lines come from standard input. What the terminal showed goes to standard output; the exit
status is the program's, or 99 when time ran out.
"""

import os
import pty
import re
import select
import signal
import sys
import time

deadline = time.monotonic() + float(sys.argv[1])
lines = sys.stdin.buffer.read().splitlines()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])

shown = b""
seen = 0
while True:
    left = deadline - time.monotonic()
    if left < 0:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        sys.stdout.buffer.write(shown)
        sys.exit(99)
    if not select.select([terminal], [], [], min(left, 0.1))[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:
        read = b""
    if not read:
        break
    shown += read
    # A line editor moves the cursor once more behind its prompt.
    plain = re.sub(rb"(\x1b\[[0-9;?]*[a-zA-Z]|\r)+$", b"", shown[seen:])
    if plain.endswith((b">>> ", b"... ", b"$ ")):
        seen = len(shown)
        # Ctrl-D where there is nothing more to type.
        os.write(terminal, lines.pop(0) + b"\n" if lines else b"\x04")
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(status)
