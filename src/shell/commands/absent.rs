//! Commands that aren't there, and why.

use std::sync::Arc;

use bashkit::{Builtin, BuiltinContext, CommandResolver, ExecResult, async_trait};

use super::complaint;

/// What bash ends a command with that it doesn't find.
const NOT_FOUND: i32 = 127;

/// Commands of the interpreter's that aren't offered: those that need what isn't there, those that
/// other shells don't have, and those that ours take the place of or that tell of the machine.
const LEFT_OUT: [&str; 25] = [
    "assert", "busybox", "csv", "curl", "dotenv", "glob", "http", "json", "log", "man", "mktemp",
    "openssl", "parallel", "pgrep", "pkill", "retry", "semver", "shuf", "sudo", "template",
    "tomlq", "uuidgen", "verify", "watch", "wget",
];

pub(in crate::shell) fn is_kept(name: &str) -> bool {
    !LEFT_OUT.contains(&name)
}

/// Why a well-known command isn't there.
fn reason(name: &str) -> Option<&'static str> {
    Some(match name {
        "curl" | "wget" | "http" | "ssh" | "scp" | "sftp" | "rsync" | "ftp" | "nc" | "ncat"
        | "netcat" | "telnet" | "ping" | "dig" | "nslookup" | "host" | "ip" | "ifconfig"
        | "netstat" | "aria2c" | "gh" | "hub" | "aws" | "gcloud" | "gsutil" | "rclone"
        | "huggingface-cli" | "hf" | "kaggle" => {
            "there is no network; work with the files that are here"
        }
        "apt" | "apt-get" | "aptitude" | "dpkg" | "snap" | "yum" | "dnf" | "rpm" | "apk"
        | "pacman" | "brew" | "nix" | "npm" | "yarn" | "uv" | "uvx" | "poetry" | "pipenv"
        | "pipx" | "easy_install" | "virtualenv" | "pyenv" | "gem" => {
            "nothing can be installed; `pip list` shows what there is"
        }
        "docker" | "docker-compose" | "podman" | "kubectl" | "singularity" | "apptainer"
        | "vagrant" | "qemu-system-x86_64" => "no other system runs within this one",
        "gcc" | "g++" | "cc" | "c++" | "clang" | "clang++" | "ld" | "nvcc" | "rustc" | "cargo"
        | "go" | "javac" | "gfortran" | "cmake" | "ninja" | "cython" => {
            "there is no compiler; write it in Python with numpy"
        }
        "node" | "deno" | "bun" | "ruby" | "perl" | "php" | "java" | "julia" | "R" | "Rscript"
        | "lua" | "octave" | "matlab" | "ghc" | "swift" => "the one language here is Python",
        "sudo" | "su" | "doas" => "there are no other users; give the command alone",
        "vi" | "vim" | "nvim" | "nano" | "emacs" | "ed" | "pico" | "code" => {
            "there is no terminal to edit in; write files with `cat > FILE <<'EOF'`, or change them with sed"
        }
        "man" | "info" => "there are no manual pages; try `COMMAND --help` or `help COMMAND`",
        "top" | "htop" | "pgrep" | "pkill" | "lsof" | "strace" | "gdb" | "systemctl"
        | "service" | "crontab" | "tmux" | "screen" | "watch" => {
            "there are no other processes: a command runs to its end before the next"
        }
        "nvidia-smi" | "rocm-smi" => "there is no GPU; numpy runs on the processor",
        "jq" | "yq" | "sqlite3" | "xmllint" => "use Python: json, sqlite3 and lxml are there",
        "pytest" | "tox" | "nox" | "flake8" | "pylint" | "mypy" | "ruff" | "black" | "jupyter"
        | "ipython" | "ipython3" | "notebook" => {
            "it isn't installed, and nothing can be; `pip list` shows what there is"
        }
        "openssl" | "gpg" => "use Python's hashlib and secrets",
        "uuidgen" => "use Python's uuid",
        "svn" | "hg" => "there is no version control; `git diff` shows what was changed",
        "parallel" => "commands run one after another; use xargs or a loop",
        _ => return None,
    })
}

/// Answers for commands that were found nowhere.
pub(in crate::shell) struct Absent;

impl CommandResolver for Absent {
    fn resolve(&self, name: &str) -> Option<Arc<dyn Builtin>> {
        let (name, reason) = (name.to_owned(), reason(name)?);
        Some(Arc::new(Explained { name, reason }))
    }
}

struct Explained {
    name: String,
    reason: &'static str,
}

#[async_trait]
impl Builtin for Explained {
    async fn execute(&self, _: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let text = format!("{}: command not found: {}", self.name, self.reason);
        Ok(complaint("bash", text, NOT_FOUND))
    }
}
