"""Holds masked sources against what Python's own syntax trees say they should be, and calls what
was masked. Reads `jobs.json`, prints what it found as JSON."""

import ast
import builtins
import inspect
import json
import types
import unicodedata
import warnings

import definitions

KINDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(tree):
    """Each function that lies in none given before, with its name; a body may be changed then."""
    pending = [(tree, "")]
    while pending:
        node, scope = pending.pop()
        if isinstance(node, FUNCTIONS):
            yield node, scope + node.name
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            scope += node.name + "."
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
                pending.append((child, scope))


def mask(tree, names, kept):
    for node, name in functions(tree):
        if name not in names:
            continue
        body = []
        if kept == "original" and ast.get_docstring(node, clean=False) is not None:
            body = node.body[:1]
        elif isinstance(kept, list) and kept[0]:
            body = [ast.Expr(ast.Constant(kept[0]))]
        body += ast.parse(f"raise NotImplementedError({name!r})").body
        if definitions.yields(node):
            body.append(ast.Expr(ast.Yield()))
        node.body = body


def without_indentation(tree, names):
    """Takes the indentation out of docstrings that were put in: what the last line has."""
    for node, name in functions(tree):
        text = ast.get_docstring(node, clean=False)
        if name in names and text is not None and "\n" in text:
            first, *lines, margin = text.split("\n")
            assert margin == "" or margin.isspace(), text
            assert all(line.startswith(margin) for line in lines if line), text
            lines = [line.removeprefix(margin) for line in lines]
            node.body[0] = ast.Expr(ast.Constant("\n".join([first, *lines])))


def codes(code, names):
    """The functions of a compiled module, but for what is in masked ones."""
    pending = [code]
    while pending:
        code = pending.pop()
        name = code.co_qualname.replace(".<locals>", "")
        is_function = bool(code.co_flags & inspect.CO_OPTIMIZED)
        if is_function:
            yield name, code
        if not (is_function and name in names):
            pending += [const for const in code.co_consts if inspect.iscode(const)]


def provoke(name, code):
    """Calls a function of which there is only the code, and does with the result what one does."""
    function = types.FunctionType(
        code, {"__builtins__": builtins}, closure=tuple(types.CellType() for _ in code.co_freevars)
    )
    count = code.co_argcount
    only = code.co_varnames[count : count + code.co_kwonlyargcount]
    try:
        result = function(*[None] * count, **dict.fromkeys(only))
        if inspect.isgeneratorfunction(function):
            next(result)
        elif inspect.iscoroutinefunction(function):
            result.send(None)
        elif inspect.isasyncgenfunction(function):
            result.__anext__().send(None)
    except NotImplementedError as error:
        assert str(error) == name, (name, str(error))
    else:
        raise AssertionError(f"{name} raised nothing")


def check(source, left, names, kept, call):
    """How many masked functions were called; none if Python doesn't compile the source."""
    names = {unicodedata.normalize("NFKC", name) for name in names}
    # As text: a declared encoding is not theirs to heed.
    source, left = source.removeprefix("\ufeff"), left.removeprefix("\ufeff")
    expected = ast.parse(source)
    mask(expected, names, kept)
    found = ast.parse(left)
    if isinstance(kept, list):
        without_indentation(found, names)
    assert ast.dump(found) == ast.dump(expected), "not the same tree"
    try:
        before = compile(source, "source", "exec", dont_inherit=True)
    except SyntaxError:
        return 0
    before = list(codes(before, names))
    after = list(codes(compile(left, "left", "exec", dont_inherit=True), names))
    kinds = lambda codes: sorted((name, code.co_flags & KINDS) for name, code in codes)
    assert kinds(before) == kinds(after), "not the same kinds"
    masked = [(name, code) for name, code in after if name in names]
    for name, code in masked:
        provoke(name, code)
    if call:
        scope = {"__name__": "masked"}
        exec(compile(left.encode(), "masked", "exec", dont_inherit=True), scope)
        try:
            exec(call, scope)
        except NotImplementedError as error:
            assert str(error) in names, str(error)
        else:
            raise AssertionError(f"{call} raised nothing")
    return len(masked)


warnings.simplefilter("ignore")
called, failures = 0, []
with open("jobs.json") as file:
    jobs = json.load(file)
for job in jobs:
    try:
        called += check(**job)
    except Exception as error:
        failures.append({"error": f"{type(error).__name__}: {error}", **job})
print(json.dumps({"called": called, "failures": failures}))
