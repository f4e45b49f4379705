//! Metering changes what is counted, and nothing that is computed.

use autoexp::progress::Silent;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Exit, Invocation, Limits, Metering, Program, Sandbox};
use autoexp::workspace::{Access, Tree, Workspace};

use crate::support;

/// Prints a digest of every value that a program ends with.
const DIGEST: &str = r#"
def _digest(value):
    import hashlib, pickle
    return hashlib.sha256(pickle.dumps(value)).hexdigest()

_kinds = "int float str list dict tuple set ndarray Generator DataFrame Series".split()
for _name, _value in sorted(globals().items()):
    if not _name.startswith("_") and type(_value).__name__ in _kinds:
        print(_name, type(_value).__name__, _digest(_value))
"#;

#[test]
fn the_whole_runtime_computes_the_same_with_and_without() {
    let cache = Cache::locate().and_then(Cache::open).unwrap();
    let uncounted =
        Sandbox::prepare_metered(&cache, &FetchOptions::from_env(), Metering::None, &Silent)
            .unwrap();
    let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/programs");
    let mut values = 0;
    for program in std::fs::read_dir(programs).unwrap() {
        let path = program.unwrap().path();
        let code = std::fs::read_to_string(&path).unwrap() + DIGEST;
        let run = |sandbox: &Sandbox| {
            let mut workspace = Workspace::new();
            workspace
                .mount("/workspace", &Tree::default(), Access::ReadWrite)
                .unwrap();
            let invocation = Invocation::new(Program::Command(code.clone()));
            let outcome = sandbox
                .run(&mut workspace, invocation, &Limits::default())
                .unwrap();
            assert_eq!(outcome.exit, Exit::Exited(0), "{path:?}: {outcome:?}");
            (outcome.stdout.text().into_owned(), outcome.fuel_used)
        };
        let ((metered, fuel), (plain, none)) = (run(support::sandbox()), run(&uncounted));
        assert_eq!(metered, plain, "{path:?}");
        // Without, only the host charges.
        assert!(fuel > 1_000_000 && none < fuel, "{path:?}: {fuel}, {none}");
        values += metered.lines().count();
    }
    assert!(values > 50, "{values}");
}
