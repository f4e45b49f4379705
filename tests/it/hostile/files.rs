//! Paths, links, descriptors, and the limits of a file system.

use autoexp::sandbox::{Exit, Limits};

use super::{Case, DONE, FAILED, check, tight};

/// Tries each line of `EACH` and says what came of it.
const ESCAPES: &[Case] = &[
    (
        "out by dots, by a root, by links",
        r#"
import os
up = '../' * 300
os.symlink('/etc', 'link'); os.symlink(up + 'etc', 'up'); os.symlink('up', 'twice')
os.symlink('/proc/self/fd/0', 'fd'); os.symlink('.', 'here'); os.symlink('folder/../..', 'above')
for path in ('/etc/passwd', up + 'etc/passwd', '/workspace/' + up + 'etc/passwd', 'link/passwd', 'up/passwd',
             'twice/passwd', 'fd', 'here/' * 30 + 'link/passwd', 'above/../etc/passwd', '/tmp/../etc/passwd',
             '/fixed/../etc/passwd', '//etc/passwd', '/./etc/passwd', '/usr/local/lib/python315.zip/../../../../etc/passwd',
             '/dev/fd/0', '/dev/stdin', '/dev/tty', '/proc/self/root/etc/passwd', 'given.txt/../../etc/passwd'):
    for attempt in (os.stat, os.lstat, os.listdir, os.remove, lambda p: open(p).read(), lambda p: open(p, 'r+b'),
                    lambda p: os.rename(p, 'mine'), lambda p: os.link(p, 'mine'), os.chdir):
        try:
            got = attempt(path)
        except OSError:
            continue
        if attempt in (os.lstat, os.remove) and path == 'fd':
            continue
        print(path, 'gave', got)
print('nothing')
"#,
        DONE,
        "nothing",
    ),
    (
        "links in circles",
        "import os\nos.symlink('b', 'a'); os.symlink('a', 'b')\n\
         for i in range(60): os.symlink(f'l{i + 1}', f'l{i}')\nopen('l60', 'w').close()\nopen('l30').close()\n\
         for path in 'a', 'a/x', 'l0':\n    try: open(path)\n    except OSError as e: print(e.strerror)",
        DONE,
        "Symbolic link loop\nSymbolic link loop\nSymbolic link loop\n",
    ),
    (
        "links that branch",
        // Each name leads to two more; a look-up gives up soon.
        "import os\nfor i in range(40): os.symlink(f's{i + 1}/../s{i + 1}', f's{i}')\nos.mkdir('s40')\n\
         try: os.stat('s0')\nexcept OSError as e: print(e.strerror)",
        DONE,
        "Symbolic link loop",
    ),
    (
        "over the borders of mounts",
        r#"
import os
def told(what):
    try: print(eval(what))
    except OSError as e: print(what, e.strerror)
told("os.rename('given.txt', '/other/x') or open('/other/x').read()")
told("os.rename('/other/x', '/fixed/x')")
told("os.rename('/fixed/fixed.txt', 'x')")
told("os.rename('/fixed', 'x')")
told("os.rename('folder', '/fixed')")
told("os.rename('/workspace', '/other/w')")
told("os.rename('/other', 'folder')")
told("os.rmdir('/other')")
told("os.rename('folder', 'folder/inner')")
told("os.link('/other/x', '/fixed/x')")
told("os.symlink('/fixed/fixed.txt', 'in') or open('in', 'a')")
told("open('/fixed/fixed.txt', 'w')")
told("open('/fixed/new', 'w')")
told("os.truncate('/fixed/fixed.txt', 0)")
told("os.utime('/fixed/fixed.txt')")
told("os.remove('/fixed/fixed.txt')")
told("os.link('/fixed/fixed.txt', 'hard') or open('hard', 'w')")
told("open('/fixed/fixed.txt').read()")
"#,
        DONE,
        "given\n\
         os.rename('/other/x', '/fixed/x') Read-only file system\n\
         os.rename('/fixed/fixed.txt', 'x') Read-only file system\n\
         os.rename('/fixed', 'x') Resource busy\n\
         os.rename('folder', '/fixed') Read-only file system\n\
         os.rename('/workspace', '/other/w') Resource busy\n\
         os.rename('/other', 'folder') Resource busy\n\
         os.rmdir('/other') Resource busy\n\
         os.rename('folder', 'folder/inner') Invalid argument\n\
         os.link('/other/x', '/fixed/x') Read-only file system\n\
         os.symlink('/fixed/fixed.txt', 'in') or open('in', 'a') Read-only file system\n\
         open('/fixed/fixed.txt', 'w') Read-only file system\n\
         open('/fixed/new', 'w') Read-only file system\n\
         os.truncate('/fixed/fixed.txt', 0) Read-only file system\n\
         os.utime('/fixed/fixed.txt') Read-only file system\n\
         os.remove('/fixed/fixed.txt') Read-only file system\n\
         os.link('/fixed/fixed.txt', 'hard') or open('hard', 'w') Read-only file system\n\
         fixed\n",
    ),
    (
        "names of every kind",
        r#"
import os
for name in ('x' * 256, 'x' * 300_000, 'a/' * 2100, '/' * 4097, '\udcff', 'nul\0', '', b'\xff\xfe', '\x1b[2J\r\n\u202e', '.' * 255, ' ', 'é' * 128):
    try:
        open(name, 'w').close(); print('made')
    except (OSError, ValueError) as e:
        print(type(e).__name__, getattr(e, 'strerror', e))
"#,
        DONE,
        "OSError Filename too long\nOSError Filename too long\nOSError Filename too long\n",
    ),
    (
        "the working directory removed",
        "import os\nos.mkdir('gone'); os.chdir('gone'); os.rmdir('/workspace/gone')\n\
         for what in 'os.getcwd()', 'os.listdir()', \"open('x', 'w')\", \"os.mkdir('x')\", \"os.stat('.')\", \"os.chdir('..')\":\n    \
         try: print(eval(what))\n    except OSError as e: print(e.strerror)",
        DONE,
        "No such file or directory",
    ),
    (
        "into a removed folder by its descriptor",
        "import os\nos.mkdir('gone'); fd = os.open('gone', os.O_RDONLY); os.rmdir('gone')\n\
         for what in \"os.mkdir('x', dir_fd=fd)\", \"os.symlink('x', 'y', dir_fd=fd)\", \"os.rename('given.txt', 'x', dst_dir_fd=fd)\",\\\n            \
         \"os.mkdir('x/y', dir_fd=fd)\", \"os.open('x', os.O_CREAT | os.O_WRONLY, dir_fd=fd)\":\n    \
         try: print(eval(what))\n    except OSError as e: print(e.strerror)\n\
         print(open('given.txt').read())",
        DONE,
        "No such file or directory\nNo such file or directory\nNo such file or directory\nNo such file or directory\n\
         No such file or directory\ngiven\n",
    ),
    (
        "deeper than any path",
        "import os\ndef chain(name): os.makedirs(name + '/a' * 900)\nchain('c0')\n\
         for i in range(1, 9):\n    chain(f'c{i}')\n    os.rename(f'c{i - 1}', f'c{i}' + '/a' * 900 + '/x')",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "deeper and deeper by descriptors",
        "import os\nfd = os.open('.', os.O_RDONLY)\nfor depth in range(5000):\n    \
         os.mkdir('a', dir_fd=fd)\n    below = os.open('a', os.O_RDONLY, dir_fd=fd)\n    os.close(fd); fd = below",
        Exit::OutOfDisk(1),
        "OSError",
    ),
];

