//! Ordinary lines, here and under the host's own bash on the same files.

use std::process::Command;

use super::Seat;
use crate::support::Dir;

const FILES: [(&str, &str); 5] = [
    (
        "a.py",
        "import os\n\ndef f(x):\n    return x + 1\n\nprint(f(1))\n",
    ),
    ("data.csv", "name,age\nada,36\nbob,41\ncy,29\n"),
    ("d/one.txt", "alpha\nbeta\ngamma\nbeta\n"),
    ("d/two.txt", "delta\n"),
    (
        "run.sh",
        "set -e\necho start $1\nfalse || echo caught\necho end\n",
    ),
];

/// Lines an agent gives; each on fresh files.
const LINES: &[&str] = &[
    "ls",
    "ls -1 d",
    "ls -a",
    "cat a.py",
    "head -2 data.csv; tail -n +3 data.csv; tail -1 data.csv",
    "sed -n '2,4p' a.py",
    "sed -i 's/x + 1/x + 2/' a.py && cat a.py",
    "sed -e '1d' -e 's/,/;/g' data.csv",
    "sed '/def/,/return/d' a.py",
    "sed 's/\\(a\\)\\(da\\)/\\2\\1/; $a end' data.csv",
    "sed ':a;N;$!ba;s/\\n/ /g' d/one.txt",
    "grep -n return a.py",
    "grep -rn beta .",
    "grep -c beta d/one.txt; grep -v beta d/one.txt; grep -q zeta d/one.txt; echo $?",
    "grep -E 'a(l|m)' d/*.txt",
    "grep -o '[0-9]*' data.csv",
    "grep -l beta -r . --include='*.txt'; grep -A1 alpha d/one.txt; grep -i ALPHA d/one.txt",
    "find . -name '*.txt' | sort",
    "find . -type f -name '*.py' -exec cat {} \\;",
    "find d -type f | xargs wc -l | sort",
    "wc -l a.py data.csv; wc -w < a.py; wc -c d/two.txt",
    "awk -F, 'NR>1 {s += $2} END {print s, s/NR}' data.csv",
    "awk -F, '{print $2, $1}' OFS=- data.csv",
    "awk '{n[$1]++} END {for (k in n) print k, n[k]}' d/one.txt | sort",
    "awk 'BEGIN {printf \"%5.2f|%-4s|%03d\\n\", 3.14159, \"ab\", 7}'",
    "sort d/one.txt | uniq -c",
    "sort -t, -k2 -n data.csv; sort -r d/one.txt; sort -u d/one.txt",
    "cut -d, -f1 data.csv; cut -c1-3 d/one.txt",
    "tr a-z A-Z < d/two.txt; echo hello | tr -d l; echo aabb | tr -s a",
    "paste -d: d/one.txt d/two.txt",
    "diff d/one.txt d/two.txt; echo $?",
    "diff -u d/one.txt d/one.txt && echo same",
    "cp a.py b.py; mv b.py d/; ls d; rm d/b.py; ls d",
    "mkdir -p x/y/z; touch x/y/z/f; find x | sort; rm -r x; ls",
    "cp -r d e; ls e; rm -rf e",
    "ln -s a.py link; readlink link; cat link | head -1; ls -l link | cut -c1",
    "echo one > f; echo two >> f; cat < f; cat f f | wc -l",
    "cat > f <<'EOF'\n$HOME `x`\nEOF\ncat f",
    "x=5; cat <<EOF\nx is $x and $((x * 2))\nEOF",
    "echo $((7 / 2)) $((7 % 3)) $((2 ** 10)) $((0x1f)) $(( (1 + 2) * 3 ))",
    "for i in 1 2 3; do echo -n \"$i \"; done; echo",
    "for f in d/*.txt; do echo \"$f: $(wc -l < \"$f\")\"; done",
    "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $i",
    "while IFS=, read -r name age; do echo \"$name is $age\"; done < data.csv",
    "if [ -f a.py ] && [ ! -d a.py ]; then echo file; fi; [ -d d ] && echo dir; test -e nope || echo none",
    "[[ abc == a* ]] && echo glob; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}",
    "case foo.py in *.txt) echo t;; *.py) echo p;; esac",
    "f() { local x=$1; echo \"got $x\"; return 3; }; f a; echo $?",
    "x=hello; echo ${#x} ${x:1:3} ${x/l/L} ${x//l/L} ${x^^} ${x%lo} ${x#he} ${y:-default}",
    "p=/a/b/c.tar.gz; echo ${p##*/} ${p%.*} ${p%%.*} $(basename $p .gz) $(dirname $p)",
    "arr=(a b c); arr+=(d); echo ${arr[@]} ${#arr[@]} ${arr[-1]} ${arr[@]:1:2}",
    "declare -A m=([k]=v); echo ${m[k]} ${!m[@]}",
    "echo {a,b}{1,2} {1..5} {a..e..2}",
    "echo \"$(echo nested \"$(echo deep)\")\" 'single $x' \"double $((1+1))\"",
    "false; echo $?; true && echo yes || echo no; ! false; echo $?",
    "set -e; echo a; false; echo never",
    "set -u; echo ${nope:-x}; echo $nope; echo never",
    "set -o pipefail; false | true; echo $?; echo ${PIPESTATUS[@]}",
    "bash run.sh arg; bash -c 'echo $0 $1' zero one",
    "source run.sh >/dev/null; echo after",
    "(cd d; pwd | sed 's|.*/||'; ls); ls | head -1",
    "ls nope 2>&1 | sed 's/^[^:]*: //'; ls nope 2>/dev/null; echo $?",
    "{ echo out; echo err >&2; } 2>&1 | sort; echo err 1>&2 2>/dev/null",
    "exec 3> f; echo three >&3; exec 3>&-; cat f",
    "printf '%s-%d\\n' a 1 b 2; printf '%05.1f|%x|%q\\n' 2.5 255 'a b'; echo -e 'a\\tb'",
    "seq 3; seq 1 2 7; seq -s, 3; echo 1 2 3 | xargs -n1 echo n",
    "echo 'b a c' | tr ' ' '\\n' | sort | tee s.txt | head -1; cat s.txt",
    "echo abc | rev; echo abc | md5sum; printf abc | sha256sum | cut -c1-8; printf hi | base64; printf hi | xxd -p",
    "date -u -d @0 +%Y-%m-%dT%H:%M:%S; date -u -d '2024-02-28 +2 days' +%F",
    "diff <(sort d/one.txt) <(sort -u d/one.txt)",
    "tar czf t.tgz d && rm -r d && tar xzf t.tgz && ls d; gzip -k a.py && gunzip -c a.py.gz | head -1",
    "comm -12 <(sort d/one.txt) <(sort d/two.txt d/one.txt); join <(echo 1 a) <(echo 1 b); nl d/two.txt; tac d/one.txt",
    "stat -c '%s %n' a.py; du -b a.py | cut -f1; realpath a.py | sed 's|.*/||'; file_missing 2>/dev/null; echo $?",
    "trap 'echo bye' EXIT; echo hi",
    "x=1; (x=2; echo $x); echo $x; export y=3; bash -c 'echo $y'",
    "getopts ab: o -a; echo $o; shift 0; set -- p q r; echo $# $2 $*; shift; echo $1",
    "echo 'print(1)' | cat - a.py | head -2; yes n | head -2; expr 3 + 4; echo '2 ^ 8' | bc",
];

