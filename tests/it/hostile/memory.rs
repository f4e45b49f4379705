//! All of linear memory, read and overwritten by the program itself.

use autoexp::sandbox::{Exit, Limits};
use autoexp::workspace::{Access, Tree, Workspace};

use super::{Case, DONE, FAILED, assert_ends, check, run_in, tight};

/// A view of memory from nearly its start (numpy takes an address of 0 for none), and where an
/// object lies in it.
const ALL: &str = "import numpy as np\n\
    from numpy.lib.stride_tricks import as_strided\n\
    def memory(size):\n    \
        here = np.zeros(1, np.uint8)\n    \
        start = as_strided(here, (2,), (16 - here.ctypes.data,))[1:]\n    \
        all = as_strided(start, (size,), (1,))\n    \
        assert all.ctypes.data == 16\n    \
        return all\n\
    def at(object):\n    \
        return id(object) - 16\n";

fn limits() -> Limits {
    Limits {
        memory: 512 << 20,
        ..tight()
    }
}

fn code(rest: &str) -> String {
    format!("{ALL}{rest}")
}

/// Programs that write over their interpreter; what exactly breaks is theirs to find out.
const BREAKING: &[(&str, &str)] = &[
    ("zeros everywhere", "memory(30 << 20)[:] = 0"),
    ("ones everywhere", "memory(30 << 20)[:] = 255"),
    ("the low pages", "memory(1 << 16)[:] = 0xaa"),
    (
        "here and there",
        "m = memory(30 << 20)\nx = 1\nwhile True:\n    x = (x * 1103515245 + 12345) & 0x7fffffff\n    m[x % (30 << 20)] = x & 255",
    ),
    (
        "objects' heads",
        "m = memory(30 << 20)\nfor o in (int, str, list, dict, type, None, print):\n    m[at(o):at(o) + 64] = 0xff\nprint([str(1), {}])",
    ),
    (
        "a type's slots",
        "import struct\nm = memory(30 << 20)\nclass C: pass\nfor i in range(0, 200, 4): m[at(C) + i:at(C) + i + 4] = np.frombuffer(struct.pack('<I', i * 77 + 1), np.uint8)\nrepr(C()); C() + C(); C()[0]",
    ),
    (
        "beyond the end",
        "as_strided(np.zeros(1, np.uint8), (1 << 31 - 1,), (1,))[:] = 1",
    ),
    (
        "a list's length",
        "import struct\nm = memory(200 << 20)\na = [1, 2, 3]\nm[at(a) + 8:at(a) + 12] = 0x7f\nprint(a[10**6], len(a)); a.sort(); del a[:]",
    ),
    (
        "a bytearray's buffer",
        "m = memory(200 << 20)\nb = bytearray(8)\nfor i in range(8, 32, 4): m[at(b) + i:at(b) + i + 4] = 0x70\nb[5] = 1; b += b * 10; print(b)",
    ),
    (
        "the allocator's lists",
        "import random\nr = random.Random(3)\nm = memory(60 << 20)\na = [bytes(40) for _ in range(10**4)]\nfor x in a[::2]: m[at(x) - 16:at(x) + 40] = r.randrange(256)\ndel a, x\nb = [bytes(40) for _ in range(10**5)]",
    ),
    (
        "buffers given to the host",
        "import os\nm = memory(30 << 20)\nfd = os.open('f', os.O_RDWR | os.O_CREAT)\nfor at in range(0, 30 << 20, 4 << 20): os.write(fd, m[at:at + 4096])\nf = open('f', 'rb', buffering=0)\nwhile f.readinto(m[1024:9000]): pass\nf.seek(0); f.readinto(m)",
    ),
];

#[test]
fn overwriting_the_interpreter_ends_the_run_and_leaves_nothing() {
    for (name, rest) in BREAKING {
        assert_ends(name, &code(rest), &limits());
    }
}