#[test]
fn there_is_no_way_out_of_the_namespace() {
    check(ESCAPES, &tight());
}

#[test]
fn a_folder_deeper_than_any_path_is_refused_though_nothing_else_runs_out() {
    let limits = Limits {
        files: 1_000_000,
        ..tight()
    };
    let (_, code, _, _) = ESCAPES.last().unwrap();
    let deep: Case = (
        "deeper and deeper by descriptors",
        code,
        Exit::Exited(1),
        "OSError: [Errno 37] Filename too long",
    );
    check(&[deep], &limits);
}

const DESCRIPTORS: &[Case] = &[
    (
        "the standard ones closed",
        "import os, sys\nprint('before', flush=True)\nfor fd in 0, 1, 2: os.close(fd)\n\
         first = open('a', 'w'); second = open('b', 'w'); third = open('c', 'w')\n\
         assert [first.fileno(), second.fileno(), third.fileno()] == [0, 1, 2]\n\
         print('into b', flush=True); sys.stderr.write('into c'); sys.stderr.flush()\n\
         assert open('b').read() == 'into b\\n' and open('c').read() == 'into c'\nos._exit(7)",
        Exit::Exited(7),
        "before",
    ),
    (
        "closed under the interpreter's feet",
        "import os, sys\nos.close(1); print('nowhere')",
        FAILED,
        "Bad file descriptor",
    ),
    (
        "all closed, the namespace's own too",
        "import os\nfor fd in range(3, 200):\n    try: os.close(fd)\n    except OSError: pass\n\
         try: open('given.txt')\nexcept OSError as e: print(e.strerror)",
        DONE,
        "",
    ),
    (
        "numbers that are none",
        "import os\nfor fd in -1, 63, 64, 1000, 2**31 - 1, -2**31, 2**31, 2**64:\n    \
         for call in os.close, os.fstat, os.fsync, os.dup, lambda fd: os.read(fd, 1), lambda fd: os.write(fd, b'x'), \\\n                \
         lambda fd: os.lseek(fd, 0, 0), lambda fd: os.ftruncate(fd, 0), lambda fd: os.dup2(fd, 5), lambda fd: os.dup2(1, fd):\n        \
         try: print(fd, call(fd))\n        except (OSError, OverflowError, ValueError): pass\nprint('none')",
        DONE,
        "none",
    ),
    (
        "hoarded until there are none",
        "import os\nkept = []\ntry:\n    while True: kept.append(os.open('given.txt', os.O_RDONLY))\n\
         except OSError as e: print(e.strerror, len(kept))\n\
         for fd in kept: os.close(fd)\nprint(open('given.txt').read())",
        DONE,
        "No file descriptors available",
    ),
    (
        "far beyond any end",
        "import os\nfd = os.open('f', os.O_RDWR | os.O_CREAT)\n\
         for what in 'os.lseek(fd, 2**63 - 1, 0)', 'os.lseek(fd, 1, 1)', \"os.write(fd, b'x')\", 'os.read(fd, 1)', 'os.lseek(fd, -1, 0)',\\\n            \
         \"os.pwrite(fd, b'x', 2**63 - 1)\", 'os.pread(fd, 9, 2**63 - 1)', \"os.pwrite(fd, b'x', 2**32)\", 'os.ftruncate(fd, 2**63 - 1)',\\\n            \
         'os.ftruncate(fd, -1)', 'os.lseek(fd, 0, 9)', 'os.posix_fallocate(fd, 0, 2**62)':\n    \
         try: print(eval(what))\n    except (OSError, AttributeError) as e: print(e)",
        DONE,
        "9223372036854775807\n[Errno 28] Invalid argument\n[Errno 28] Invalid argument\n[Errno 28] Invalid argument\n\
         [Errno 28] Invalid argument\n[Errno 28] Invalid argument\n[Errno 28] Invalid argument\n[Errno 22] File too large\n\
         [Errno 22] File too large\n[Errno 28] Invalid argument\n[Errno 28] Invalid argument\n",
    ),
    (
        "the null device at every place",
        "import os\nfd = os.open('/dev/null', os.O_RDWR)\nos.lseek(fd, 2**63 - 10000, 0)\n\
         for _ in range(9): os.write(fd, bytes(1000)); os.pwrite(fd, bytes(1000), 2**63 - 1001)\nprint(os.read(fd, 9))",
        DONE,
        "b''",
    ),
    (
        "holes without end",
        "for i in range(100):\n    f = open(f'f{i}', 'wb'); f.seek(1 << 20); f.write(b'x'); f.close()",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "names without end for one file",
        "import os\nopen('f', 'wb').write(bytes(1 << 20))\nfor i in range(10**6): os.link('f', f'l{i}')",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "names without end for an empty one",
        "import os\nopen('f', 'wb').close()\nfor i in range(10**6): os.link('f', f'l{i}')",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "folders without end",
        "import os\nfor i in range(10**6): os.mkdir(f'd{i}')",
        Exit::OutOfDisk(1),
        "OSError",
    ),
    (
        "unlinked and still open",
        "import os\nkept = []\nfor i in range(50):\n    f = open('f', 'wb', buffering=0); f.write(bytes(1 << 20)); os.remove('f'); kept.append(f)",
        Exit::OutOfDisk(1),
        "OSError",
    ),
];

