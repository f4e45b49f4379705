# joblib, cloudpickle, tqdm, yaml, jinja2, and packages for tables and pages.
import io, os, time, pickle, numpy as np, joblib, cloudpickle, yaml, tqdm, sys
from joblib import Parallel, delayed, Memory
def square(n): return n * n
if __name__ == "__main__":
    for how in ({}, {"prefer": "threads"}, {"backend": "threading"}, {"return_as": "generator"}, {"batch_size": 2, "verbose": 0}): print(list(Parallel(n_jobs=2, **how)(delayed(square)(n) for n in range(5))))
    with joblib.parallel_config(backend="threading", n_jobs=2): print(Parallel()(delayed(max)(n, 2) for n in range(4)))
    try: Parallel(n_jobs=2)(delayed(int)(x) for x in ["1", "x"])
    except ValueError as e: print("ValueError")
    memory, calls = Memory("cache", verbose=0), []
    @memory.cache
    def slow(a, b=1): calls.append(a); return a.sum() + b
    print(slow(np.arange(5)), slow(np.arange(5)), slow(np.arange(5), b=2), len(calls), slow.check_call_in_cache(np.arange(5))); slow.clear(warn=False); print(slow(np.arange(5)), len(calls), joblib.hash(np.arange(3, dtype="i8")) == joblib.hash(np.arange(3, dtype="i8")))
    joblib.dump({"a": np.ones(1000), "b": [1]}, "o.gz", compress=3); print(joblib.load("o.gz")["a"].sum()); joblib.dump(np.arange(9.0), "o.jl"); print(joblib.load("o.jl", mmap_mode=None).sum())
    k = 3; print(pickle.loads(cloudpickle.dumps(lambda x: x * k))(4), pickle.loads(cloudpickle.dumps(type("C", (), {"v": 2})))().v)
    out = io.StringIO(); print(sum(tqdm.tqdm(range(4), file=out, ascii=True, desc="d")), "100%" in out.getvalue(), "4/4" in out.getvalue()); b = tqdm.tqdm(total=10, file=io.StringIO()); b.update(4); b.set_postfix(l=1.5); print(b.n, b.postfix); b.close(); print(list(tqdm.trange(3, disable=True)))
    text = "a: [1, 2.5, null, yes]\nb: {c: 'x', d: 2020-01-02}\ne: &k {f: 1}\ng: *k\nh: |\n  two\n  lines\ni: >-\n  one\n  line\nj: 1e3\nk: 0o17\n"; v = yaml.safe_load(text); print(v, yaml.safe_dump(v, sort_keys=False), list(yaml.safe_load_all("a\n---\nb")), yaml.dump({"x": [1, {"y": None}]}, default_flow_style=True))
    for wrong in ("a: [", "a: b: c", "!!python/object:os.x {}"):
        try: yaml.safe_load(wrong)
        except yaml.YAMLError as e: print(type(e).__name__)
