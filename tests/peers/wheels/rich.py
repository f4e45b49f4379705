from rich.console import Console
from rich.table import Table
from rich.tree import Tree
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.progress import Progress, track
from rich.panel import Panel
import io
c = Console(width=60, force_terminal=True, color_system="truecolor", legacy_windows=False, file=(out := io.StringIO()))
t = Table(title="T"); t.add_column("a", justify="right"); t.add_column("b", style="red"); t.add_row("1", "[bold]x[/]"); t.add_row("22", "漢字")
tree = Tree("root"); tree.add("one").add("two"); c.print(t, tree, Panel("in"), Markdown("# head\n* a\n* `b`\n\n> q"), Syntax("def f(x): return x", "python"))
c.print({"a": [1, None, "s"]}, "https://x.org", 3.5); c.rule("r"); print(out.getvalue())
print(sum(track(range(5), console=Console(file=io.StringIO()))))
with Progress(console=Console(file=io.StringIO()), auto_refresh=False) as p: k = p.add_task("x", total=3); p.advance(k, 3); print(p.finished)
try: 1 / 0
except ZeroDivisionError: e = Console(width=70, file=(o := io.StringIO())); e.print_exception(); print("ZeroDivisionError" in o.getvalue())
