//! A compiler that makes WebAssembly, found in this order: ours has the target already; rustup adds it, unless
//! `WASM_TOOLCHAIN=debian`; Debian's `rustc-web`, unpacked into the target folder. Debian's is never installed, for it can't
//! stand beside other Rust packages; it needs neither root nor package lists on the machine.

use crate::fuzz::host_triple;
use crate::process::{Repo, on_path, output, run, success};
use crate::wasm::{TARGET, without_places};
use crate::web;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The compiler to use; nothing: the one that builds everything else. Gets it where it is missing.
pub fn find(repo: &Repo) -> Result<Option<PathBuf>> {
    if has_target(repo)? {
        return Ok(None);
    }
    let own = repo.target.join("tools/wasm-rust");
    let rustup = std::env::var_os("WASM_TOOLCHAIN").is_none_or(|value| value != "debian") && on_path("rustup");
    if !own.join(RUSTC).exists() && rustup {
        // Without a network rustup tries for long.
        let mut add = repo.command("timeout");
        match run(repo, add.args(["120", "rustup", "target", "add", TARGET]), Duration::from_secs(130)) {
            Ok(()) if has_target(repo)? => return Ok(None),
            Ok(()) => println!("rustup added {TARGET}, but to another compiler than this one"),
            Err(error) => println!("not by rustup: {error:#}"),
        }
    }
    if !own.join(RUSTC).exists() {
        from_debian(repo, &own).with_context(|| {
            format!("no compiler for {TARGET}; where rustup works, run: rustup target add {TARGET}")
        })?;
    }
    link_linker(repo, &own)?;
    Ok(Some(own.join(RUSTC)))
}

/// The script in our folder that starts Debian's compiler with its libraries.
const RUSTC: &str = "rustc";

fn has_target(repo: &Repo) -> Result<bool> {
    let told = output(repo.command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let folder = PathBuf::from(String::from_utf8_lossy(&told).trim_end());
    Ok(fs::read_dir(folder)
        .is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))))
}

fn from_debian(repo: &Repo, own: &Path) -> Result<()> {
    for program in ["apt-get", "dpkg-deb", "tar"] {
        ensure!(on_path(program), "this machine has no {program}, so Debian's rustc-web can't be had");
    }
    println!("{TARGET}: unpacking Debian's rustc-web into {}", own.display());
    // Beside its place, which it takes when it is whole: an interrupted run leaves nothing that looks ready.
    let work = own.with_extension(std::process::id().to_string());
    remove_leftovers(own)?;
    for folder in ["lists/partial", "cache/archives/partial", "debs", "root", "std/src"] {
        fs::create_dir_all(work.join(folder)).with_context(|| format!("cannot write into {}", work.display()))?;
    }
    download(repo, &work)?;
    unpack(repo, &work)?;
    write_script(&work)?;
    link_linker(repo, &work)?;
    build_std(repo, &work)?;
    for folder in ["lists", "cache", "debs", "std", "std-built", "root/usr/src", "root/usr/share"] {
        web::remove_folder(&work.join(folder))?;
    }
    // What another compiler built is of no use to this one, and cargo can't see that it is another.
    web::remove_folder(&repo.target.join("wasm"))?;
    if fs::rename(&work, own).is_err() {
        // Another run was quicker.
        web::remove_folder(&work)?;
    }
    ensure!(own.join(RUSTC).exists(), "{} can't be moved to its place", work.display());
    Ok(())
}

/// What interrupted runs left.
fn remove_leftovers(own: &Path) -> Result<()> {
    let parent = own.parent().context("no folder for tools")?;
    fs::create_dir_all(parent)?;
    for entry in fs::read_dir(parent)?.flatten() {
        let path = entry.path();
        let ended = |id: &str| id.parse::<u32>().is_ok() && !Path::new("/proc").join(id).exists();
        if path.file_stem() == own.file_name() && path.extension().is_some_and(|id| ended(&id.to_string_lossy())) {
            web::remove_folder(&path)?;
        }
    }
    Ok(())
}

