//! Makes a fresh Debian machine ready. Every step looks first and does nothing where nothing is missing.

use crate::process::{Repo, on_path, output, run, shown};
use crate::web;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A Debian package and how to see, without asking the package manager, that what we need of it is there.
struct Package {
    name: &'static str,
    present: fn() -> bool,
    /// What it is needed for, as told to the person.
    purpose: &'static str,
}

/// What building and running take.
const TO_RUN: &[Package] = &[
    Package {
        name: "build-essential",
        present: || on_path("cc") && on_path("c++"),
        purpose: "compiles the C parts (TLS primitives, SQLite)",
    },
    Package { name: "nodejs", present: || on_path("node"), purpose: "builds the web app" },
    Package { name: "npm", present: || on_path("npm"), purpose: "fetches what the web app is built from" },
];

/// What the tests take beyond that.
const TO_TEST: &[Package] = &[
    Package { name: "chromium", present: || on_path("chromium"), purpose: "browser tests" },
    Package {
        name: "fonts-liberation",
        present: || Path::new("/usr/share/fonts/truetype/liberation").exists(),
        purpose: "browser tests",
    },
    Package {
        name: "postgresql",
        present: postgres_present,
        purpose: "repository tests; the tests start it themselves",
    },
    Package {
        name: "postfix",
        present: || on_path("smtp-source"),
        purpose: "smtp-source, a load from a program that is not ours",
    },
    Package { name: "swaks", present: || on_path("swaks"), purpose: "SMTP tests with a client that is not ours" },
    Package { name: "openssl", present: || on_path("openssl"), purpose: "TLS tests with a client that is not ours" },
    Package { name: "python3", present: || on_path("python3"), purpose: "SMTP and IMAP tests with Python's clients" },
];

/// What the comparison bench takes beyond that.
const TO_COMPARE: &[Package] = &[
    Package {
        name: "dovecot-imapd",
        present: || on_path("dovecot"),
        purpose: "the mail server that we are measured against",
    },
    Package {
        name: "dovecot-lmtpd",
        present: || Path::new("/usr/lib/dovecot/lmtp").exists(),
        purpose: "the mail server that we are measured against",
    },
    Package { name: "bc", present: || on_path("bc"), purpose: "arithmetic of the comparison" },
];

fn postgres_present() -> bool {
    on_path("postgres")
        || fs::read_dir("/usr/lib/postgresql")
            .is_ok_and(|versions| versions.flatten().any(|dir| dir.path().join("bin/postgres").exists()))
}

/// All that checks and tests need.
pub fn everything(repo: &Repo) -> Result<()> {
    packages(repo, &[TO_RUN, TO_TEST])?;
    node_version(repo)?;
    for folder in [web::APP, web::BROWSER_TESTS, web::MLS_PEER] {
        web::install(repo, folder)?;
    }
    python_tools(repo);
    let runner = if on_path("cargo-nextest") {
        "cargo nextest"
    } else {
        "cargo test (cargo-nextest is not installed; it would be quicker)"
    };
    println!("tests run by {runner}");
    Ok(())
}

/// What building and running need.
pub fn to_run(repo: &Repo) -> Result<()> {
    packages(repo, &[TO_RUN])?;
    node_version(repo)
}

/// What the comparison with other servers needs.
pub fn to_compare(repo: &Repo) -> Result<()> {
    packages(repo, &[TO_RUN, TO_TEST, TO_COMPARE])
}

