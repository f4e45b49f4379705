//! The shell: what scripts come to, what of them lasts, and what a person's `autoexp shell` does.

mod bash;
mod hostile;

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Duration;

use autoexp::sandbox::{
    Exit, Invocation, Limits, Outcome, RunCache, Runner, SandboxError, WORKSPACE,
};
use autoexp::shell::{Script, Shell};
use autoexp::workspace::{Access, Tree, Workspace};
use insta::assert_snapshot;
use regex::Regex;
use serde_json::Value;

use crate::support::{Dir, sandbox};

/// A shell on some files.
pub struct Seat {
    workspace: Workspace,
    shell: Shell,
    limits: Limits,
    runner: Runner,
}

fn runner() -> &'static Runner {
    static RUNNER: OnceLock<Runner> = OnceLock::new();
    RUNNER.get_or_init(|| Runner::new(sandbox().clone(), None))
}

#[test]
fn what_a_program_stored_is_counted_once_whether_the_run_was_made_or_found() {
    let cache = tempfile::tempdir().unwrap();
    let cache = RunCache::open(cache.path()).unwrap();
    let runner = Runner::new(sandbox().clone(), Some(cache));
    let write = "python -c \"open('a', 'w').write('x' * 1000)\"";
    let script = format!("{write}; printf 12345 > b; {write}");
    let ran = || {
        let mut seat = Seat::new(&[]);
        seat.runner = runner.clone();
        seat.run(&script)
    };
    let (made, found) = (ran(), ran());
    assert_eq!((made.reused, found.reused), (false, true));
    assert_eq!((made.written, made.digest()), (2005, found.digest()));

    // Two files of 5 MB fit where 12 MB may be stored.
    let mut seat = Seat::limited(|limits| limits.disk = 12_000_000);
    let ran =
        seat.run("python -c \"open('a', 'wb').write(bytes(5_000_000))\"; head -c 5000000 a > b");
    assert_eq!((ran.exit, ran.written), (Exit::Exited(0), 10_000_000));
}

impl Seat {
    pub fn new(files: &[(&str, &str)]) -> Seat {
        let files = files
            .iter()
            .map(|(path, text)| (*path, text.as_bytes().to_vec()));
        let tree: Tree = files.collect();
        let mut workspace = Workspace::new();
        workspace
            .mount(WORKSPACE, &tree, Access::ReadWrite)
            .unwrap();
        workspace
            .mount("/tmp", &Tree::default(), Access::ReadWrite)
            .unwrap();
        Seat {
            workspace,
            shell: Shell::new(tree, WORKSPACE),
            limits: Limits {
                wall: Duration::from_secs(100),
                ..Limits::default()
            },
            runner: runner().clone(),
        }
    }

    pub fn limited(limit: impl FnOnce(&mut Limits)) -> Seat {
        let mut seat = Seat::new(&[("a.txt", "1\n2\n3\n")]);
        limit(&mut seat.limits);
        seat
    }

