#: arithmetic by recursive descent
import re
class Parser:
    def __init__(self, text):
        self.tokens = re.findall(r"\d+\.?\d*|\*\*|[-+*/()%]", text) + ["end"]
        if "".join(self.tokens[:-1]) != re.sub(r"\s", "", text): raise SyntaxError(f"what is {text!r}")
    def take(self, *which):
        return self.tokens.pop(0) if self.tokens[0] in which else None
    def sum(self):
        value = self.term()
        while op := self.take("+", "-"): value = value + self.term() if op == "+" else value - self.term()
        return value
    def term(self):
        value = self.factor()
        while op := self.take("*", "/", "%"):
            right = self.factor()
            value = value * right if op == "*" else value / right if op == "/" else value % right
        return value
    def factor(self):
        if self.take("-"): return -self.factor()
        value = self.atom()
        return value ** self.factor() if self.take("**") else value
    def atom(self):
        if self.take("("):
            value = self.sum()
            if not self.take(")"): raise SyntaxError(f"no ) but {self.tokens[0]}")
            return value
        token = self.tokens.pop(0)
        if not token[0].isdigit(): raise SyntaxError(f"no number but {token}")
        return float(token) if "." in token else int(token)
for text in ("1 + 2 * 3", "-(2 - 5) ** 2", "2 ** 3 ** 2 % 7", "10 / 4", "((1)", "1 +", "2 $ 3", "1/0", "1.5*4"):
    try: print(text, "=", Parser(text).sum())
    except (SyntaxError, ZeroDivisionError) as error: print(text, type(error).__name__, error)

#: reverse Polish, and from infix to it
import operator
OPS = {"+": (1, operator.add), "-": (1, operator.sub), "*": (2, operator.mul), "/": (2, operator.truediv), "^": (3, operator.pow)}
def polish(tokens):
    out, stack = [], []
    for t in tokens:
        if t == "(": stack.append(t)
        elif t == ")":
            while (top := stack.pop()) != "(": out.append(top)
        elif t in OPS:
            while stack and stack[-1] != "(" and (OPS[stack[-1]][0] > OPS[t][0] or OPS[stack[-1]][0] == OPS[t][0] and t != "^"): out.append(stack.pop())
            stack.append(t)
        else: out.append(t)
    return out + stack[::-1]
def run(tokens):
    stack = []
    for t in tokens:
        if t in OPS: b, a = stack.pop(), stack.pop(); stack.append(OPS[t][1](a, b))
        else: stack.append(float(t))
    return stack
for text in ("3 + 4 * 2", "( 1 - 5 ) ^ 2 ^ 3", "8 / 4 / 2"):
    print(polish(text.split()), run(polish(text.split())))

