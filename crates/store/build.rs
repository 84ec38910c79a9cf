//! Lists the migrations, so that adding a file is all it takes: `migrations/NNNN_name.sql` becomes one entry of
//! `MIGRATIONS`, its text included in the program; `migrations-keys` likewise becomes `KEY_MIGRATIONS`.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    list("migrations", "migrations.rs");
    list("migrations-keys", "key_migrations.rs");
}

fn list(folder: &str, to: &str) {
    println!("cargo:rerun-if-changed={folder}");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let path = Path::new(&root).join(folder);
    let mut names: Vec<String> = fs::read_dir(&path)
        .map(|entries| entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect())
        .unwrap_or_default();
    names.retain(|n| n.ends_with(".sql"));
    names.sort();
    let mut list = String::from("&[\n");
    for (index, file) in names.iter().enumerate() {
        let stem = file.trim_end_matches(".sql");
        let (number, name) = stem.split_once('_').unwrap_or((stem, ""));
        let version: usize = number.parse().unwrap_or(0);
        assert!(
            version == index + 1 && number.len() == 4 && !name.is_empty(),
            "{folder}/{file}: expected {:04}_name.sql, numbered without a gap",
            index + 1
        );
        let sql = path.join(file);
        println!("cargo:rerun-if-changed={}", sql.display());
        let _ = writeln!(list, "    Migration {{ version: {version}, name: {name:?}, sql: include_str!({sql:?}) }},");
    }
    list.push(']');
    let out = env::var("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join(to), list).unwrap_or_else(|e| panic!("writing the list: {e}"));
}
