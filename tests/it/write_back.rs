//! Folders of the host: shown, kept as they are, or written back.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use crate::support::Dir;

/// Changes of each kind, to files that [`filled`] made.
const CHANGE: &str = r#"
import os, shutil
open("keep.txt", "a").write("more")
open("new/deep/file.txt", "w").write("new") if os.makedirs("new/deep") is None else None
os.mkdir("empty")
os.remove("gone.txt")
shutil.rmtree("old")
os.remove("was_file"); os.mkdir("was_file"); open("was_file/inner", "w").write("in")
shutil.rmtree("was_dir"); open("was_dir", "w").write("flat")
os.rename("from.txt", "to.txt")
os.symlink("keep.txt", "link")
"#;

fn filled() -> Dir {
    let dir = Dir::new();
    for (name, text) in [
        ("keep.txt", "kept "),
        ("gone.txt", "x"),
        ("old/a/b.txt", "x"),
        ("was_file", "x"),
        ("was_dir/x", "x"),
        ("from.txt", "moved"),
        ("untouched.txt", "same"),
    ] {
        dir.write(name, text);
    }
    dir
}

#[test]
fn changes_stay_in_memory_and_are_listed() {
    let dir = filled();
    let before = dir.snapshot();
    let ran = dir.python(["-c", CHANGE]).run().code(0);
    insta::assert_snapshot!(ran.stderr(), @"
    autoexp: 18 changes under /workspace stayed in memory (mount with :rw to write them back)
      + empty/
      - from.txt
      - gone.txt
      ~ keep.txt
      + link
      + new/
      + new/deep/
      + new/deep/file.txt
      - old/a/b.txt
      - old/a/
      - old/
      + to.txt
      - was_dir/x
      - was_dir/
      + was_dir
      - was_file
      + was_file/
      + was_file/inner
    ");
    assert_eq!(dir.snapshot(), before);
}

#[test]
fn many_changes_are_counted_beyond_the_first() {
    let many = "for i in range(25): open(f'f{i:02}', 'w').close()";
    Dir::new()
        .python(["-c", many])
        .run()
        .code(0)
        .complains("25 changes under /workspace stayed in memory")
        .complains("  + f19\n  and 5 more\n");
}

#[test]
fn changes_of_every_kind_are_written_back_when_asked_for() {
    let dir = filled();
    dir.python(["--mount", ".:rw", "-c", CHANGE])
        .run()
        .code(0)
        .complains("changes back under /workspace");
    assert_eq!(
        dir.snapshot(),
        [
            "empty/",
            "keep.txt: kept more",
            "link -> keep.txt",
            "new/",
            "new/deep/",
            "new/deep/file.txt: new",
            "to.txt: moved",
            "untouched.txt: same",
            "was_dir: flat",
            "was_file/",
            "was_file/inner: in",
        ]
    );
}

#[test]
fn changes_are_written_back_when_the_program_fails_or_meets_a_limit() {
    let dir = Dir::new();
    let write = "open('a', 'w').write('1')";
    dir.python(["--mount", ".:rw", "-c", &format!("{write}; 1 / 0")])
        .run()
        .code(1);
    assert_eq!(dir.snapshot(), ["a: 1"]);
    let endless = "\nf = open('b', 'w'); f.write('2'); f.flush()\nwhile True: pass";
    dir.python(["--mount", ".:rw", "--fuel", "1G", "-c", endless])
        .run()
        .code(121);
    assert_eq!(dir.snapshot(), ["a: 1", "b: 2"]);
}

#[test]
fn a_run_that_changes_nothing_says_nothing_and_touches_nothing() {
    let dir = filled();
    let stamp = |name: &str| {
        let metadata = fs::metadata(dir.path(name)).unwrap();
        (metadata.ino(), metadata.mtime_nsec(), metadata.ctime_nsec())
    };
    let before = stamp("keep.txt");
    let same = "t = open('keep.txt').read(); open('keep.txt', 'w').write(t)";
    dir.python(["--mount", ".:rw", "-c", same])
        .run()
        .code(0)
        .silent();
    assert_eq!(stamp("keep.txt"), before);
}

#[test]
fn a_file_that_is_written_back_keeps_its_mode() {
    let dir = Dir::new();
    dir.write("tool.sh", "old");
    fs::set_permissions(dir.path("tool.sh"), fs::Permissions::from_mode(0o750)).unwrap();
    dir.python(["--mount", ".:rw", "-c", "open('tool.sh', 'w').write('new')"])
        .run()
        .code(0);
    assert_eq!(dir.read("tool.sh"), "new");
    let mode = fs::metadata(dir.path("tool.sh")).unwrap().mode();
    assert_eq!(mode & 0o7777, 0o750);
}

#[test]
fn writing_back_never_follows_a_symlink_of_the_host() {
    let (dir, outside) = (Dir::new(), Dir::new());
    outside.write("victim.txt", "safe");
    outside.write("folder/victim.txt", "safe");
    symlink(outside.path("victim.txt"), dir.path("file")).unwrap();
    symlink(outside.path("folder"), dir.path("folder")).unwrap();
    let before = outside.snapshot();
    let replace = "import os\n\
                   for name in ('file', 'folder'): os.remove(name)\n\
                   open('file', 'w').write('mine')\n\
                   os.mkdir('folder'); open('folder/victim.txt', 'w').write('mine')";
    dir.python(["--mount", ".:rw", "-c", replace]).run().code(0);
    assert_eq!(
        dir.snapshot(),
        ["file: mine", "folder/", "folder/victim.txt: mine"]
    );
    assert_eq!(outside.snapshot(), before);
}

#[test]
fn a_symlink_planted_while_the_program_runs_is_not_followed() {
    let (dir, outside) = (Dir::new(), Dir::new());
    dir.write("folder/a", "old");
    outside.write("a", "safe");
    let change = "print('ready', flush=True); input(); open('folder/b', 'w').write('mine'); \
                  open('folder/a', 'r+').close()";
    // Listed first, so that the folder's entries are known; then swapped for a symlink.
    let change = format!("import os; os.listdir('folder'); {change}");
    let mut child = dir.python(["--mount", ".:rw", "-c", &change]).start();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut String::new()).unwrap();
    fs::rename(dir.path("folder"), dir.path("moved")).unwrap();
    symlink(outside.path(""), dir.path("folder")).unwrap();
    drop(child.stdin.take());
    let _ = child.wait_with_output().unwrap();
    assert_eq!(outside.snapshot(), ["a: safe"]);
}

