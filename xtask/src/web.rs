//! The web app's side: node modules, the build that the server embeds, and the demo that needs both.

use crate::process::{Repo, run};
use crate::{setup, wasm};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The web app's folder.
pub const APP: &str = "web";
/// The browser tests' folder.
pub const BROWSER_TESTS: &str = "tests/browser";
/// Another implementation of MLS, which a Rust test runs.
pub const MLS_PEER: &str = "tests/mls-interop";
/// What the server embeds; it holds a committed `.gitkeep`, so that a plain `cargo check` works on a clean checkout.
const BUILT: &str = "web/dist";
/// The source file whose macro embeds [`BUILT`]: its crate is built anew when the web app was.
const EMBEDDER: &str = "crates/web/src/lib.rs";

/// Whether this npm project is there. A folder with files but without `package.json` is an error.
pub fn present(repo: &Repo, folder: &str) -> Result<bool> {
    let path = repo.path(folder);
    if path.join("package.json").exists() {
        return Ok(true);
    }
    let others = fs::read_dir(&path).map(|entries| {
        entries.flatten().any(|entry| !["dist", "node_modules"].iter().any(|name| entry.file_name() == *name))
    });
    if others.unwrap_or(false) {
        bail!("{folder}/ has no package.json");
    }
    Ok(false)
}

/// `npm ci`, when the lock file changed since the last time.
pub fn install(repo: &Repo, folder: &str) -> Result<()> {
    if !present(repo, folder)? {
        println!("{folder}: not there, nothing to install");
        return Ok(());
    }
    let lock = fs::read(repo.path(folder).join("package-lock.json"))
        .with_context(|| format!("{folder} has no package-lock.json: run npm install there once and commit it"))?;
    let stamp = repo.path(folder).join("node_modules/.wardpost-lock");
    let hash = hash_of(&lock);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == hash) {
        println!("{folder}: node modules are as locked");
        return Ok(());
    }
    println!("{folder}: installing node modules");
    run(repo, &mut repo.npm(folder, &["ci", "--no-audit", "--no-fund", "--loglevel=error"]), Duration::from_secs(600))?;
    fs::write(stamp, hash)?;
    Ok(())
}

/// Builds the web app, if its sources changed since the last build here.
pub fn build(repo: &Repo) -> Result<()> {
    if !present(repo, APP)? {
        println!("{APP}: not there, nothing to build");
        return keep_folder(repo);
    }
    install(repo, APP)?;
    wasm::build(repo)?;
    let stamp = repo.path(APP).join("node_modules/.wardpost-built");
    let hash = hash_of(format!("{:?}", contents(repo, APP)?).as_bytes());
    if repo.path(BUILT).join("index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == hash) {
        println!("{BUILT}: is of the present sources");
        return Ok(());
    }
    println!("{BUILT}: building from {APP}/");
    let built = run(repo, &mut repo.npm(APP, &["run", "build"]), Duration::from_secs(600));
    keep_folder(repo)?;
    built?;
    // A release build embeds the files; cargo can't see that a file came or went, so the embedding crate is marked.
    if let Ok(file) = fs::File::options().append(true).open(repo.path(EMBEDDER)) {
        file.set_modified(now())?;
    }
    fs::write(stamp, hash)?;
    Ok(())
}

/// Prepares what running takes, builds, and becomes the demo.
pub fn run_demo(repo: &Repo, args: &[String]) -> Result<()> {
    setup::to_run(repo)?;
    build(repo)?;
    run(repo, &mut repo.cargo(BUILD_PROGRAM), Duration::from_secs(3600))?;
    // The demo takes this process's place, so that Ctrl-C and the exit code are its own.
    let mut demo = repo.command(repo.wardpost());
    demo.stdin(std::process::Stdio::inherit()).arg("demo").args(args);
    Err(demo.exec()).with_context(|| format!("cannot start {}", repo.wardpost().display()))
}

/// Builds the program for running and testing. `--workspace` and `--examples` (there are none) make cargo choose the
/// same features as for the tests, development dependencies included: otherwise half of all crates would be built twice.
pub const BUILD_PROGRAM: &[&str] = &["build", "--workspace", "--bin", "wardpost", "--examples"];

/// Every source file of a folder with its hash; what is installed or built is left out.
pub fn contents(repo: &Repo, folder: &str) -> Result<BTreeMap<PathBuf, String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![repo.path(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if ["node_modules", "dist", "out", "coverage", "test-results"].iter().any(|skip| name == *skip) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.file_type()?.is_file() {
                found.insert(relative(&repo.root, &entry.path()), hash_of(&fs::read(entry.path())?));
            }
        }
    }
    Ok(found)
}

fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_path_buf()
}

/// The build empties the folder; the committed placeholder is put back.
fn keep_folder(repo: &Repo) -> Result<()> {
    fs::create_dir_all(repo.path(BUILT))?;
    fs::write(repo.path(BUILT).join(".gitkeep"), "")?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a file's time stamp for cargo, no rule of the product")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Removes a folder with all that is in it, if it is there.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Tells contents apart; it guards nothing.
pub fn hash_of(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::{contents, present};
    use crate::process::Repo;
    use std::fs;

    /// A tree of its own for one test, gone when the test is.
    struct Tree(Repo);

    impl Tree {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(root.join("web/src")).unwrap();
            Self(Repo { target: root.join("target"), root, ci: false })
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    impl Drop for Tree {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0.root).unwrap();
        }
    }

    #[test]
    fn what_is_built_or_installed_is_no_source() {
        let tree = Tree::new("sources");
        tree.write("web/src/a.ts", "a");
        let before = contents(&tree.0, "web").unwrap();
        tree.write("web/dist/index.html", "built");
        tree.write("web/node_modules/x/index.js", "installed");
        assert_eq!(contents(&tree.0, "web").unwrap(), before);
        tree.write("web/src/a.ts", "b");
        assert_ne!(contents(&tree.0, "web").unwrap(), before);
    }

    #[test]
    fn a_folder_with_files_but_no_package_is_an_error() {
        let tree = Tree::new("present");
        assert!(!present(&tree.0, "tests/browser").unwrap(), "a folder that is absent is no error");
        tree.write("tests/browser/write.spec.ts", "");
        assert!(present(&tree.0, "tests/browser").unwrap_err().to_string().contains("no package.json"));
        tree.write("tests/browser/package.json", "{}");
        assert!(present(&tree.0, "tests/browser").unwrap());
    }
}
