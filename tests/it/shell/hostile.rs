//! Scripts that mean harm: each ends as it should, and an ordinary command follows.

use autoexp::sandbox::Exit;

use super::Seat;

/// Runs a script under little fuel; how it ended, and what it said of that.
fn ends(script: &str) -> (Exit, String) {
    let mut seat = Seat::limited(|limits| limits.fuel = 2_000_000_000);
    let outcome = seat.run(script);
    let said = super::all(&outcome);
    // The session goes on.
    assert_eq!(
        seat.prints("cd /workspace; cat a.txt | tail -1; python -c 'print(6 * 7)'"),
        "3\n42\n",
        "{script}"
    );
    (outcome.exit, said)
}

#[test]
fn endless_work_runs_out_of_fuel() {
    for script in [
        "while true; do :; done",
        "for ((;;)); do x=1; done",
        "until false; do :; done",
        "bash -c 'while :; do :; done'",
        "eval 'while :; do :; done'",
        "f() { while :; do :; done; }; f | cat",
        "while :; do echo; done > /dev/null",
        "awk 'BEGIN { while (1) x++ }'",
        "awk 'BEGIN { for (;;) print > \"/dev/null\" }'",
        "cat <(while :; do echo; done) | head -1",
        "python -c 'while True: pass'",
        "echo first; python -c 'while True: pass'; echo never",
        "x=$(while :; do :; done)",
        "trap 'while :; do :; done' EXIT; exit",
    ] {
        let (exit, said) = ends(script);
        assert_eq!(exit, Exit::OutOfFuel, "{script}: {said}");
        assert!(!said.contains("never"), "{said}");
    }
}

#[test]
fn what_was_printed_before_the_end_is_shown() {
    for script in [
        "echo before; while :; do :; done",
        "echo before; python -c 'while True: pass'",
    ] {
        let (exit, said) = ends(script);
        assert_eq!(exit, Exit::OutOfFuel);
        assert!(said.starts_with("before\n"), "{said}");
    }
    let (exit, said) = ends("python -c 'print(1)\nwhile True: pass'");
    assert_eq!((exit, said.as_str()), (Exit::OutOfFuel, "1\n[OutOfFuel]\n"));
}

#[test]
fn calls_that_nest_without_end_overflow_the_stack() {
    for script in [
        "f() { f; }; f",
        "f() { (f); }; f",
        "f() { x=$(f); }; f",
        "f() { eval f; }; f",
        "bomb() { bomb & bomb; }; bomb; wait",
    ] {
        let (exit, said) = ends(script);
        assert_eq!(exit, Exit::StackOverflow, "{script}: {said}");
    }
}

#[test]
fn what_starts_itself_ends() {
    for script in [
        ":(){ :|:& };:",
        "echo 'bash $0' > r.sh; bash r.sh",
        "echo '. ./s.sh' > s.sh; . ./s.sh",
        "trap 'kill -USR1 $$' USR1; kill -USR1 $$",
        "printf 'a:\\n\\t$(MAKE) a\\n' > Makefile; make a",
        "python -c 'import subprocess, sys; subprocess.run([\"python\", \"-c\", \"print(1)\"])'",
    ] {
        ends(script);
    }
}

#[test]
fn memory_is_bounded() {
    for script in [
        "x=a; while :; do x=$x$x; done",
        "echo x | sed ':a; s/x/xx/g; ta'",
        "awk 'BEGIN { while (1) a[i++] = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" i }'",
    ] {
        let (exit, said) = ends(script);
        let fits = matches!(exit, Exit::OutOfMemory(_) | Exit::OutOfFuel);
        assert!(fits, "{script}: {exit:?} {said}");
    }
    let (exit, said) = ends("awk 'BEGIN { x = \"a\"; while (1) x = x x }'");
    assert_eq!(exit, Exit::Exited(2), "{said}");
    assert!(said.contains("string size limit"), "{said}");
}

#[test]
fn arrays_are_bounded() {
    let mut seat = Seat::limited(|limits| limits.wall = std::time::Duration::from_secs(3));
    // Nothing is added beyond the bound, and the loop goes on to the limit on fuel or time.
    for script in [
        "a=(); while :; do a+=(xxxxxxxxxxxxxxxxxxxx); done",
        "mapfile -t x < <(yes | head -9999); while :; do x+=(\"${x[@]}\"); done",
    ] {
        let exit = seat.run(script).exit;
        assert!(
            matches!(exit, Exit::OutOfTime | Exit::OutOfMemory(_)),
            "{script}: {exit:?}"
        );
        assert_eq!(seat.prints("unset a x; echo ok"), "ok\n");
    }
}

#[test]
fn regular_expressions_take_no_time_without_end() {
    let text = "a".repeat(60) + "!";
    for script in [
        format!("echo {text} | grep -E '(a+)+$'; true"),
        format!("echo {text} | grep -P '^(?=(a+)+$)\\1b'; true"),
        format!("echo {text} | sed -E 's/(a+)+\\1$/x/'"),
        format!("echo {text} | awk '/(a|aa)+$/ {{ print }}'"),
        format!("[[ {text} =~ ^(a+)+$ ]]; true"),
        format!("shopt -s extglob; [[ {text} == +(+(a)|+(aa))c ]]; true"),
        format!("x={text}; echo ${{x//+(a|aa)b/}}"),
    ] {
        let (exit, said) = ends(&script);
        assert_eq!(exit, Exit::Exited(0), "{script}: {said}");
    }
    let (exit, said) = ends("echo x | grep -E '((((x{1,1000}){1,1000}){1,1000}){1,1000})'");
    assert_eq!(exit, Exit::Exited(2), "{said}");
}

