"""What a source defines, by Python's own parser.

Standard input is the source. Standard output is a JSON object with its `functions` and `others`,
or the `line` and the `problem` where it isn't valid. Positions are in bytes.
"""

import ast
import json
import sys

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


MARK = b"\xef\xbb\xbf"


class Source:
    def __init__(self, data):
        self.data = data
        # As text, so that no declaration of an encoding counts.
        self.tree = ast.parse(data.removeprefix(MARK).decode())
        self.lines = [len(MARK) if data.startswith(MARK) else 0]
        at = -1
        while (at := self.data.find(b"\n", at + 1)) >= 0:
            self.lines.append(at + 1)

    def start(self, node):
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node):
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def definitions(self):
        functions, others = [], []
        pending = [(self.tree, "")]
        while pending:
            node, scope = pending.pop()
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                scope += node.name
                if isinstance(node, ast.ClassDef):
                    others.append((scope, "class"))
                else:
                    functions.append(self.function(node, scope))
                scope += "."
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                several = isinstance(node, ast.Assign) and len(node.targets) > 1
                if isinstance(node.value, ast.Lambda) and isinstance(target, ast.Name) and not several:
                    others.append((scope + target.id, "lambda"))
            for child in ast.iter_child_nodes(node):
                if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
                    pending.append((child, scope))
        return {"functions": functions, "others": others}

    def function(self, node, name):
        start, end = self.start(node), self.end(node)
        first = node.body[0]
        documented = (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        )
        kind = "coroutine" if isinstance(node, ast.AsyncFunctionDef) else "function"
        if b"yield" in self.data[start:end] and yields(node):
            kind = {"coroutine": "async_generator", "function": "generator"}[kind]
        return {
            "name": name,
            "kind": kind,
            "start": self.decorator(node) if node.decorator_list else start,
            "header": {"start": start, "end": self.colon(node) + 1},
            "docstring": {"start": self.start(first), "end": self.end(first)} if documented else None,
            "end": end,
        }

    def colon(self, node):
        """The header's colon: the first behind its last expression that is in no comment."""
        args = node.args
        parts = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        parts += [*args.defaults, *args.kw_defaults, *node.type_params, node.returns]
        at = max([self.end(part) for part in parts if part], default=self.start(node))
        while (byte := self.data[at : at + 1]) != b":":
            at = self.data.index(b"\n", at) if byte == b"#" else at + 1
        return at

    def decorator(self, node):
        """The `@` of the first decorator: what its line starts with, or a line above."""
        line = node.decorator_list[0].lineno - 1
        while True:
            start = self.lines[line]
            text = self.data[start : self.data.find(b"\n", start)]
            blanks = len(text) - len(text.lstrip(b" \t\f"))
            if text[blanks:].startswith(b"@"):
                return start + blanks
            line -= 1


def yields(function):
    """Whether a function has a `yield` of its own: not one of a scope within."""
    pending = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            pending += node.args.defaults
            pending += filter(None, node.args.kw_defaults)
            pending += getattr(node, "decorator_list", [])
        elif isinstance(node, ast.ClassDef):
            pending += [*node.decorator_list, *node.bases, *node.keywords]
        else:
            pending += ast.iter_child_nodes(node)
    return False


def read(data):
    try:
        return Source(data).definitions()
    except SyntaxError as error:
        return {"line": error.lineno or 1, "problem": error.msg}
    except (MemoryError, RecursionError) as error:
        return {"line": 1, "problem": f"too deeply nested ({type(error).__name__})"}


if __name__ == "__main__":
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)
