//! Files that are generated and committed: the OpenAPI document, and what the web app derives from it.

use crate::process::{Repo, output, run};
use crate::web;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::time::Duration;

const OPENAPI: &str = "docs/openapi.json";

/// Writes all of them anew.
pub fn write(repo: &Repo) -> Result<()> {
    let document = openapi(repo)?;
    fs::write(repo.path(OPENAPI), document).with_context(|| format!("cannot write {OPENAPI}"))?;
    println!("wrote {OPENAPI}");
    if web::present(repo, web::APP)? {
        web::install(repo, web::APP)?;
        generate(repo)?;
    }
    Ok(())
}

/// Fails if the committed OpenAPI document is not what the program prints.
pub fn openapi_is_fresh(repo: &Repo) -> Result<()> {
    let committed =
        fs::read(repo.path(OPENAPI)).with_context(|| format!("{OPENAPI} cannot be read: run cargo xtask generate"))?;
    ensure!(
        openapi(repo)? == committed,
        "{OPENAPI} is not what the program says: run cargo xtask generate and commit it"
    );
    Ok(())
}

/// Fails if generating changes anything in the web app's sources; what it wrote is left there to be committed.
pub fn web_is_fresh(repo: &Repo) -> Result<()> {
    let before = web::contents(repo, web::APP)?;
    generate(repo)?;
    let after = web::contents(repo, web::APP)?;
    let changed: Vec<String> = after
        .iter()
        .filter(|(path, hash)| before.get(*path) != Some(*hash))
        .map(|(path, _)| path.display().to_string())
        .collect();
    ensure!(changed.is_empty(), "were not fresh and are written anew now, please commit them: {}", changed.join(", "));
    Ok(())
}

fn generate(repo: &Repo) -> Result<()> {
    run(repo, &mut repo.npm(web::APP, &["run", "generate"]), Duration::from_secs(120))
}

fn openapi(repo: &Repo) -> Result<Vec<u8>> {
    run(repo, &mut repo.cargo(web::BUILD_PROGRAM), Duration::from_secs(3000))?;
    output(repo.command(repo.wardpost()).arg("openapi"))
}
