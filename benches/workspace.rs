//! A workspace of 100,000 files, on the disk (2 GB in 100 folders) and in memory (in one folder):
//! what it costs to take it in, fork it, hash it, compare it, start a run on it, and write it back,
//! beside what the same takes with the host's own files.
//!
//! `cargo bench --bench workspace`

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox};
use autoexp::workspace::{Access, Follow, Ino, NodeKind, Tree, Workspace, diff, export, import};
use cap_std::ambient_authority;
use cap_std::fs::Dir;

const FOLDERS: usize = 100;
const FILES: usize = 1000;
/// Bytes in each file; all together 2 GB.
const SIZE: u64 = 20_000;
/// Of each figure the least of so many: what else a machine does only adds to it.
const TIMES: usize = 9;

fn main() {
    let disk = tempfile::tempdir().expect("a temporary folder");
    let host = disk.path().join("host");
    for folder in 0..FOLDERS {
        let folder = host.join(format!("folder{folder}"));
        fs::create_dir_all(&folder).expect("a folder");
        for file in 0..FILES {
            let file = fs::File::create(folder.join(format!("file{file}"))).expect("a file");
            file.set_len(SIZE).expect("room for 2 GB, or sparse files");
        }
    }
    let in_memory: Tree = (0..FOLDERS * FILES)
        .map(|file| (format!("file{file}"), b"text".to_vec()))
        .collect();
    let on_disk = import(&host).expect("the folder").tree;
    println!("| what | ms | the same natively, ms | ratio |\n|---|---|---|---|");
    whole(&host, &on_disk);
    in_memory.hash().expect("bytes in memory");
    let path = |file: usize| format!("folder{}/file{}", file % FOLDERS, file / FOLDERS);
    changes("on the disk", &on_disk, path, disk.path());
    changes(
        "in memory",
        &in_memory,
        |file| format!("file{file}"),
        disk.path(),
    );
    starts(&[("on the disk", &on_disk), ("in memory", &in_memory)]);
}

fn row(what: &str, ours: Duration, native: Option<Duration>) {
    let ms = |time: Duration| format!("{:.3}", time.as_secs_f64() * 1e3);
    let ratio = |native: Duration| format!("{:.2}", ours.as_secs_f64() / native.as_secs_f64());
    println!(
        "| {what} | {} | {} | {} |",
        ms(ours),
        native.map_or(String::new(), ms),
        native.map_or(String::new(), ratio)
    );
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let given = run();
    (start.elapsed(), given)
}

fn least(times: Vec<Duration>) -> Duration {
    times.into_iter().min().expect("at least one")
}

/// What is done once with all files.
fn whole(host: &Path, on_disk: &Tree) {
    let opens = (0..TIMES).map(|_| timed(|| import(host).expect("the folder")).0);
    row("import", least(opens.collect()), None);
    let (walked, count) = timed(|| walk(host, &mut |_| {}));
    let (listed, ours) = timed(|| look(&mut mounted(on_disk)));
    assert_eq!(ours, count);
    row("list all of it", listed, Some(walked));
    let (hashed, _) = timed(|| on_disk.hash().expect("files that stay as they are"));
    let native = |path: &Path| _ = blake3::hash(&fs::read(path).expect("a file"));
    let (read, _) = timed(|| walk(host, &mut |path| native(path)));
    row("hash all of it, 2 GB", hashed, Some(read));
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if fs::symlink_metadata(&path).expect("an entry").is_dir() {
            count += walk(&path, visit);
        } else {
            visit(&path);
            count += 1;
        }
    }
    count
}

fn mounted(tree: &Tree) -> Workspace {
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", tree, Access::ReadWrite)
        .expect("a free place");
    workspace
}

/// Looks at every file; how many there are.
fn look(workspace: &mut Workspace) -> usize {
    let root = workspace
        .resolve(Ino::ROOT, "/workspace", Follow::Yes)
        .expect("it is mounted");
    let mut count = 0;
    let mut dirs = vec![root];
    while let Some(dir) = dirs.pop() {
        for entry in workspace.list(dir).expect("a directory") {
            match entry.kind {
                NodeKind::Dir => dirs.push(entry.ino),
                _ => count += 1,
            }
        }
    }
    count
}

