import os, subprocess, sys
os.makedirs("suite", exist_ok=True)
open("suite/conftest.py", "w").write("import pytest\n@pytest.fixture(scope='session')\ndef data(tmp_path_factory):\n    p = tmp_path_factory.mktemp('d') / 'f'; p.write_text('1 2'); return p\n")
open("suite/test_it.py", "w").write('''
import os, pytest, warnings
def test_plain(data): assert data.read_text().split() == ["1", "2"]
@pytest.mark.parametrize("n,square", [(2, 4), (3, 9), (4, 15)])
def test_square(n, square): assert n * n == square
def test_raises():
    with pytest.raises(ZeroDivisionError, match="division"): 1 / 0
@pytest.mark.skip(reason="later")
def test_skipped(): pass
@pytest.mark.xfail
def test_known(): assert 0
def test_capture(capfd): print("out"); os.write(1, b"low\\n"); assert capfd.readouterr().out == "out\\nlow\\n"
def test_env(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("A", "1"); monkeypatch.chdir(tmp_path)
    import logging; logging.getLogger("x").warning("w"); assert os.environ["A"] == "1" and caplog.messages == ["w"]
def test_approx(): assert [0.1 + 0.2] == pytest.approx([0.3])
class TestClass:
    def setup_method(self): self.x = {"a": [1, 2]}
    def test_diff(self): assert self.x == {"a": [1, 3]}
def test_warns():
    with pytest.warns(UserWarning): warnings.warn("w")
''')
def run(*args):
    done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *args], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "E  ", "suite", "SKIPPED", "XFAIL", ">"))]
    print(done.returncode, *lines, done.stderr, sep="\n")
run("-v", "suite"); run("-q", "-k", "square", "-x", "suite"); run("-rA", "suite/test_it.py::test_plain"); run("none")
import contextlib, io, pytest
with contextlib.redirect_stdout(io.StringIO()) as out: ended = pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", "-s", "suite", "-k", "plain or raises"])
print(ended.name, out.getvalue()[:2])
