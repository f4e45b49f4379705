"""The bodies that somebody wrote for masked functions, in the repository as it was given.

Carried over are the bodies and, from the same file, what they reach of the new imports, functions,
classes and constants (literals) at the top. All else that was changed stays behind.
"""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
LITERALS = (
    ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp,
    ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip


class Torn(Exception):
    """Why bodies can't be carried over, in words."""


def parse(file, source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Torn(f"{file} is no Python: {error}") from error


def named(tree, wanted, prefix=""):
    """The functions of a qualified name, in order."""
    for node in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(node, DEFINITIONS):
            name = prefix + node.name
            if name == wanted and isinstance(node, FUNCTIONS):
                yield node
            inner = f"{name}."
        yield from named(node, wanted, inner)


def mentioned(nodes):
    """Every name in code, whatever it stands for."""
    found = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        for field, value in ast.iter_fields(node):
            if field in ("id", "attr", "name", "arg", "asname") and isinstance(value, str):
                found.add(value)
    return found


def bound(statement):
    """The names that a statement at the top binds, if it is one that can be carried over."""
    match statement:
        case ast.ImportFrom(module="__future__"):
            return []
        case ast.Import(names=names):
            return [name.asname or name.name.partition(".")[0] for name in names]
        case ast.ImportFrom(names=names):
            return [name.asname or name.name for name in names]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_literal(value):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if is_literal(value):
            return [name]
    return []


def is_literal(value):
    return all(isinstance(node, LITERALS) for node in ast.walk(value))


def is_same(one, other):
    if isinstance(one, DEFINITIONS) and isinstance(other, DEFINITIONS):
        return one.name == other.name
    return ast.dump(one) == ast.dump(other)


def pieces(given, left):
    """What stands at the top of the file as it was left and binds new names: how many of the old
    statements it stands behind, the name, the statement, what that mentions."""
    known = {name for statement in given.body for name in bound(statement)}
    behind, found = 0, []
    for statement in left.body:
        rest = enumerate(given.body[behind:])
        place = next((place for place, old in rest if is_same(old, statement)), None)
        if place is not None:
            behind += place + 1
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            for name, alias in zip(bound(statement), statement.names):
                one = ast.parse(ast.unparse(statement)).body[0]
                one.names = [alias]
                # `import a.b` adds to an `a` that is there.
                is_dotted = isinstance(statement, ast.Import) and "." in alias.name
                if name not in known or is_dotted:
                    found.append((behind, name, one, set()))
        else:
            for name in bound(statement):
                if name not in known:
                    found.append((behind, name, statement, mentioned([statement])))
    return found


def first(tree):
    """How many statements nothing may come before: a docstring, imports of the future."""
    count = 0
    for statement in tree.body:
        match statement:
            case ast.Expr(value=ast.Constant(value=str())) if count == 0:
                count += 1
            case ast.ImportFrom(module="__future__"):
                count += 1
            case _:
                break
    return count


def transplant(file, given, left, names):
    """The source of a file as it was given, with the bodies of functions, by their qualified names,
    as they were left."""
    given, left = parse(file, given), parse(file, left)
    # A function inside another that is masked comes with that.
    names = [n for n in names if not any(n.startswith(f"{other}.") for other in names)]
    new, written = pieces(given, left), []
    for name in names:
        targets, found = list(named(given, name)), list(named(left, name))
        if len(targets) != len(found):
            raise Torn(f"{file} defines {name} {len(found)} times, not {len(targets)}")
        for target, source in zip(targets, found):
            target.body = source.body
            written += source.body
    reached, wanted = mentioned(written), set()
    while True:
        more = [
            index
            for index, (_, name, _, _) in enumerate(new)
            if index not in wanted and (name == "*" or name in reached)
        ]
        if not more:
            break
        wanted.update(more)
        reached.update(*(new[index][3] for index in more))
    start, body = first(given), []
    for place in range(len(given.body) + 1):
        body += [
            statement
            for index, (behind, _, statement, _) in enumerate(new)
            if index in wanted and max(behind, start) == place
        ]
        body += given.body[place : place + 1]
    given.body = body
    return ast.unparse(ast.fix_missing_locations(given)) + "\n"
