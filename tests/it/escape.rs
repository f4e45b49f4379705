//! Attempts to get out of the sandbox: each ends as an exception, the host untouched.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::Dir;

/// Tries each of `expressions` and prints those that did not end in an exception of the kind that
/// is expected.
fn attempts(kind: &str, expressions: &[&str]) -> String {
    let mut code = String::from("import os, socket, subprocess, threading, shutil\n");
    for expression in expressions {
        code += &format!(
            "try: result = {expression}\nexcept {kind}: pass\nelse: print({expression:?}, 'gave', result)\n"
        );
    }
    code + "print('tried')\n"
}

#[test]
fn files_of_the_host_are_not_there() {
    let dir = Dir::new();
    let up = "../".repeat(50);
    let open = |path: &str| format!("open({path:?}).read()");
    let expressions = [
        open("/etc/passwd"),
        open("/etc/hostname"),
        open("/proc/self/environ"),
        open("/proc/1/cmdline"),
        open("/dev/zero"),
        open("/dev/tty"),
        open(&format!("{up}etc/passwd")),
        open(&format!("/workspace/{up}etc/passwd")),
        open("/usr/local/lib/../../../etc/passwd"),
        open("//etc/passwd"),
        open(&dir.path("x").display().to_string()),
        "os.listdir('/etc')".to_owned(),
        "os.listdir('/home')".to_owned(),
        "os.stat('/root')".to_owned(),
        "os.chdir('/etc')".to_owned(),
    ];
    dir.write("x", "");
    let expressions: Vec<&str> = expressions.iter().map(String::as_str).collect();
    dir.python(["-c", &attempts("FileNotFoundError", &expressions)])
        .run()
        .code(0)
        .prints("tried\n")
        .silent();
    assert_eq!(
        dir.prints(
            "import os; print(os.listdir('/'), os.listdir('/..'), os.path.realpath('../../..'))"
        ),
        "['dev', 'tmp', 'usr', 'workspace'] ['dev', 'tmp', 'usr', 'workspace'] /\n"
    );
}

#[test]
fn symlinks_and_hard_links_made_by_the_program_lead_nowhere_outside() {
    let dir = Dir::new();
    let code = attempts(
        "OSError",
        &[
            "os.symlink('/etc/passwd', 'a') or open('a').read()",
            "os.symlink('../../../../../etc/passwd', 'b') or open('b').read()",
            "os.symlink('/', 'root') or open('root/etc/passwd').read()",
            "os.symlink('../..', 'up') or open('up/up/up/etc/passwd').read()",
            "os.symlink('/proc/self/root', 'proc') or os.listdir('proc')",
            "os.symlink('loop', 'loop') or open('loop').read()",
            "open('a', 'w').write('x')",
            "os.link('/etc/passwd', 'hard')",
            "os.link('a', 'hard') or open('hard').read()",
            "os.rename('/etc/passwd', 'mine')",
            "shutil.copy('/etc/passwd', 'mine')",
        ],
    );
    dir.python(["-c", &code]).run().code(0).prints("tried\n");
    assert_eq!(dir.snapshot(), [] as [String; 0]);
}

