//! Random valid modules with a random layout, from a list of choices: a shorter list, or smaller
//! numbers in it, make a simpler module.

/// A module that follows from some numbers.
pub fn module(choices: &[u16]) -> String {
    let mut writer = Writer {
        choices: choices.iter(),
        text: String::new(),
    };
    let newline = writer.pick(&["\n", "\r\n", "\r"]);
    let mark = writer.pick(&["", "", "\u{feff}"]);
    let encoding = writer.pick(&[
        "",
        "",
        "# -*- coding: utf-8 -*-\n",
        "#!python\n# coding=UTF_8\n",
    ]);
    writer.text += encoding;
    for _ in 0..=writer.below(4) {
        writer.statement("", Scope::Module, 0);
    }
    let ended = writer.below(3) > 0;
    let text = writer.text.replace('\n', newline);
    // What is cut off could be the half of a continued line only if something followed it.
    let text = if ended {
        &text
    } else {
        text.trim_end_matches(['\r', '\n'])
    };
    format!("{mark}{text}")
}

#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Module,
    Class,
    Function,
    Async,
}

struct Writer<'c> {
    choices: std::slice::Iter<'c, u16>,
    text: String,
}

impl Writer<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.choices
            .next()
            .map_or(0, |&choice| usize::from(choice) % end)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// A line or several; those after the first start as they are.
    fn line(&mut self, indent: &str, text: &str) {
        if self.below(24) == 23 {
            self.text.push('\x0c');
        }
        // The indentation of a line that a backslash carries over is that of its first part; a tab
        // there is an error.
        if self.below(200) == 199 && !indent.is_empty() && !indent.contains('\t') {
            self.text += &format!("{indent}\\\n");
            let indent = self.pick(&["", "  "]);
            self.text += indent;
        } else {
            self.text += indent;
        }
        self.text += text;
        self.text.push('\n');
    }

    /// What may stand between statements and means nothing.
    fn filling(&mut self) {
        let filling = self.pick(&[
            "",
            "",
            "",
            "\n",
            "# margin\n",
            "    # deep \\\n",
            "\t# tab: (\n",
            "\x0c\n",
            "  \n",
            " # '''\n",
        ]);
        self.text += filling;
    }

    fn block(&mut self, indent: &str, scope: Scope, depth: usize) {
        let inner = indent.to_owned() + self.pick(&["    ", "  ", "\t", " ", " \t"]);
        self.filling();
        for _ in 0..=self.below(3) {
            self.statement(&inner, scope, depth + 1);
        }
    }

    fn statement(&mut self, indent: &str, scope: Scope, depth: usize) {
        let many = if depth < 4 { 14 } else { 2 };
        match self.below(many) {
            0 => self.simple(indent, scope),
            1 => {
                self.filling();
                self.simple(indent, scope);
            }
            2..=6 => self.function(indent, depth),
            7 | 8 => {
                let head = self.pick(&[
                    "class A:",
                    "class \u{fb01}(object):  # c",
                    "class B(\n  a,\nmetaclass=d):",
                ]);
                self.line(indent, head);
                self.block(indent, Scope::Class, depth);
            }
            9 => {
                self.line(indent, "try:");
                self.block(indent, scope, depth);
                let handler =
                    self.pick(&["except (A, B) as e:", "except:", "finally:", "except* A:"]);
                self.line(indent, handler);
                // No `return`, `break` or `continue` may leave `except*`; none is made here.
                self.block(
                    indent,
                    if handler == "except* A:" {
                        Scope::Module
                    } else {
                        scope
                    },
                    depth,
                );
            }
            10 => {
                let head = self.pick(&[
                    "if x:",
                    "while x:",
                    "for i in [\n1]:",
                    "with a as b, c:",
                    "if (x :=\n1):",
                ]);
                self.line(indent, head);
                self.block(indent, scope, depth);
                if !head.starts_with("with") && self.below(2) == 1 {
                    self.line(indent, "else:");
                    self.block(indent, scope, depth);
                }
            }
            11 => {
                self.line(indent, "match x:");
                let inner = format!("{indent}  ");
                self.line(&inner, "case [1, *_] if y:");
                self.block(&inner, scope, depth);
            }
            12 => {
                self.line(indent, "p = property(lambda self: 1)");
                for accessor in ["@property", "@p.setter", "@p.deleter"] {
                    self.line(indent, accessor);
                    self.line(indent, "def p(self, *_): return 1");
                }
            }
            _ => {
                if matches!(scope, Scope::Function | Scope::Async) {
                    self.line(indent, "shared = 0");
                    self.line(indent, "def bump():");
                    self.line(&format!("{indent}  "), "nonlocal shared");
                    self.line(&format!("{indent}  "), "shared += 1");
                }
                self.line(indent, "k = lambda self: (yield)");
            }
        }
    }

    fn simple(&mut self, indent: &str, scope: Scope) {
        let plain = [
            "pass",
            "x = 1; y = 2;",
            "x = [\n1,\n   2]  # (",
            "s = '''\nif x:\n# no comment\n'''",
            "x = 1 + \\\n  2",
            "print(f\"{x!r:>{y}} def g(): {'a'}\")",
            "x: 'def f(): pass' = lambda: 0",
            "type = match = case = 1",
            "b'not a docstring'",
        ];
        let function = [
            "yield",
            "x = yield 1",
            "f(lambda: (yield))",
            "f(lambda a=(yield): a)",
            "x = [i for i in (yield)]",
            "def deep(a=(yield)): pass",
            "global z; z = 1",
            "super().f(); __class__",
            "return",
        ];
        let only = ["yield from x", "return 1"];
        let asynchronous = [
            "await x",
            "async with a: pass",
            "x = [i async for i in y]",
            "async for i in y: await i",
        ];
        let text = match (scope, self.below(3)) {
            (Scope::Function, 1) => self.pick(&function),
            (Scope::Function, 2) => self.pick(&only),
            (Scope::Async, 1) => self.pick(&function),
            (Scope::Async, 2) => self.pick(&asynchronous),
            _ => self.pick(&plain),
        };
        self.line(indent, text);
    }

    fn function(&mut self, indent: &str, depth: usize) {
        for _ in 0..self.below(3) {
            let decorator = self.pick(&[
                "@a",
                "@a.b(c, d=':')  # :",
                "@(\n# @\nlambda f: f)",
                "@a[0]",
            ]);
            self.line(indent, decorator);
            // At the margin, below an indented decorator, the grammar doesn't know it.
            if self.below(20) == 19 {
                self.text += "# between\n\n";
            }
        }
        let (start, inner) = match self.below(3) {
            0 | 1 => ("def", Scope::Function),
            _ => ("async def", Scope::Async),
        };
        let gap = self.pick(&[" ", " ", "  ", " \\\n"]);
        let name = self.pick(&["f", "g", "größe", "\u{fb01}", "\u{1d41f}", "名", "__f"]);
        let types = self.pick(&["", "", "", "[T]", "[T: (int, ':'), *Ts, **P]"]);
        let types = if self.below(40) == 39 {
            "[T = int]"
        } else {
            types
        };
        let parameters = self.pick(&[
            "",
            "self",
            " a, /, *b, c=':', **d ",
            "a: 'x: y' = {1: 2}[1], *, b=lambda: 0",
            "\n    a=(n := 1),  # a comment: )\n\n  b: list[int] = [1, 2],\n",
            "a, b=')' \\\n  , c='''\n:'''",
            "self, *,  # '\n a",
        ]);
        let returns = self.pick(&[
            "",
            "",
            " -> int",
            " ->'a: b' ",
            " -> (lambda: 0)",
            "-> {1: 2}[1]",
            " -> (\n# :\nint)",
        ]);
        let head = format!("{start}{gap}{name}{types}({parameters}){returns}:");
        if self.below(4) == 3 {
            let body = self.pick(&[
                " pass",
                "return 1",
                " 'doc'; x = 1;  # why",
                " \\\n  return 2",
                "\t\"doc\" ; \\\n# odd",
                " yield",
                " 'a' 'b'",
            ]);
            let body = if inner == Scope::Async {
                body.replace("return 1", "return")
                    .replace("return 2", "return")
            } else {
                body.to_owned()
            };
            self.line(indent, &(head + &body));
            return;
        }
        let beside = self.pick(&["", "", "  # beside"]);
        self.line(indent, &(head + beside));
        let body = indent.to_owned() + self.pick(&["    ", "  ", "\t", " "]);
        self.filling();
        if self.below(2) == 1 {
            let docstring = self.pick(&[
                "\"\"\"Doc.\n\n  text: # none\n\"\"\"",
                "'doc'",
                "r'''\\d\n'''",
                "u\"doc\"; x = 1",
                "('doc')",
                "('a'\n# c\n  \"b\")",
                "'a' \\\n'''b'''",
                "b'no'",
                "f'{1}'",
                "'a' f'b'",
                "'a', 'b'",
                "'a'.strip()",
            ]);
            self.line(&body, docstring);
        }
        for _ in 0..=self.below(3) {
            self.statement(&body, inner, depth + 1);
        }
        let below = self.pick(&["", "", "# below", "  # deeper"]);
        if !below.is_empty() {
            self.text += &format!("{body}{below}\n");
        }
        self.filling();
    }
}
