//! Wrong versions of functions, in the Python that they are for.

use std::fs;
use std::path::Path;

use autoexp::task::{Paper, Parser, mutants, stubs};

use crate::support::Dir;

#[test]
fn all_wrong_versions_of_a_bundled_papers_functions_compile() {
    const PROGRAM: &str = "
import json
versions = json.load(open('versions.json'))
for file, name, what, source in versions:
    try:
        compile(source, file, 'exec')
    except SyntaxError as error:
        print(file, name, what, error)
print(len(versions), 'compiled')
";
    let tasks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks");
    let paper = Paper::load(&tasks.join("exposure-ebb"), &Parser::default()).unwrap();
    let mut versions = Vec::new();
    for function in &paper.functions {
        let (file, name) = (&function.file, &function.name);
        let source = fs::read_to_string(paper.code_dir().join(file)).unwrap();
        for mutant in mutants(&source, name).unwrap() {
            let what = format!("{} at {}", mutant.operator, mutant.line);
            versions.push((file, name, what, mutant.source));
        }
        for stub in stubs(&source, name).unwrap() {
            versions.push((file, name, stub.kind.to_string(), stub.source));
        }
    }
    let dir = Dir::new();
    dir.write("versions.json", serde_json::to_vec(&versions).unwrap());
    assert_eq!(
        dir.prints(PROGRAM),
        format!("{} compiled\n", versions.len())
    );
}

#[test]
fn a_stub_of_ones_gives_arrays_and_frames_of_the_same_shape() {
    const SOURCE: &str = r#"
import numpy as np, pandas as pd, scipy.sparse as sp
def f():
    return [
        np.arange(4).reshape(2, 2), np.float32(3), np.array([2, "a", [3.5]], dtype=object),
        np.array(["a"]), np.array([True, False]),
        pd.Series([2, 3], name="s"), pd.DataFrame({"x": [2, 3], "t": ["a", "b"]}, index=[4, 5]),
        sp.coo_matrix([[0, 2], [0, 0]]),
        Box(np.array([2, 3])),
    ]
class Box:
    # As what autograd traces.
    __slots__ = ["value"]
    def __init__(self, value): self.value = value
    def __mul__(self, by): return Box(self.value * by)
    def __add__(self, by): return Box(self.value + by)
    def __truediv__(self, by): return Box(self.value / by)
"#;
    const PROGRAM: &str = r#"
from ones import f
array, scalar, objects, texts, flags, series, frame, sparse, box = f()
assert array.tolist() == [[1, 1], [1, 1]] and array.dtype.kind == "i"
assert repr(scalar) == "np.float32(1.0)", scalar
assert objects.tolist() == [1, "a", [1.0]], objects
assert texts.tolist() == ["a"] and flags.tolist() == [True, True]
assert series.tolist() == [1, 1] and series.name == "s"
assert frame.to_dict() == {"x": {4: 1, 5: 1}, "t": {4: "a", 5: "b"}}, frame
assert sparse.format == "coo" and sparse.toarray().tolist() == [[0, 1], [0, 0]]
assert box.value.tolist() == [1, 1], box.value
print("so it is")
"#;
    let dir = Dir::new();
    let mut all = stubs(SOURCE, "f").unwrap().into_iter();
    let ones = all.find(|stub| stub.kind.to_string() == "ones").unwrap();
    dir.write("ones.py", ones.source);
    assert_eq!(dir.prints(PROGRAM), "so it is\n");
}