#[test]
fn symlinks_planted_on_the_host_lead_nowhere_outside_the_mount() {
    let (dir, outside) = (Dir::new(), Dir::new());
    outside.write("secret", "secret");
    let secret = outside.path("secret");
    symlink("/etc/passwd", dir.path("passwd")).unwrap();
    symlink(&secret, dir.path("absolute")).unwrap();
    let relative = format!(
        "../{}",
        secret
            .strip_prefix(secret.parent().unwrap().parent().unwrap())
            .unwrap()
            .display()
    );
    symlink(relative, dir.path("relative")).unwrap();
    assert_eq!(
        dir.read("relative"),
        "secret",
        "on the host, it leads there"
    );
    symlink(outside.path(""), dir.path("folder")).unwrap();
    fs::hard_link(&secret, dir.path("hard")).unwrap();
    let code = attempts(
        "OSError",
        &[
            "open('passwd').read()",
            "open('absolute').read()",
            "open('relative').read()",
            "open('folder/secret').read()",
            "os.listdir('folder')",
            "os.stat('absolute')",
            "open('absolute', 'w')",
            "open('folder/new', 'w')",
        ],
    );
    // A hard link is a file of the mount like any other.
    let code = code + "print(open('hard').read(), os.readlink('passwd'))";
    dir.python(["-c", &code])
        .run()
        .code(0)
        .prints("tried\nsecret /etc/passwd\n")
        .silent();
    dir.python(["--mount", ".:rw", "-c", &code])
        .run()
        .code(0)
        .prints("tried\nsecret /etc/passwd\n");
    assert_eq!(outside.snapshot(), ["secret: secret"]);
}

#[test]
fn a_hard_link_of_the_host_is_replaced_not_written_through() {
    let (dir, outside) = (Dir::new(), Dir::new());
    outside.write("secret", "secret");
    fs::hard_link(outside.path("secret"), dir.path("hard")).unwrap();
    dir.python(["--mount", ".:rw", "-c", "open('hard', 'w').write('mine')"])
        .run()
        .code(0);
    assert_eq!(dir.snapshot(), ["hard: mine"]);
    assert_eq!(outside.snapshot(), ["secret: secret"]);
}

#[test]
fn the_library_and_the_root_can_not_be_changed() {
    let code = attempts(
        "OSError",
        &[
            "open('/usr/local/lib/python315.zip', 'ab')",
            "open('/usr/local/lib/python315.zip', 'r+b')",
            "open('/usr/local/lib/new.py', 'w')",
            "open('/usr/local/lib/python315.zip/new.py', 'w')",
            "os.remove('/usr/local/lib/python315.zip')",
            "os.rename('/usr/local/lib/python315.zip', '/tmp/x')",
            "os.mkdir('/usr/local/lib/x')",
            "os.mkdir('/new')",
            "open('/new', 'w')",
            "os.rename('/usr', '/workspace/usr')",
            "os.rmdir('/tmp')",
            "os.rename('/tmp', '/workspace/tmp')",
            "os.symlink('/tmp', '/link')",
            "os.remove('/dev/null')",
            "open('/dev/new', 'w')",
        ],
    );
    Dir::new()
        .python(["-c", &code])
        .run()
        .code(0)
        .prints("tried\n")
        .silent();
}

#[test]
fn dev_null_and_tmp_are_there_and_go_with_the_run() {
    let dir = Dir::new();
    let code = "import os, tempfile\n\
                print(open('/dev/null').read() == '', open('/dev/null', 'w').write('x'))\n\
                print(open(os.devnull, 'rb').read(), os.listdir('/tmp'))\n\
                with tempfile.TemporaryFile() as f: f.write(b'x'); f.seek(0); print(f.read())\n\
                open('/tmp/left', 'w').write('x')";
    for _ in 0..2 {
        dir.python(["-c", code])
            .run()
            .code(0)
            .prints("True 1\nb'' []\nb'x'\n")
            .silent();
    }
}

#[test]
fn there_are_no_sockets_processes_or_threads() {
    let code = attempts(
        "Exception",
        &[
            "socket.create_connection(('127.0.0.1', 80), timeout=1)",
            "socket.socket()",
            "socket.getaddrinfo('example.org', 80)",
            "__import__('urllib.request').request.urlopen('http://127.0.0.1/')",
            "subprocess.run(['true'])",
            "subprocess.run('true', shell=True)",
            "os.fork()",
            "os.system('true')",
            "os.execv('/bin/sh', ['sh'])",
            "os.kill(1, 9)",
            "threading.Thread(target=print).start()",
            "__import__('multiprocessing').Process(target=print).start()",
        ],
    );
    Dir::new()
        .python(["-c", &code])
        .run()
        .code(0)
        .prints("tried\n");
}
