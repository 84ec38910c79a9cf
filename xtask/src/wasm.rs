//! The conversations' engine for the browser: `crates/e2ee` as WebAssembly, and what JavaScript and TypeScript need to call
//! it. Both are made, never committed; every step that reads the web app's sources makes them first where they are old.

use crate::process::{self, Repo, run};
use crate::{wasm_compiler, web};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the compiler calls a browser.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Where the web app imports it from.
const OUT: &str = "web/src/conversations/wasm";
/// What lies there.
const FILES: &[&str] = &["wardpost_e2ee.js", "wardpost_e2ee.d.ts", "wardpost_e2ee_bg.wasm"];
/// Of what it is made.
const SOURCES: &[&str] = &["crates/e2ee/src", "xtask/bindgen/src"];
const SOURCE_FILES: &[&str] = &["Cargo.toml", "Cargo.lock", "crates/e2ee/Cargo.toml", "xtask/bindgen/Cargo.lock"];
/// The name under which it is made beside other steps.
const BESIDE: &str = "wasm";

/// Makes it, if its sources changed since the last time.
pub fn build(repo: &Repo) -> Result<()> {
    // What was begun early and failed fails again here, and is told.
    process::wait_beside(BESIDE, Duration::from_secs(1500));
    let hash = hash(repo)?;
    let out = repo.path(OUT);
    let stamp = out.join(".stamp");
    let all_there = FILES.iter().all(|name| out.join(name).is_file());
    if all_there && fs::read_to_string(&stamp).is_ok_and(|text| text == hash) {
        println!("{OUT}: is of the present sources");
        return Ok(());
    }
    println!("{OUT}: building from crates/e2ee/");
    let module = compile(repo)?;
    let bindgen = bindgen(repo)?;
    // Beside the old one, and in its place in one step: nothing ever sees a half of it.
    let new = repo.path(format!("{OUT}.new"));
    web::remove_folder(&new)?;
    fs::create_dir_all(&new).with_context(|| format!("cannot make {}", new.display()))?;
    run(repo, repo.command(bindgen).arg(module).arg(&new), Duration::from_secs(300))?;
    for name in FILES {
        ensure!(new.join(name).is_file(), "wardpost-bindgen did not write {name}");
    }
    fs::write(new.join(".stamp"), hash)?;
    web::remove_folder(&out)?;
    fs::rename(&new, &out).with_context(|| format!("cannot move {} to its place", new.display()))?;
    Ok(())
}

/// Begins to make it beside the other steps. [`build`] waits for it.
pub fn build_beside(repo: &Repo) -> Result<()> {
    // This program itself: `cargo xtask` would wait for whatever cargo builds meanwhile.
    let mut this = repo.command(std::env::current_exe()?);
    this.arg("wasm");
    process::start_beside(BESIDE, 5, &this, &repo.target.join("tools/wasm.log"))
}

fn compile(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.target.join("wasm");
    let compiler = wasm_compiler::find(repo)?;
    let mut cargo = repo.cargo(&["rustc", "--package", "wardpost-e2ee", "--lib"]);
    cargo.args(["--crate-type", "cdylib", "--profile", "wasm", "--features", "wasm", "--target", TARGET]);
    cargo.arg("--target-dir").arg(&folder);
    // The same sources give the same bytes, wherever they were built.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", without_places(&[(&repo.root, "wardpost")]).join("\u{1f}"));
    if let Some(compiler) = compiler {
        cargo.env("RUSTC", compiler);
    }
    run(repo, &mut cargo, Duration::from_secs(1200))?;
    Ok(folder.join(TARGET).join("wasm/wardpost_e2ee.wasm"))
}

/// The program that writes the bindings, built if need be.
fn bindgen(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.target.join("tools/bindgen");
    let mut cargo = repo.cargo(&["build", "--manifest-path", "xtask/bindgen/Cargo.toml"]);
    run(repo, cargo.arg("--target-dir").arg(&folder), Duration::from_secs(600))?;
    Ok(folder.join("debug/wardpost-bindgen"))
}

fn hash(repo: &Repo) -> Result<String> {
    let mut all = String::new();
    for folder in SOURCES {
        all += &format!("{:?}", web::contents(repo, folder)?);
    }
    for file in SOURCE_FILES {
        let bytes = fs::read(repo.path(file)).with_context(|| format!("cannot read {file}"))?;
        all += &web::hash_of(&bytes);
    }
    Ok(web::hash_of(all.as_bytes()))
}

/// What keeps folders of this machine out of what the compiler makes: these, and where cargo keeps packages.
pub fn without_places(places: &[(&Path, &str)]) -> Vec<String> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let packages = set.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let packages = packages.as_deref().map(|packages| (packages, "cargo"));
    let flag = |(place, name): (&Path, &str)| format!("--remap-path-prefix={}={name}", place.display());
    places.iter().copied().chain(packages).map(flag).collect()
}