#[test]
fn descriptors_and_room_end_where_their_limits_say() {
    check(DESCRIPTORS, &tight());
}

#[cfg(target_os = "linux")]
mod held_by_the_host {
    use crate::support::Dir;

    /// The most memory that a process had at once so far, in bytes (proc(5), `VmHWM`).
    fn peak_of(process: u32) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes << 10)
    }

    #[track_caller]
    fn peak(code: &str) -> u64 {
        let mut peak = 0;
        Dir::new()
            .python(["-c", code])
            .run_watched(|process| peak = peak.max(peak_of(process).unwrap_or(0)))
            .code(0);
        assert!(peak > 0);
        peak
    }

    #[test]
    fn what_files_no_longer_hold_is_the_hosts_again() {
        let peak = peak(
            "for i in range(40):\n    \
             with open(f'f{i}', 'wb') as f: f.truncate(60 << 20); f.truncate(1)",
        );
        assert!(peak < 400 << 20, "the host's process had {peak} bytes");
    }

    #[test]
    fn listings_that_go_on_are_bounded() {
        let peak = peak(
            "import os\nos.mkdir('d')\nfor i in range(90_000): open(f'd/{i}', 'w').close()\n\
             kept = []\n\
             try:\n    \
             for _ in range(900): kept.append(os.scandir('d')); next(kept[-1])\n\
             except OSError as error: print(error.strerror, 5 < len(kept) < 20)\n\
             while kept: kept.pop().close()\n\
             print(len(os.listdir('d')))",
        );
        assert!(peak < 400 << 20, "the host's process had {peak} bytes");
    }
}
