//! Running other programs: where, how they are shown, and when they are given up.

use crate::count::Counts;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The checked-out tree and what is known of where it is being built.
pub struct Repo {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    /// Whether this is an unattended run (`CI` set): the lock file is binding, and what hangs is ended.
    pub ci: bool,
}

impl Repo {
    /// Finds the tree this tool was built from.
    pub fn open() -> Result<Self> {
        let manifest =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask has no parent folder")?.to_path_buf();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        Ok(Self { root, target, ci })
    }

    /// A path inside the tree.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A command that runs in the tree's root.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// `cargo SUBCOMMAND`; the lock file is binding in CI.
    pub fn cargo(&self, subcommand: &[&str]) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What cargo set for this tool would make the inner cargo think that its environment changed, and rebuild.
        for (key, _) in std::env::vars_os() {
            let name = key.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&key);
            }
        }
        command.args(subcommand);
        if self.ci {
            command.arg("--locked");
        }
        command
    }

    /// `npm ARGS` in `folder`.
    pub fn npm(&self, folder: &str, args: &[&str]) -> Command {
        let mut command = self.command("npm");
        command.current_dir(self.path(folder)).args(args);
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("NO_UPDATE_NOTIFIER", "1");
        command
    }

    /// The program as the development profile builds it.
    pub fn wardpost(&self) -> PathBuf {
        self.target.join("debug/wardpost")
    }
}

/// A command as a person would type it.
pub fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .map(|word| if word.contains(' ') { format!("'{word}'") } else { word.into_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a program of this name can be started.
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps some (postfix, smtp-source) where only root's PATH looks.
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .any(|dir| dir.join(program).is_file())
}

/// Runs to the end with output shown as it comes; an error names the command and how it ended.
pub fn run(repo: &Repo, command: &mut Command, limit: Duration) -> Result<()> {
    println!("$ {}", shown(command));
    if repo.ci {
        command.process_group(0);
    }
    let mut child = command.spawn().with_context(|| format!("cannot start {}", shown(command)))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if repo.ci && start.elapsed() > limit {
            end(&mut child);
            bail!("{} was ended after {} s", shown(command), limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    success(command, status)
}

/// What goes on beside the steps, by name.
static BESIDE: Mutex<Vec<(&str, Child)>> = Mutex::new(Vec::new());

/// Starts a command that steps back behind what is run meanwhile (`niceness` 19: takes only time that nothing else wants),
/// its output in a file. See [`wait_beside`].
pub fn start_beside(name: &'static str, niceness: u8, command: &Command, log: &Path) -> Result<()> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let told = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut idle = Command::new("nice");
    idle.arg("-n").arg(niceness.to_string()).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => idle.env(key, value),
            None => idle.env_remove(key),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        idle.current_dir(folder);
    }
    idle.process_group(0).stdout(told.try_clone()?).stderr(told);
    println!("$ {} &", shown(&idle));
    let child = idle.spawn().with_context(|| format!("cannot start {}", shown(&idle)))?;
    BESIDE.lock().unwrap_or_else(PoisonError::into_inner).push((name, child));
    Ok(())
}

/// Waits until what was started beside under this name, if anything, has ended, however it ended; ends what takes longer.
pub fn wait_beside(name: &str, limit: Duration) {
    let found = {
        let mut all = BESIDE.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().position(|(other, _)| *other == name).map(|at| all.swap_remove(at).1)
    };
    let Some(mut child) = found else { return };
    let start = Instant::now();
    while matches!(child.try_wait(), Ok(None)) {
        if start.elapsed() >= limit {
            end(&mut child);
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Ends all that still goes on beside.
pub fn end_beside() {
    for (_, mut child) in BESIDE.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        if matches!(child.try_wait(), Ok(None)) {
            end(&mut child);
        }
    }
}

/// Runs to the end, shows the output, and adds up what test runners say in it. The exit code is judged by the caller.
pub fn run_counting(repo: &Repo, command: &mut Command, limit: Duration) -> Result<(Counts, ExitStatus)> {
    println!("$ {}", shown(command));
    if repo.ci {
        command.process_group(0);
    } else if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let mut counts = Counts::default();
    let mut out = std::io::stdout();
    let start = Instant::now();
    let mut ended: Option<(ExitStatus, Instant)> = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                let line: Vec<u8> = line;
                out.write_all(&line)?;
                counts.read_line(&String::from_utf8_lossy(&line));
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() {
            ended = child.try_wait()?.map(|status| (status, Instant::now()));
        }
        // A server that a test left behind may hold the pipe open: its output is not waited for.
        if ended.is_some_and(|(_, at)| at.elapsed() > Duration::from_secs(5)) {
            break;
        }
        if repo.ci && start.elapsed() > limit {
            end(&mut child);
            bail!("{} was ended after {} s", shown(command), limit.as_secs());
        }
    }
    let status = match ended {
        Some((status, _)) => status,
        None => child.wait()?,
    };
    Ok((counts, status))
}

/// Runs to the end and gives the standard output; errors carry what the command said.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let out = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !out.status.success() {
        bail!("{} failed ({}):\n{}", shown(command), out.status, String::from_utf8_lossy(&out.stderr).trim_end());
    }
    Ok(out.stdout)
}

/// An error for a command that did not end well.
pub fn success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

fn forward(stream: Option<impl Read + Send + 'static>, to: mpsc::Sender<Vec<u8>>) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if to.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });
}

/// Ends a command and all that it started (it leads its own process group in CI).
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    if let Err(error) = Command::new("kill").args(["-KILL", "--", &group]).status() {
        println!("cannot end process group {group}: {error}");
    }
    if let Err(error) = child.wait() {
        println!("cannot wait for process group {group}: {error}");
    }
}
