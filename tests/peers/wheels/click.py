import click
from click.testing import CliRunner
@click.group()
@click.option("--debug/--no-debug", default=False, envvar="DBG")
@click.pass_context
def cli(ctx, debug): ctx.obj = debug
@cli.command()
@click.argument("names", nargs=-1)
@click.option("--count", "-c", type=click.IntRange(1, 5), default=1, show_default=True, help="How many.")
@click.option("--way", type=click.Choice(["a", "b"]))
@click.pass_obj
def greet(debug, names, count, way):
    """Greets NAMES."""
    for n in names * count: click.echo(f"{n} {debug} {way}")
@cli.command()
@click.password_option()
@click.argument("out", type=click.File("w"))
def save(password, out): out.write(password); click.secho("ok", fg="green")
r = CliRunner()
with r.isolated_filesystem():
    for args, given in ((["greet", "x", "-c", "2", "--way", "a"], ""), (["--debug", "greet", "y"], ""), (["greet", "-c", "9"], ""), (["nope"], ""), (["greet", "--help"], ""), (["save", "f"], "s\ns\n"), ([], "")):
        done = r.invoke(cli, args, input=given); print(done.exit_code, done.output)
    print(open("f").read())
