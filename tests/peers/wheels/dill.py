import dill, io
def outer(n):
    def inner(x): return x + n
    return inner
class Local:
    x = 1
    def go(self): return self.x + 1
f = dill.loads(dill.dumps(outer(5))); print(f(1), dill.loads(dill.dumps(lambda x: x ** 2))(4), dill.loads(dill.dumps(Local))().go(), dill.pickles(iter([1])), dill.dumps([1]) != b"", dill.loads(dill.dumps(range)), dill.source.getsource(outer).splitlines()[0], dill.detect.baditems([1, lambda: 0]))
a = 7; dill.dump_module("s.pkl"); a = 8; dill.load_module("s.pkl"); print(a)