const READING: &[Case] = &[
    (
        "all of it",
        "print(np.count_nonzero(memory(40 << 20)) > 1 << 20)",
        DONE,
        "True",
    ),
    (
        "beyond its end",
        "print(int(memory((1 << 31) - 1).max()))",
        Exit::Trapped("an access outside its memory"),
        "",
    ),
    (
        "by a cast",
        "m = memoryview(bytearray(8)).cast('I')\nm[2]",
        FAILED,
        "index out of bounds",
    ),
    (
        "by an address",
        "import ctypes\nctypes.string_at(0xffff_fff0, 64)",
        FAILED,
        "",
    ),
    (
        "by a negative stride",
        "a = np.zeros(4, np.uint8)\nprint(as_strided(a, (2,), (-a.ctypes.data - 4096,))[1])",
        Exit::Trapped("an access outside its memory"),
        "",
    ),
];

#[test]
fn reading_beyond_the_end_is_a_trap() {
    let programs: Vec<String> = READING.iter().map(|(_, rest, ..)| code(rest)).collect();
    let cases: Vec<Case> = READING
        .iter()
        .zip(&programs)
        .map(|((name, _, exit, says), program)| (*name, leak(program), *exit, *says))
        .collect();
    check(&cases, &limits());
}

fn leak(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

/// What no other program has in its memory, made so that its text is not in the program that makes
/// it.
const MARK: &str = "mark = bytes(x ^ 0x5a for x in range(33, 65))\n";

#[test]
fn secrets_of_one_run_are_not_in_the_memory_of_the_next() {
    let fill = code(&format!(
        "{MARK}many = [bytearray(mark * 1000) for _ in range(4000)]\n\
         m = memory(30 << 20)\n\
         print(len(many))\n\
         for at in range(8 << 20, 28 << 20, 65_536): m[at:at + 32] = np.frombuffer(mark, np.uint8)"
    ));
    let scan = code(&format!(
        "{MARK}hold = [bytearray(1 << 20) for _ in range(120)]\n\
         top = max(np.frombuffer(h, np.uint8).ctypes.data for h in hold) + (1 << 20)\n\
         m = memory(top)\n\
         first = np.concatenate([at + np.flatnonzero(m[at:at + (1 << 20)] == mark[0]) for at in range(0, top, 1 << 20)])\n\
         for k in range(1, 12): first = first[m[np.minimum(first + k, top - 1)] == mark[k]]\n\
         print(top > 120 << 20, len(first))"
    ));
    let clean = run_in(&mut super::fresh(), &scan, &limits());
    assert_eq!(clean.exit, DONE, "{clean:?}");
    // The mark itself, where the program has it, and what is left of its making.
    let own: usize = clean
        .stdout
        .text()
        .trim()
        .strip_prefix("True ")
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..5).contains(&own), "{clean:?}");
    for _ in 0..3 {
        let filled = run_in(&mut super::fresh(), &fill, &limits());
        assert!(filled.stdout.text().starts_with("4000"), "{filled:?}");
        let scanned = run_in(&mut super::fresh(), &scan, &limits());
        assert_eq!(scanned.digest(), clean.digest(), "{scanned:?}");
    }
}

#[test]
fn what_one_workspace_holds_is_not_in_the_memory_of_the_next() {
    let secret: Tree = [("secret", vec![b'Z'; 1 << 20])].into_iter().collect();
    let mut workspace = Workspace::new();
    workspace
        .mount("/workspace", &secret, Access::ReadWrite)
        .unwrap();
    let read = "a = [open('secret').read() for _ in range(99)]; print(len(a))";
    assert_eq!(
        run_in(&mut workspace, read, &limits()).stdout.text(),
        "99\n"
    );
    let scan = code(
        "hold = bytearray(120 << 20)\ntop = np.frombuffer(hold, np.uint8).ctypes.data + len(hold)\n\
         m = memory(top)\nprint(any((m[at:at + 4096] == 90).all() for at in range(0, top - 4096, 4096)))",
    );
    let scanned = run_in(&mut super::fresh(), &scan, &limits());
    assert_eq!(scanned.stdout.text(), "False\n", "{scanned:?}");
}