#[test]
fn a_read_only_mount_refuses_every_change() {
    let dir = filled();
    let before = dir.snapshot();
    let attempt = r#"
import os
attempts = dict(
    write=lambda: open("keep.txt", "w"),
    append=lambda: open("keep.txt", "a"),
    update=lambda: open("keep.txt", "r+"),
    create=lambda: open("new.txt", "w"),
    mkdir=lambda: os.mkdir("d"),
    remove=lambda: os.remove("gone.txt"),
    rmdir=lambda: os.rmdir("was_dir"),
    rename=lambda: os.rename("from.txt", "to.txt"),
    symlink=lambda: os.symlink("keep.txt", "link"),
    link=lambda: os.link("keep.txt", "link"),
    truncate=lambda: os.truncate("keep.txt", 0),
    utime=lambda: os.utime("keep.txt", (1, 1)),
)
for name, attempt in attempts.items():
    try:
        attempt()
        print(name, "was allowed")
    except OSError as error:
        pass
print(open("keep.txt").read())
"#;
    dir.python(["--mount", ".:ro", "-c", attempt])
        .run()
        .code(0)
        .prints("kept \n")
        .silent();
    assert_eq!(dir.snapshot(), before);
}

#[test]
fn mounts_are_shown_where_they_are_asked_for() {
    let (here, data) = (Dir::new(), Dir::new());
    here.write("here.txt", "");
    here.write("sub/x", "");
    data.write("d.txt", "data");
    let host = data.path("").canonicalize().unwrap();
    let host = host.to_str().unwrap().trim_end_matches('/');
    let name = host.rsplit('/').next().unwrap();
    let list = "import os, sys; print([os.listdir(path) for path in sys.argv[1:]])";
    for (mount, place, workspace) in [
        (format!("{host}:/data"), "/data", "here.txt"),
        (format!("{host}:/a/b:ro"), "/a/b", "here.txt"),
        (format!("{host}:/data:rw"), "/data", "here.txt"),
        (host.to_owned(), &format!("/{name}"), "here.txt"),
        (format!("{host}:ro"), &format!("/{name}"), "here.txt"),
    ] {
        let shown = here
            .python(["--mount", &mount, "-c", list, place, "/workspace"])
            .run()
            .code(0)
            .stdout();
        assert_eq!(
            shown,
            format!("[['d.txt'], ['{workspace}', 'sub']]\n"),
            "{mount}"
        );
    }
    // In place of the current folder, and twice.
    here.python([
        "--mount",
        &format!("{host}:/workspace"),
        "--mount",
        "sub",
        "-c",
        list,
        "/workspace",
        "/sub",
    ])
    .run()
    .code(0)
    .prints("[['d.txt'], ['x']]\n");
}