#[test]
fn endless_input_and_output_end() {
    for (script, printed) in [
        ("yes | head -2", "y\ny\n"),
        ("while true; do echo y; done | head -1", "y\n"),
        ("cat /dev/zero | head -c 3 | wc -c", "3\n"),
        ("head -c 4 /dev/urandom | wc -c", "4\n"),
        ("sleep 100000; echo slept", "slept\n"),
        ("timeout 5 sleep 10; echo $?", "124\n"),
        ("read x; echo \"[$x]\"", "[]\n"),
        ("cat; echo done", "done\n"),
    ] {
        let (exit, said) = ends(script);
        assert_eq!(
            (exit, said.as_str()),
            (Exit::Exited(0), printed),
            "{script}"
        );
    }
    for script in [
        "yes",
        "yes > big",
        "cat /dev/zero > zeros",
        "seq 1 1000000000 | tail -1",
        "dd if=/dev/zero of=big bs=1M count=100000",
        "truncate -s 100G big",
        "head -c 10G /dev/zero > big",
        "cat <<< \"$(head -c 100000000 /dev/zero | tr '\\0' x)\" | wc -c",
        "printf '%1000000000s' x",
        "echo {1..100000000}",
        "ls {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "base64 < /dev/zero | wc -c",
        "gzip -c /dev/zero | wc -c",
        "echo '9^9^9^9' | bc",
        "find / | wc -l; ls -R / | wc -l; du -a / | tail -1",
        "tail -f a.txt",
    ] {
        ends(script);
    }
}

#[test]
fn a_long_script_is_a_script() {
    let document = format!("cat <<'EOF' | wc -c\n{}\nEOF", "x".repeat(100_000));
    assert_eq!(ends(&document), (Exit::Exited(0), "100001\n".to_owned()));
    let nested = format!("echo {}1{}", "$(echo ".repeat(300), ")".repeat(300));
    let (exit, said) = ends(&nested);
    assert!(!exit.success(), "{said}");
    let deep = format!("{}:{}", "{ ".repeat(50_000), "; }".repeat(50_000));
    assert!(!ends(&deep).0.success());
    assert!(
        !ends(&format!(
            "echo $(( {}1{} ))",
            "(".repeat(100_000),
            ")".repeat(100_000)
        ))
        .0
        .success()
    );
    assert!(!ends("if then fi").0.success());
    ends(&"\u{0}\u{1b}[2J'\"`$(".repeat(1000));
}

#[test]
fn files_are_bounded_as_pythons_are() {
    let mut seat = Seat::limited(|limits| (limits.disk, limits.files) = (1 << 20, 20));
    let outcome = seat.run("head -c 900000 /dev/zero > a; head -c 900000 /dev/zero > b");
    assert_eq!(outcome.exit, Exit::OutOfDisk(1), "{outcome:?}");
    assert!(
        outcome.stderr.text().contains("No space left on device"),
        "{outcome:?}"
    );
    let outcome = seat.run("rm a; for i in {1..30}; do echo > f$i || exit 9; done");
    assert_eq!(outcome.exit, Exit::OutOfDisk(9), "{outcome:?}");
    // What Python writes counts too.
    let outcome = seat.run("rm -f f* b; python -c 'open(\"p\", \"w\").write(\"x\" * 900_000)'; head -c 900000 /dev/zero > q");
    assert_eq!(outcome.exit, Exit::OutOfDisk(1), "{outcome:?}");
    assert_eq!(seat.prints("rm p; echo ok"), "ok\n");
}

#[test]
fn time_is_bounded_and_a_script_can_be_cancelled() {
    use std::time::Duration;
    let mut seat = Seat::limited(|limits| {
        limits.wall = Duration::from_secs(1);
        limits.fuel = u64::MAX / 2;
    });
    for script in [
        "while :; do :; done",
        "python -c 'while True: pass'",
        "awk 'BEGIN { while (1) x++ }'",
    ] {
        assert_eq!(seat.run(script).exit, Exit::OutOfTime, "{script}");
        assert_eq!(seat.prints("echo ok"), "ok\n");
    }
    let outcome = seat.run("echo before; python -c 'print(1)\nwhile True: pass'; echo after");
    assert_eq!(super::all(&outcome), "before\n1\n[OutOfTime]\n");
}

#[test]
fn nothing_of_the_host_is_there() {
    let mut seat = Seat::new(&[("kept", "")]);
    assert_eq!(seat.prints("rm -rf / 2> /dev/null; ls"), "kept\n");
    let home = std::env::var("HOME").unwrap_or_default();
    let shown = super::all(&seat.run(
        "ls -a / /home /etc /proc /root /dev; cat /etc/passwd /etc/hosts /proc/self/environ /proc/cpuinfo; env; set; ls ~ /tmp/..; echo $HOSTNAME $USER; pwd -P",
    ));
    for secret in [&home, "CARGO", env!("CARGO_MANIFEST_DIR"), "rustc"] {
        assert!(
            secret.len() < 3 || secret == "/root" || !shown.contains(secret),
            "{secret} in {shown}"
        );
    }
    for script in [
        "echo x > /etc/passwd",
        "mkdir /new",
        "ln -s /etc/shadow l; cat l",
        "cat ../../../../etc/shadow",
        "exec 3<>/dev/tcp/localhost/80",
        "cd /proc/1/root && ls",
    ] {
        let outcome = seat.run(script);
        assert!(!outcome.exit.success(), "{script}: {outcome:?}");
    }
}