/// apt with lists of its own: it works without root and on a machine that has none, and changes nothing there.
fn apt(repo: &Repo, work: &Path, program: &str) -> Command {
    let mut command = repo.command(program);
    for (option, folder) in [("Dir::State::Lists", "lists"), ("Dir::Cache", "cache")] {
        let mut value = OsString::from(format!("{option}="));
        value.push(work.join(folder));
        command.arg("-o").arg(value);
    }
    // The user to whom root's apt steps down may not write here.
    command.args(["-o", "APT::Sandbox::User=root"]).env("LC_ALL", "C");
    command
}

fn download(repo: &Repo, work: &Path) -> Result<()> {
    let instruction = "Debian's package servers can't be reached, or are not in the machine's apt sources";
    run(repo, apt(repo, work, "apt-get").args(["--quiet=2", "update"]), Duration::from_secs(180))
        .context(instruction)?;
    let mut plan = apt(repo, work, "apt-get");
    plan.args(["--simulate", "--no-install-recommends", "install", "rustc-web", "rust-web-src"]);
    let plan = output(&mut plan).context(instruction)?;
    let packages = planned(&String::from_utf8_lossy(&plan));
    let version = packages.iter().find(|(name, _)| name == "rustc-web").map(|(_, version)| version.as_str());
    let version = version.context("apt has no rustc-web to offer that isn't installed already")?;
    let needed = minimum(&fs::read_to_string(repo.path("Cargo.toml"))?)?;
    ensure!(
        number(version) >= number(&needed),
        "Debian offers rustc-web {version}, but {needed} or newer is needed: add Debian's security archive to the apt sources"
    );
    let mut fetch = apt(repo, work, "apt-get");
    fetch.current_dir(work.join("debs")).args(["--quiet=2", "download"]);
    fetch.args(packages.iter().map(|(name, version)| format!("{name}={version}")));
    run(repo, &mut fetch, Duration::from_secs(600))
}

/// Names and versions in what `apt-get --simulate install` prints: what is missing here, and all that it needs.
fn planned(told: &str) -> Vec<(String, String)> {
    let line = |line: &str| {
        let (name, rest) = line.strip_prefix("Inst ")?.split_once(' ')?;
        // An older one that is installed stands in square brackets before the new one.
        let version = rest.split_once('(')?.1.split([' ', ')']).next()?;
        Some((name.to_owned(), version.to_owned()))
    };
    told.lines().filter_map(line).collect()
}

/// The workspace's `rust-version`.
fn minimum(manifest: &str) -> Result<String> {
    let manifest: toml::Table = toml::from_str(manifest).context("Cargo.toml")?;
    let version = manifest.get("workspace").and_then(|it| it.get("package")).and_then(|it| it.get("rust-version"));
    Ok(version.and_then(toml::Value::as_str).context("Cargo.toml has no rust-version")?.to_owned())
}