#[test]
fn a_mount_that_can_not_be_made_is_refused() {
    let dir = Dir::new();
    dir.write("file", "");
    for (mounts, complaint) in [
        (&["nowhere"][..], "mount nowhere"),
        (&["file:/x"], "Not a directory"),
        (&[".:/"], "a mount point is an absolute path below /"),
        (&[".:/a/../b"], "a mount point is an absolute path below /"),
        (&[".:/a", ".:/a"], "something is there already"),
    ] {
        let args = mounts.iter().flat_map(|mount| ["--mount", mount]);
        let args: Vec<&str> = args.chain(["-c", "print('ran')"]).collect();
        dir.python(&args)
            .run()
            .code(2)
            .prints("")
            .complains(complaint);
    }
}

#[test]
fn a_file_larger_than_the_memory_is_listed_at_once_and_read_in_parts() {
    let dir = Dir::new();
    let size = 3u64 << 30;
    let file = File::create(dir.path("big")).unwrap();
    file.set_len(size).unwrap();
    std::os::unix::fs::FileExt::write_at(&file, b"0123456789", size - 10).unwrap();
    let read = "import os\n\
                print(os.listdir(), os.stat('big').st_size)\n\
                f = open('big', 'rb'); f.seek(-10, 2); print(f.read())\n\
                f.seek(5); print(f.read(3))";
    let ran = dir
        .python(["--memory", "512MiB", "-c", read])
        .run()
        .code(0)
        .prints("['big'] 3221225472\nb'0123456789'\nb'\\x00\\x00\\x00'\n")
        .silent();
    assert!(ran.elapsed.as_secs() < 60, "{ran}");
}

#[test]
fn what_has_no_place_in_a_tree_is_left_out_and_named() {
    let dir = Dir::new();
    let _socket = UnixListener::bind(dir.path("socket")).unwrap();
    dir.write("file", "");
    dir.python(["-c", "import os; print(os.listdir())"])
        .run()
        .code(0)
        .prints("['file']\n")
        .complains("left out /workspace/socket: it is a socket, a pipe or a device");
}

#[test]
fn a_host_file_that_changes_while_it_is_read_is_an_error_of_the_run() {
    let dir = Dir::new();
    dir.write("file", "before");
    let read =
        "f = open('file'); print(f.read(1), flush=True); input(); print(open('file').read())";
    let mut child = dir.python(["-c", read]).start();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut String::new()).unwrap();
    dir.write("file", "after and longer");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"\n").unwrap();
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("changed while it was in use"), "{stderr}");
}