#: regular expressions: groups, look-around, replacing by a function
import re
log = "2024-03-01 ERROR [db] timeout after 30s\n2024-03-02 INFO [web] ok\nbad line\n2024-03-03 ERROR [web] 500"
line = re.compile(r"^(?P<date>\d{4}-\d\d-\d\d) (?P<level>[A-Z]+) \[(?P<part>\w+)\] (?P<text>.*)$", re.M)
for match in line.finditer(log): print(match.groupdict(), match.span("part"), match.lastgroup)
print(re.sub(r"(\d+)(s)?", lambda m: f"<{int(m[1]) * 2}{m[2] or ''}>", "a1 b22s"), re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", "1234567"), re.split(r"[,;]\s*", "a, b;c,d", maxsplit=2))
print(re.findall(r"(a)|(b)", "ab"), re.fullmatch(r"(?i:AB)c", "abc") is not None, re.match(r"(\w)(?:\1)+", "aaab")[0], re.escape("a.b*c"), re.subn("a", "b", "banana"), re.search(r"(?s)a.b", "a\nb").span())
print(re.match(r"x(?#comment) y  # more", "xyz", re.X)[0], re.findall(r"\b\w{3}\b", "one three two"), re.findall(r"(?<!\$)\b\d+", "$5 6"), re.match(r"(?P<q>['\"]).*?(?P=q)", "'it' 's'")[0], re.findall("[^\\W\\d_]+", "añb1_c"), re.sub(r"(?P<n>\d)", r"[\g<n>]", "a1"))
for wrong in ("(", "[a", "a**", "(?P<x>a)(?P<x>b)", "\\", "(?z)"):
    try: re.compile(wrong)
    except re.error as error: print(wrong, error.pos)

#: a tokenizer by one pattern
import re
from typing import NamedTuple
class Token(NamedTuple):
    kind: str
    text: str
    at: tuple
KINDS = [("number", r"\d+(\.\d*)?"), ("assign", r":="), ("end", r";"), ("name", r"[A-Za-z]+"), ("op", r"[+\-*/]"), ("newline", r"\n"), ("skip", r"[ \t]+"), ("wrong", r".")]
def tokens(code):
    row, start = 1, 0
    for m in re.finditer("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in KINDS), code):
        if m.lastgroup == "newline": row, start = row + 1, m.end()
        elif m.lastgroup == "wrong": raise SyntaxError(f"{m.group()!r} at {row}:{m.start() - start}")
        elif m.lastgroup != "skip": yield Token(m.lastgroup, m.group(), (row, m.start() - start))
for t in tokens("total := price\n  * 1.5;"): print(t)
try: list(tokens("a\n b ?"))
except SyntaxError as error: print(error)

#: s-expressions, and a small Lisp
import math, operator as op
def read(tokens):
    t = tokens.pop(0)
    if t == "(":
        out = []
        while tokens[0] != ")": out.append(read(tokens))
        tokens.pop(0)
        return out
    try: return int(t)
    except ValueError: return t
def evaluate(x, env):
    match x:
        case str(): return env[x]
        case int(): return x
        case ["define", name, body]: env[name] = evaluate(body, env)
        case ["if", test, yes, no]: return evaluate(yes if evaluate(test, env) else no, env)
        case ["lambda", names, body]: return lambda *args: evaluate(body, {**env, **dict(zip(names, args))})
        case [f, *args]: return evaluate(f, env)(*(evaluate(a, env) for a in args))
env = {"+": op.add, "*": op.mul, "-": op.sub, "<": op.lt, "list": lambda *a: list(a)}
for code in ("(define sq (lambda (x) (* x x)))", "(sq 12)", "(list 1 (+ 2 3) (if (< 1 2) 10 20))", "(nope 1)"):
    try: print(evaluate(read(code.replace("(", " ( ").replace(")", " ) ").split()), env))
    except KeyError as error: print("unknown", error)

#: JSON by hand, beside the library's
import json, re
def parse(text):
    def skip(at): return re.compile(r"\s*").match(text, at).end()
    def value(at):
        at = skip(at)
        if text[at] == "{":
            out, at = {}, skip(at + 1)
            while text[at] != "}":
                key, at = value(at); at = skip(at) + 1
                out[key], at = value(at); at = skip(at)
                if text[at] == ",": at = skip(at + 1)
            return out, at + 1
        if text[at] == "[":
            out, at = [], skip(at + 1)
            while text[at] != "]":
                item, at = value(at); out.append(item); at = skip(at)
                if text[at] == ",": at = skip(at + 1)
            return out, at + 1
        m = re.compile(r'"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|true|false|null').match(text, at)
        if m[1] is not None: return m[1].encode().decode("unicode_escape"), m.end()
        if m[2]: return (float if re.search("[.eE]", m[2]) else int)(m[2]), m.end()
        return {"true": True, "false": False, "null": None}[m[0]], m.end()
    return value(0)[0]
text = '{"a": [1, 2.5, -3e2, {"b": null}], "c": "x\\ny\\u00e9", "d": [true, false], "e": {}}'
print(parse(text), parse(text) == json.loads(text))

#: shell-like words
import shlex
for line in ("run --name 'two words' a\\ b \"q\\\"x\"", "", "a # b", "x='1 2'"):
    print(shlex.split(line), shlex.split(line, comments=True))
print(shlex.join(["a b", "c'd", ""]), shlex.quote("$x"), list(shlex.shlex("a=b+c; d", punctuation_chars=True)))
try: shlex.split("'open")
except ValueError as error: print(error)

#: literals and the syntax tree
import ast
print(ast.literal_eval("{'a': [1, (2.5, None)], b'x': {1}, 'z': -3+2j}"), ast.unparse(ast.parse("x=[i**2 for i in y if i]\ndef f(a,*,b=1)->int:\n  return a@b")))
class Names(ast.NodeTransformer):
    def visit_Name(self, node): return ast.copy_location(ast.Name(node.id.upper(), node.ctx), node)
tree = Names().visit(ast.parse("a + b * f(c)", mode="eval")); print(ast.unparse(tree), eval(compile(tree, "t", "eval"), {"A": 1, "B": 2, "C": 3, "F": lambda x: x * 10}))
print(sorted({type(n).__name__ for n in ast.walk(ast.parse("for x in range(3): print(x)"))}), ast.get_docstring(ast.parse("'''doc'''")))
for wrong in ("__import__('os')", "f()", "[x]"):
    try: ast.literal_eval(wrong)
    except ValueError as error: print("refused")

#: addresses of things: URLs
from urllib.parse import urlsplit, urlunsplit, urljoin, parse_qs, parse_qsl, urlencode, quote, unquote, quote_plus, urlparse
u = urlsplit("https://user:pw@example.org:8080/a/b;p?q=1&r=%20x&q=2#frag")
print(u, u.hostname, u.port, u.username, u.password, urlunsplit(u), parse_qs(u.query), parse_qsl("a=&b", keep_blank_values=True))
for base, there in (("http://a/b/c/d", "../e"), ("http://a/b/", "/x"), ("http://a/b", "//h/z"), ("http://a/b?q", "?r"), ("file:///a/b", "c")): print(urljoin(base, there))
print(urlencode({"a": [1, 2], "b": "é &"}, doseq=True), quote("a/b c?é"), quote("a/b", safe=""), unquote("%C3%A9%zz+"), quote_plus("a b+c"), urlparse("p;x").params)

#: dates and durations as people write them
import re
def seconds(text):
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    if not re.fullmatch(r"(\s*\d+(\.\d+)?\s*[dhms])+", text): raise ValueError(f"no duration: {text!r}")
    return sum(float(n) * units[u] for n, _, u in re.findall(r"(\d+(\.\d+)?)\s*([dhms])", text))
for text in ("1h 30m", "2d", "1.5 m 3s", "90"):
    try: print(seconds(text))
    except ValueError as error: print(error)

#: a table of text into records
import io
TABLE = """\
name    | born | field
Ada     | 1815 | mathematics
Alan    | 1912 | computing
Grace   | 1906 | computing
"""
head, *rows = [[cell.strip() for cell in line.split("|")] for line in io.StringIO(TABLE)]
records = [dict(zip(head, row)) for row in rows]
for r in sorted(records, key=lambda r: int(r["born"])): print("{name:<6}{born:>6}  {field}".format(**r))

#: pattern matching of many shapes
from dataclasses import dataclass
@dataclass
class Point: x: int; y: int
def tell(x):
    match x:
        case None: return "none"
        case True | False: return f"bool {x}"
        case int(n) if n < 0: return f"negative {n}"
        case int() | float(): return f"number {x}"
        case "": return "empty"
        case str(s): return f"text {s}"
        case []: return "nothing"
        case [one]: return f"one {one}"
        case [first, *_, last] if first == last: return f"ends alike {first}"
        case [first, *rest]: return f"first {first}, {len(rest)} more"
        case {"kind": "circle", "r": r}: return f"circle {r}"
        case {"kind": kind, **rest}: return f"{kind} with {sorted(rest)}"
        case Point(0, y): return f"on the axis at {y}"
        case Point(x=a, y=b) if a == b: return "diagonal"
        case Point(): return "point"
        case _: return type(x).__name__
for x in (None, True, -3, 2.5, "", "a", [], (1,), [1, 2, 1], [1, 2], {"kind": "circle", "r": 2}, {"kind": "box", "w": 1}, Point(0, 3), Point(2, 2), Point(1, 2), {1}, {}):
    print(tell(x))