/// Major and minor of `1.96.0+dfsg1-1`.
fn number(version: &str) -> (u32, u32) {
    let mut parts = version.split(['.', '+', '-']).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

fn unpack(repo: &Repo, work: &Path) -> Result<()> {
    for entry in fs::read_dir(work.join("debs"))?.flatten() {
        let mut open = repo.command("dpkg-deb");
        open.arg("--fsys-tarfile").arg(entry.path()).stdout(Stdio::piped());
        let mut opened = open.spawn().context("cannot start dpkg-deb")?;
        let content = opened.stdout.take().context("dpkg-deb has no output")?;
        let mut extract = repo.command("tar");
        // Of the source package only the standard library is wanted.
        extract.args([
            "--extract",
            "--no-wildcards-match-slash",
            "--exclude=./usr/src/*/src",
            "--exclude=./usr/src/*/compiler",
        ]);
        extract.args(["--exclude=./usr/share/doc", "--file=-", "--directory"]).arg(work.join("root"));
        let extracted = extract.stdin(content).status().context("cannot start tar")?;
        success(&open, opened.wait()?)?;
        success(&extract, extracted)?;
    }
    Ok(())
}

fn write_script(work: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let library = fs::read_dir(work.join("root/usr/lib"))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.ends_with("-linux-gnu"))
        .context("Debian's packages have no libraries where they are expected")?;
    let script = format!(
        "#!/bin/sh\n\
         # Debian's compiler, where no package manager knows of it.\n\
         usr=$(CDPATH= cd -- \"$(dirname -- \"$0\")\" && pwd)/root/usr\n\
         LD_LIBRARY_PATH=\"$usr/lib/{library}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\" exec \"$usr/bin/rustc\" \"$@\"\n"
    );
    fs::write(work.join(RUSTC), script)?;
    fs::set_permissions(work.join(RUSTC), fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Debian packs no linker for WebAssembly with it; ours brings one. It may have moved since.
fn link_linker(repo: &Repo, own: &Path) -> Result<()> {
    let place = PathBuf::from("lib/rustlib").join(host_triple(repo)?).join("bin/rust-lld");
    let link = own.join("root/usr").join(&place);
    if link.exists() {
        return Ok(());
    }
    let sysroot = output(repo.command("rustc").args(["--print", "sysroot"]))?;
    let ours = Path::new(String::from_utf8_lossy(&sysroot).trim_end()).join(place);
    if !ours.exists() {
        bail!("the Rust toolchain has no linker for WebAssembly ({}): install Rust by rustup", ours.display());
    }
    if let Some(folder) = link.parent() {
        fs::create_dir_all(folder)?;
    }
    // Where it led to is gone: it isn't there, but in the way.
    if link.is_symlink() {
        fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(ours, link)?;
    Ok(())
}

/// Debian has the standard library for this target as source only.
fn build_std(repo: &Repo, work: &Path) -> Result<()> {
    let package = "[package]\nname = \"std-for-wasm\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n\
                   [profile.release]\nopt-level = \"s\"\npanic = \"abort\"\n";
    fs::write(work.join("std/Cargo.toml"), package)?;
    fs::write(work.join("std/src/lib.rs"), "")?;
    let mut cargo = repo.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(work.join("std"));
    // Without back traces, which nobody would see; what they need is half of what there is to build.
    cargo.args(["build", "--release", "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=", "--target", TARGET]);
    cargo.arg("--target-dir").arg(work.join("std-built"));
    // Optimised once more when all is linked together, so it must be in the form in which that can be done.
    let mut flags = without_places(&[(&work.join("root/usr"), "rust")]);
    flags.push("-Cembed-bitcode=yes".to_owned());
    cargo.env("RUSTC", work.join(RUSTC)).env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    run(repo, &mut cargo, Duration::from_secs(900))?;
    let to = work.join("root/usr/lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&to)?;
    for entry in fs::read_dir(work.join("std-built").join(TARGET).join("release/deps"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if (name.ends_with(".rlib") || name.ends_with(".rmeta")) && !name.starts_with("libstd_for_wasm-") {
            fs::rename(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{minimum, number, planned};

    #[test]
    fn what_apt_would_install_is_read_with_versions() {
        let told = "Reading package lists...\n\
                    Inst libllvm22 (1:22.1.8-1~deb12u1 Debian-Security:12/oldstable-security [amd64])\n\
                    Inst libxml2 [2.9.14-1] (2.9.14-2 Debian:12/oldstable [amd64])\n\
                    Conf libllvm22 (1:22.1.8-1~deb12u1 Debian-Security:12/oldstable-security [amd64])\n";
        let expected = [("libllvm22", "1:22.1.8-1~deb12u1"), ("libxml2", "2.9.14-2")];
        let expected: Vec<_> = expected.iter().map(|(name, version)| ((*name).into(), (*version).into())).collect();
        assert_eq!(planned(told), expected);
    }

    #[test]
    fn an_older_compiler_is_seen_to_be_older() {
        assert!(number("1.85.0+dfsg3-1~deb12u3") < number("1.95"));
        assert!(number("1.96.0+dfsg1-1~deb12u2") >= number("1.95"));
        assert!(number("1.100.0-1") >= number("1.95"), "numbers, not letters");
        assert_eq!(minimum("[workspace.package]\nrust-version = \"1.95\"\n").unwrap(), "1.95");
    }
}
