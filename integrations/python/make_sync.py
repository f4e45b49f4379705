"""Makes the face for threads of the one for coroutines: python make_sync.py [--check]

They say the same, so it is said once, in `_async.py`.
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "src/autoexp"
HEAD = '"""Sandboxes for threads. Made of `_async.py` by `make_sync.py`: change that one."""\n'
RULES = [
    (r'\A""".*?"""\n', HEAD),
    (r"\basync (def|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAsync(Client|Sandbox)\b", r"\1"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\b(call|close)_async\b", r"\1"),
]


def sync(text: str) -> str:
    for pattern, put in RULES:
        text = re.sub(pattern, put, text, flags=re.DOTALL)
    return text


def main() -> None:
    made = sync((SOURCE / "_async.py").read_text())
    if "--check" not in sys.argv[1:]:
        (SOURCE / "_sync.py").write_text(made)
    elif (SOURCE / "_sync.py").read_text() != made:
        sys.exit("_sync.py is not what _async.py makes of it: run python make_sync.py")


if __name__ == "__main__":
    main()