    pub fn run(&mut self, text: &str) -> Outcome {
        let mut python = |workspace: &mut Workspace,
                          invocation: Invocation,
                          limits: &Limits|
         -> Result<Outcome, SandboxError> {
            self.runner.run(workspace, invocation, limits)
        };
        let script = Script::new(text);
        let ran = self
            .shell
            .run(script, &mut self.workspace, &self.limits, &mut python);
        ran.unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// What a script that ends well prints.
    pub fn prints(&mut self, text: &str) -> String {
        let outcome = self.run(text);
        assert_eq!(
            outcome.exit,
            Exit::Exited(0),
            "{text}: {:?} {:?}",
            outcome.stdout,
            outcome.stderr
        );
        outcome.stdout.text().into_owned()
    }
}

/// All that a script shows: what it printed, what it complained of, how it ended.
pub fn all(outcome: &Outcome) -> String {
    let status = match outcome.exit {
        Exit::Exited(0) => String::new(),
        exit => format!("[{exit:?}]\n"),
    };
    format!("{}{}{status}", outcome.stdout.text(), outcome.stderr.text())
}

#[test]
fn the_shell_and_python_see_the_same_files() {
    let seat = &mut Seat::new(&[("a.txt", "one\n"), ("d/b.txt", "two\n")]);
    assert_eq!(
        seat.prints("echo three > d/c.txt; python -c 'import os; print(sorted(os.listdir(\"d\")), open(\"d/c.txt\").read())'"),
        "['b.txt', 'c.txt'] three\n\n"
    );
    assert_eq!(
        seat.prints("python3 -c 'open(\"made\", \"w\").write(\"by python\")'; cat made; rm made; python -c 'import os; print(os.path.exists(\"made\"))'"),
        "by pythonFalse\n"
    );
    // Temporary files too, and from one script to the next.
    seat.prints(
        "echo 'print(6 * 7)' > /tmp/x.py; python -c 'open(\"/tmp/y\", \"w\").write(\"y\")'",
    );
    assert_eq!(
        seat.prints("python /tmp/x.py; cat /tmp/y; ls /tmp"),
        "42\nyx.py\ny\n"
    );
}

#[test]
fn python_is_started_in_every_way() {
    let seat = &mut Seat::new(&[
        ("s.py", "import sys; print(sys.argv[1:], sys.stdin.read())"),
        ("pkg/__main__.py", "print('main')"),
        (
            "run.sh",
            "#!/bin/bash\nset -e\npython s.py \"$@\" < /dev/null\n",
        ),
    ]);
    for (script, printed) in [
        ("python s.py a 'b c'", "['a', 'b c'] \n"),
        ("echo in | python s.py", "[] in\n\n"),
        ("python s.py < run.sh | head -1", "[] #!/bin/bash\n"),
        ("python -m pkg", "main\n"),
        ("python - <<'EOF'\nprint('here')\nEOF", "here\n"),
        ("echo 'print(1)' | python", "1\n"),
        ("python <<< 'print(2)'", "2\n"),
        (
            "python -c 'print(3)' | python -c 'print(int(input()) + 1)'",
            "4\n",
        ),
        ("x=$(python -c 'print(5)'); echo $x", "5\n"),
        ("bash run.sh z", "['z'] \n"),
        ("./run.sh z", "['z'] \n"),
        ("X=7 python -c 'import os; print(os.environ[\"X\"])'", "7\n"),
        (
            "export Y=8; python -c 'import os; print(os.environ[\"Y\"])'",
            "8\n",
        ),
        (
            "cd pkg && python -c 'import os; print(os.getcwd())'; cd ..",
            "/workspace/pkg\n",
        ),
        ("python -c 'import sys; sys.exit(3)' || echo $?", "3\n"),
        (
            "python -c 'import sys; print(1, file=sys.stderr)' 2>&1 | cat",
            "1\n",
        ),
        ("python -c 'print(9)' > out; cat out", "9\n"),
        ("python -c 'print(1)' >> out; cat out", "9\n1\n"),
        (
            "printf 'a\\nb\\n' | xargs -n1 python -c 'import sys; print(sys.argv[1])'",
            "a\nb\n",
        ),
        (
            "for i in 1 2; do python -c \"print($i * 10)\"; done",
            "10\n20\n",
        ),
        ("timeout 10 python -c 'print(1)'", "1\n"),
        (
            "env Z=1 python -c 'import os; print(os.environ[\"Z\"])'",
            "1\n",
        ),
        ("/usr/bin/python3 -c 'print(1)'", "1\n"),
        (
            "python -m pip --version",
            "pip, as far as it can be here: it tells what is installed (python 3.15)\n",
        ),
    ] {
        assert_eq!(seat.prints(script), printed, "{script}");
    }
    assert_snapshot!(all(&seat.run("python")), @r#"
    python: there is no terminal here: give a script, -c CODE, -m MODULE, or the program on standard input
    [Exited(2)]
    "#);
    assert_snapshot!(all(&seat.run("python -X dev s.py")), @r#"
    python: the option -X of python is not available in the sandbox; use -c CODE, -m MODULE, - or a path
    [Exited(2)]
    "#);
}

#[test]
fn directory_variables_and_functions_last() {
    let seat = &mut Seat::new(&[("d/a", "")]);
    seat.prints("cd d; x=1; export y=2; f() { echo f$x; }; arr=(1 2 3); declare -A m=([k]=v); alias l='ls'; shopt -s nullglob");
    assert_eq!(seat.shell.directory(), "/workspace/d");
    assert_eq!(
        seat.prints("pwd; echo $x $y ${arr[1]} ${m[k]}; f; env | grep ^y=; echo no*ne"),
        "/workspace/d\n1 2 2 v\nf1\ny=2\n\n"
    );
    // After an end of any kind.
    assert_eq!(seat.run("cd /tmp; exit 4").exit, Exit::Exited(4));
    assert_eq!(seat.prints("pwd; echo $x"), "/tmp\n1\n");
}

#[test]
fn how_a_script_ended_is_known_to_the_next() {
    let mut seat = Seat::new(&[]);
    assert_eq!(seat.prints("echo $?"), "0\n");
    for (script, status) in [
        ("false", 1),
        ("(exit 7)", 7),
        ("exit 3", 3),
        ("python -c 'exit(5)'", 5),
        ("if", 2),
        ("trap 'echo trapped' ERR; (exit 4)", 4),
    ] {
        seat.run(script);
        assert_eq!(seat.prints("echo $?"), format!("{status}\n"), "{script}");
        assert_eq!(seat.prints("echo $?"), "0\n", "{script}");
    }
}

#[test]
fn a_script_comes_to_the_same_each_time() {
    let script = "date; date +%s%N; echo $RANDOM $RANDOM $SECONDS $$ $PPID $UID; hostname; whoami; id; uname -a
        mktemp; mktemp -d; shuf -i 1-9 | tr '\\n' ' '; head -c 8 /dev/urandom | xxd; cat /proc/uptime
        declare -A m; for i in {1..30}; do m[k$i]=$i; done; echo ${!m[@]} ${m[@]}
        env; set | head -50; ls -la . /tmp; stat a.txt; find . -newer a.txt
        touch b; python -c 'import os, time, random; print(os.stat(\"b\").st_mtime_ns, time.time(), random.random())'
        sleep 3; (sleep 1; echo late) & echo early; wait; awk 'BEGIN { srand(); print rand(), systime() }'
        printf '%(%F %T)T\\n' -1; ps; df; free; nproc; time sleep 1; sort -R a.txt | wc -l; git diff
        echo $SRANDOM ${SRANDOM} $((SRANDOM % 7)); dd if=/dev/urandom bs=5 count=2 2>/dev/null | xxd; pip list | head -3";
    let once = || {
        let seat = &mut Seat::new(&[("a.txt", "1\n2\n3\n")]);
        let first = seat.run(script);
        let second = seat.run("date; echo $RANDOM; ls -l /tmp | wc -l");
        (
            all(&first),
            first.digest(),
            first.fuel_used,
            all(&second),
            second.digest(),
        )
    };
    let (first, second) = (once(), once());
    assert_eq!(first, second);
    assert!(first.0.contains("2024-"), "{}", first.0);
}

/// What the interpreter lays beside the workspace had the machine's time on it.
#[test]
fn nothing_has_the_machines_time_on_it() {
    let mut seat = Seat::new(&[("a.txt", "")]);
    let listed = seat.prints("ls -lR --time-style=full-iso / 2>&1 || ls -lR /");
    let year = Regex::new(r"\b(19|20)\d\d-").unwrap();
    let years: BTreeSet<&str> = year.find_iter(&listed).map(|it| it.as_str()).collect();
    assert_eq!(years, BTreeSet::from(["1970-", "2024-"]), "{listed}");
    let paths = "/usr /etc/passwd /usr/bin/ls /proc/cpuinfo /proc/uptime /dev/zero /dev/null /root";
    let stated = seat.prints(&format!("stat -c %Y {paths} | sort -u"));
    assert_eq!(stated, "0\n");
    assert_eq!(seat.prints("find / -newer a.txt"), "");
    assert_eq!(
        seat.prints(
            "which python ls; /usr/bin/env python3 -c 'print(6 * 7)'; head -1 /etc/hostname"
        ),
        "/usr/bin/python\n/usr/bin/ls\n42\nsandbox\n"
    );
    // The clock of variables is that of `date`, and chance doesn't begin at nothing.
    let clock = "[[ $EPOCHSECONDS == $(date +%s) && $EPOCHREALTIME == $EPOCHSECONDS.000000 ]]";
    assert_eq!(seat.prints(clock), "");
    assert_ne!(seat.prints("echo $RANDOM"), seat.prints("echo $RANDOM"));
}

#[test]
fn what_would_be_otherwise_each_time_is_refused_by_name() {
    let mut seat = Seat::new(&[("a.txt", "2\n1\n3\n")]);
    for command in [
        "sort -R a.txt",
        "sort -nR a.txt",
        "sort --random-sort a.txt",
        "sort -k1,1R a.txt",
    ] {
        let ran = seat.run(command);
        assert_eq!(ran.exit, Exit::Exited(2), "{command}");
        assert!(all(&ran).contains("use shuf"), "{}", all(&ran));
    }
    assert_eq!(
        seat.prints("sort -rn a.txt; sort -t R a.txt | head -1"),
        "3\n2\n1\n1\n"
    );
    let ran = seat.run("dd if=/dev/urandom of=noise bs=100000 count=2 status=none; wc -c < noise");
    assert_eq!(all(&ran).trim(), "200000");
}

#[test]
fn what_an_array_has_no_room_for_is_not_lost_in_silence() {
    let mut seat = Seat::new(&[]);
    assert_eq!(seat.prints("a=($(seq 10000)); echo ${#a[@]}"), "10000\n");
    let ran = seat.run("a+=(x y); echo went on");
    assert_eq!(ran.exit, Exit::OutOfMemory(1));
    let text = all(&ran);
    assert!(
        text.contains("bash: a: arrays have no more than 10000 elements together; it is lost"),
        "{text}"
    );
    assert_eq!(
        seat.prints("echo ${#a[@]}; b=(1 2); echo ${b[1]}"),
        "0\n2\n"
    );
}

#[test]
fn pip_and_conda_tell_what_is_installed_and_that_nothing_else_can_be() {
    let seat = &mut Seat::new(&[]);
    let show = |seat: &mut Seat, script: &str| all(&seat.run(script));
    assert!(seat.prints("pip list").contains("numpy "));
    assert!(seat.prints("pip freeze").contains("\nscipy=="));
    assert!(seat.prints("conda list").contains("scikit-learn"));
    assert_snapshot!(show(seat, "pip show numpy | head -2"), @r#"
    Name: numpy
    Version: 2.5.2
    "#);
    assert_snapshot!(show(seat, "pip show torch"), @r#"
    WARNING: Package(s) not found: torch
    [Exited(1)]
    "#);
    assert_snapshot!(show(seat, "pip install 'numpy>=1.20' pandas"), @r#"
    Requirement already satisfied: numpy>=1.20 (2.5.2)
    Requirement already satisfied: pandas (3.0.6)
    "#);
    assert_snapshot!(show(seat, "pip install torch numpy"), @r#"
    Requirement already satisfied: numpy (2.5.2)
    ERROR: torch can't be installed: there is no network, and what is here is all there is (`pip list`)
    [Exited(1)]
    "#);
    assert_snapshot!(show(seat, "pip install -r requirements.txt"), @r#"
    pip: install: nothing can be installed or removed here, since there is no network; `pip list` shows what there is
    [Exited(1)]
    "#);
    assert_snapshot!(show(seat, "python -m pip uninstall -y numpy"), @r#"
    pip: uninstall: nothing can be installed or removed here, since there is no network; `pip list` shows what there is
    [Exited(1)]
    "#);
    assert_snapshot!(show(seat, "conda install pytorch"), @r#"
    conda: install: nothing can be installed or changed here, since there is no network; `conda list` shows what there is
    [Exited(1)]
    "#);
}

#[test]
fn git_shows_what_differs_from_the_repository_as_it_was_found() {
    let seat = &mut Seat::new(&[
        ("a.py", "one\ntwo\nthree\n"),
        ("d/b.py", "b\n"),
        ("c", "c\n"),
    ]);
    let show = |seat: &mut Seat, script: &str| all(&seat.run(script));
    assert_snapshot!(show(seat, "git status; git diff"), @r#"Nothing differs from the repository as it was found."#);
    seat.prints("sed -i s/two/2/ a.py; rm c; python -c 'open(\"d/new\", \"w\").write(\"n\\n\")'");
    assert_snapshot!(show(seat, "git status"), @r#"
    Changes since the repository was found:
      (use "git restore FILE…" to undo them)
    	modified:   a.py
    	deleted:    c

    New files:
    	d/new
    "#);
    assert_snapshot!(show(seat, "git status -s"), @r#"
     M a.py
     D c
    ?? d/new
    "#);
    assert_snapshot!(show(seat, "git diff"), @r#"
    diff --git a/a.py b/a.py
    --- a/a.py
    +++ b/a.py
    @@ -1,3 +1,3 @@
     one
    -two
    +2
     three
    diff --git a/c b/c
    deleted file mode 100644
    --- a/c
    +++ /dev/null
    @@ -1 +0,0 @@
    -c
    diff --git a/d/new b/d/new
    new file mode 100644
    --- /dev/null
    +++ b/d/new
    @@ -0,0 +1 @@
    +n
    "#);
    assert_snapshot!(show(seat, "git --no-pager diff --stat HEAD"), @r#"
    a.py  | 2 +-
    c     | 1 -
    d/new | 1 +
    3 files changed, 2 insertions(+), 2 deletions(-)
    "#);
    assert_snapshot!(show(seat, "cd d; git diff --name-only -- .; git diff --quiet || echo differs; cd .."), @r#"
    d/new
    differs
    "#);
    assert_snapshot!(show(seat, "git restore c && git checkout -- a.py && git status -s; git ls-files"), @r#"
    ?? d/new
    a.py
    c
    d/b.py
    "#);
    assert_snapshot!(show(seat, "git log"), @r#"
    git: log: there is no history here; `git diff` shows what was changed since the repository was found
    [Exited(128)]
    "#);
    assert_snapshot!(show(seat, "git commit -am x"), @r#"
    git: commit: not available: there is no history to add to, only the repository as it was found; git status, diff, ls-files and restore are there
    [Exited(128)]
    "#);
}

#[test]
fn a_command_that_needs_what_is_not_there_says_so() {
    let seat = &mut Seat::new(&[]);
    let mut shown = String::new();
    for command in [
        "curl http://x",
        "wget x",
        "apt-get install gcc",
        "docker run x",
        "gcc -v",
        "sudo ls",
        "perl -v",
        "vim x",
        "nvidia-smi",
        "pytest",
        "jq .",
        "ssh h",
        "git clone x",
        "nonsense",
        "./nothing.sh",
        "command -v docker || echo no",
        "which python curl",
    ] {
        shown += &format!("$ {command}\n{}", all(&seat.run(command)));
    }
    assert_snapshot!(shown, @r#"
    $ curl http://x
    bash: curl: command not found: there is no network; work with the files that are here
    [Exited(127)]
    $ wget x
    bash: wget: command not found: there is no network; work with the files that are here
    [Exited(127)]
    $ apt-get install gcc
    bash: apt-get: command not found: nothing can be installed; `pip list` shows what there is
    [Exited(127)]
    $ docker run x
    bash: docker: command not found: no other system runs within this one
    [Exited(127)]
    $ gcc -v
    bash: gcc: command not found: there is no compiler; write it in Python with numpy
    [Exited(127)]
    $ sudo ls
    bash: sudo: command not found: there are no other users; give the command alone
    [Exited(127)]
    $ perl -v
    bash: perl: command not found: the one language here is Python
    [Exited(127)]
    $ vim x
    bash: vim: command not found: there is no terminal to edit in; write files with `cat > FILE <<'EOF'`, or change them with sed
    [Exited(127)]
    $ nvidia-smi
    bash: nvidia-smi: command not found: there is no GPU; numpy runs on the processor
    [Exited(127)]
    $ pytest
    bash: pytest: command not found: it isn't installed, and nothing can be; `pip list` shows what there is
    [Exited(127)]
    $ jq .
    bash: jq: command not found: use Python: json, sqlite3 and lxml are there
    [Exited(127)]
    $ ssh h
    bash: ssh: command not found: there is no network; work with the files that are here
    [Exited(127)]
    $ git clone x
    git: clone: there is no network
    [Exited(128)]
    $ nonsense
    bash: line 1: nonsense: command not found
    [Exited(127)]
    $ ./nothing.sh
    bash: line 1: ./nothing.sh: No such file or directory
    [Exited(127)]
    $ command -v docker || echo no
    no
    $ which python curl
    /usr/bin/python
    [Exited(1)]
    "#);
}

#[test]
fn autoexp_shell_works_on_a_folder_and_says_what_became_of_it() {
    let dir = Dir::new();
    dir.write("a.txt", "one\n");
    let ran = dir
        .autoexp(["shell", ".", "-c", "echo two >> a.txt; cat a.txt; exit 3"])
        .run()
        .code(3);
    assert_eq!(ran.stdout(), "one\ntwo\n");
    assert_eq!(dir.read("a.txt"), "one\n");
    ran.complains("1 change under /workspace stayed in memory")
        .complains("~ a.txt");
    dir.autoexp([
        "shell",
        ".:rw",
        "-c",
        "echo two >> a.txt; mkdir n; echo x > n/y",
    ])
    .run()
    .code(0);
    assert_eq!(dir.read("a.txt"), "one\ntwo\n");
    assert_eq!(dir.read("n/y"), "x\n");
    let ran = dir
        .autoexp(["shell", ".:ro", "-c", "echo two > a.txt"])
        .run()
        .code(1);
    ran.complains("Read-only file system");
}

#[test]
fn autoexp_shell_reads_a_script_on_standard_input_and_gives_json() {
    let dir = Dir::new();
    dir.write("a.txt", "one\n");
    let script = "cd /tmp\nfor i in 1 2; do\n  echo $i\ndone\n";
    let ran = dir.autoexp(["shell", "--json"]).stdin(script).run().code(0);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(report["stdout"], "1\n2\n");
    assert_eq!(report["exit"], "exited");
    assert_eq!(report["directory"], "/tmp");
    let ran = dir
        .autoexp([
            "shell",
            "--fuel",
            "1M",
            "-c",
            "echo so far; while :; do :; done",
        ])
        .run()
        .code(121);
    assert_eq!(ran.stdout(), "so far\n");
    ran.complains("the command ran out of fuel after 1M units");
    dir.autoexp(["shell", "nothing/here"])
        .run()
        .code(2)
        .complains("no folder");
}

#[test]
fn autoexp_shell_shows_a_task_as_an_agent_finds_it() {
    let dir = Dir::new();
    crate::paper::lay(&dir);
    let listed = |id: &str| {
        let ran = dir
            .autoexp([
                "shell",
                id,
                "-c",
                "ls; git status -s; grep -rn NotImplementedError . | wc -l",
            ])
            .run();
        ran.code(0).stdout()
    };
    assert_snapshot!(listed("tiny_0"), @r#"
    PAPER.md
    TASK.md
    data.json
    run.py
    table.py
    tiny
    1
    "#);
}