/// What is done after so many files were changed.
fn changes(which: &str, tree: &Tree, path: impl Fn(usize) -> String, disk: &Path) {
    let freezes = |looked: bool| {
        let once = |_| {
            let mut workspace = mounted(tree);
            if looked {
                look(&mut workspace);
            }
            timed(|| workspace.tree("/workspace").expect("a tree")).0
        };
        least((0..TIMES).map(once).collect())
    };
    row(&format!("fork it, {which}"), freezes(false), None);
    row(
        &format!("fork it when all was looked at, {which}"),
        freezes(true),
        None,
    );
    for count in [1, 10, 1000] {
        let mut times: [Vec<Duration>; 5] = Default::default();
        for round in 0..TIMES {
            let mut workspace = mounted(tree);
            look(&mut workspace);
            let text = format!("changed in round {round}");
            for file in 0..count {
                let path = format!("/workspace/{}", path(file));
                workspace.write(&path, text.as_bytes()).expect("a file");
            }
            let (froze, after) = timed(|| workspace.tree("/workspace").expect("a tree"));
            let (hashed, _) = timed(|| after.hash().expect("what was hashed before"));
            let (compared, changes) = timed(|| diff(tree, &after).expect("both in memory"));
            assert_eq!(changes.len(), count);
            let to = disk.join("exported");
            let folder = empty(&to);
            let (exported, ()) = timed(|| export(&changes, &folder).expect("a folder to write to"));
            let names: Vec<String> = changes.into_iter().map(|change| change.path).collect();
            _ = empty(&to);
            let (written, ()) = timed(|| write(&to, &names, text.as_bytes()));
            let found = [froze, hashed, compared, exported, written];
            for (times, time) in times.iter_mut().zip(found) {
                times.push(time);
            }
        }
        let [froze, hashed, compared, exported, written] = times.map(least);
        let after = format!("after {count} changed, {which}");
        row(&format!("fork it {after}"), froze, None);
        row(&format!("hash it {after}"), hashed, None);
        row(&format!("compare it {after}"), compared, None);
        row(
            &format!("export {count} changed, {which}"),
            exported,
            Some(written),
        );
    }
}

fn empty(folder: &Path) -> Dir {
    _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder");
    Dir::open_ambient_dir(folder, ambient_authority()).expect("a folder")
}

/// Each file whole on the disk, then renamed.
fn write(folder: &Path, names: &[String], text: &[u8]) {
    for name in names {
        let path = folder.join(name);
        let parent = path.parent().expect("it is in the folder");
        fs::create_dir_all(parent).expect("a folder");
        let temporary = parent.join(".temporary");
        let mut file = fs::File::create(&temporary).expect("a file");
        file.write_all(text).expect("room for it");
        file.sync_all().expect("a disk");
        fs::rename(temporary, path).expect("a file");
    }
}

/// A run on each beside one on an empty workspace, in turns.
fn starts(trees: &[(&str, &Tree)]) {
    let cache = Cache::locate()
        .and_then(Cache::open)
        .expect("a cache directory");
    let options = FetchOptions::from_env();
    let sandbox =
        Sandbox::prepare(&cache, &options, progress::stderr().as_ref()).expect("a runtime");
    let run = |tree: &Tree| {
        let mut workspace = mounted(tree);
        let invocation = Invocation::new(Program::Command("print('hi')".to_owned()));
        let ended = sandbox.run(&mut workspace, invocation, &Limits::default());
        assert!(ended.expect("a run").exit.success());
    };
    let empty = Tree::default();
    for (which, tree) in trees {
        let mut times: [Vec<Duration>; 2] = Default::default();
        for _ in 0..20 * TIMES {
            for (times, tree) in times.iter_mut().zip([*tree, &empty]) {
                std::thread::sleep(Duration::from_millis(3));
                times.push(timed(|| run(tree)).0);
            }
        }
        let [ours, empty] = times.map(least);
        row(
            &format!("a run of `print('hi')` on it, {which}; on an empty one"),
            ours,
            Some(empty),
        );
    }
}