fn packages(repo: &Repo, lists: &[&[Package]]) -> Result<()> {
    let missing: Vec<&Package> =
        lists.iter().flat_map(|list| list.iter()).filter(|package| !(package.present)()).collect();
    if missing.is_empty() {
        println!("Debian packages: all there");
        return Ok(());
    }
    for package in &missing {
        println!("Debian package missing: {} ({})", package.name, package.purpose);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let install = ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    if !on_path("apt-get") {
        bail!("this machine has no apt-get; install what Debian calls: {}", names.join(" "));
    }
    if !is_root(repo)? {
        bail!("not root; please run:\n  sudo apt-get update && sudo apt-get {} {}", install.join(" "), names.join(" "));
    }
    let _quiet = NoDaemons::hold()?;
    if names.contains(&"postgresql") {
        no_database_cluster()?;
    }
    if names.contains(&"postfix") {
        answer_debconf("postfix postfix/main_mailer_type select No configuration\n")?;
    }
    let apt = |args: &[&str]| {
        let mut command = repo.command("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        run(repo, &mut command, Duration::from_secs(900))
    };
    apt(&["update", "--quiet"])?;
    apt(&[&install[..], &names].concat())?;
    let still: Vec<&str> = missing.iter().filter(|package| !(package.present)()).map(|package| package.name).collect();
    ensure!(still.is_empty(), "installed, but what we need of them is not found: {}", still.join(" "));
    Ok(())
}

fn is_root(repo: &Repo) -> Result<bool> {
    Ok(output(repo.command("id").arg("-u"))?.trim_ascii() == b"0")
}

/// While this is held, no package starts a daemon on being installed (Debian's policy-rc.d).
struct NoDaemons {
    ours: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";

impl NoDaemons {
    fn hold() -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        fs::write(POLICY, "#!/bin/sh\nexit 101\n").with_context(|| format!("cannot write {POLICY}"))?;
        fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))?;
        Ok(Self { ours: true })
    }
}

impl Drop for NoDaemons {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = fs::remove_file(POLICY)
        {
            println!("cannot remove {POLICY}: {error}; until it is removed, packages start no daemons");
        }
    }
}

/// We want PostgreSQL's programs; the tests make clusters of their own.
fn no_database_cluster() -> Result<()> {
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    if settings.exists() || Path::new("/etc/postgresql-common/createcluster.d").exists() {
        return Ok(());
    }
    fs::create_dir_all("/etc/postgresql-common/createcluster.d")?;
    fs::write("/etc/postgresql-common/createcluster.d/wardpost.conf", "create_main_cluster = false\n")?;
    Ok(())
}

fn answer_debconf(answers: &str) -> Result<()> {
    let mut command = Command::new("debconf-set-selections");
    let mut child = command.stdin(Stdio::piped()).spawn().context("cannot start debconf-set-selections")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(answers.as_bytes())?;
    }
    crate::process::success(&command, child.wait()?)
}

/// Older Node.js cannot run the web app's build.
fn node_version(repo: &Repo) -> Result<()> {
    let version = output(repo.command("node").arg("--version"))?;
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    ensure!(
        (major, minor) >= (20, 19),
        "Node.js {version} is too old for the web app's build: 20.19 or newer is needed"
    );
    Ok(())
}

/// Spelling and TOML form: two programs that come as Python wheels. They are of use, not necessary, and may be missing.
const PYTHON_TOOLS: [(&str, &str); 2] = [("typos", "1.52.0"), ("taplo", "0.9.3")];

/// Where [`python_tools`] puts a program.
pub fn python_tool(repo: &Repo, name: &str) -> Option<std::path::PathBuf> {
    let path = repo.target.join("tools/bin").join(name);
    path.exists().then_some(path)
}

fn python_tools(repo: &Repo) {
    let folder = repo.target.join("tools");
    let wanted: Vec<String> = PYTHON_TOOLS.iter().map(|(name, version)| format!("{name}=={version}")).collect();
    let stamp = folder.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted.join(" ")) {
        return;
    }
    println!("fetching {} into {}", wanted.join(" and "), folder.display());
    let mut pip = repo.command("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--upgrade",
    ]);
    pip.env("PIP_ROOT_USER_ACTION", "ignore").arg("--target").arg(&folder).args(&wanted);
    let fetched = run(repo, &mut pip, Duration::from_secs(180)).and_then(|()| Ok(fs::write(&stamp, wanted.join(" "))?));
    if let Err(error) = fetched {
        println!("not fetched, so these checks will be skipped: {error:#} ({})", shown(&pip));
    }
}