/// Where the two differ, as docs/shell.md says.
const DIFFER: &[&str] = &[
    "ls -a",
    "set -u; echo ${nope:-x}; echo $nope; echo never",
    "date -u -d @0 +%Y-%m-%dT%H:%M:%S; date -u -d '2024-02-28 +2 days' +%F",
    "diff <(sort d/one.txt) <(sort -u d/one.txt)",
];

#[test]
fn ordinary_lines_do_what_they_do_in_bash() {
    let mut wrong = Vec::new();
    for line in LINES {
        let dir = Dir::new();
        for (path, text) in FILES {
            dir.write(path, text);
        }
        let native = Command::new("/bin/bash")
            .args(["-c", line])
            .current_dir(dir.path("."))
            .env("LC_ALL", "C.UTF-8")
            .env("TMPDIR", "/tmp")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let native = (
            native.status.code().unwrap(),
            String::from_utf8_lossy(&native.stdout).into_owned(),
        );
        let outcome = Seat::new(&FILES).run(line);
        let code = match outcome.exit {
            autoexp::sandbox::Exit::Exited(status) => i32::from(status),
            other => panic!("{line}: {other:?}"),
        };
        let ours = (code, outcome.stdout.text().into_owned());
        if (ours != native) != DIFFER.contains(line) {
            wrong.push(format!(
                "$ {line}\nhere {ours:?} {}\nbash {native:?}",
                outcome.stderr.text()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        LINES.len(),
        wrong.join("\n\n")
    );
}
