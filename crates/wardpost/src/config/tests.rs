use super::*;

const EXAMPLE: &str = include_str!("../../../../wardpost.example.toml");

fn problems(text: &str) -> Vec<String> {
    Config::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_example_holds_every_key_with_its_default() {
    // As shipped, everything that is no comment is a default.
    assert_eq!(Config::parse(EXAMPLE).unwrap(), Config::default());
    // With the comment marks of keys taken away it names every key there is, and no other.
    let uncommented: String =
        EXAMPLE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
    let shown: toml::Table = toml::from_str(&uncommented).unwrap();
    let config = Config::parse(&uncommented).unwrap_or_else(|e| panic!("{e:?}"));
    let complete = toml::Table::try_from(&config).unwrap();
    for (section, keys) in &complete {
        let toml::Value::Table(keys) = keys else { continue };
        for key in keys.keys() {
            assert!(shown.get(section).and_then(|s| s.get(key)).is_some(), "{section}.{key} is not in the example");
        }
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_could_stand_there() {
    let found = problems("[server]\nhost_name = \"mx.clinic.example\"\n\n[http]\nlissten = [\"127.0.0.1:1\"]\n");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("line 5: http.lissten: unknown field `lissten`, expected one of `listen`"),
        "{found:?}"
    );
}

#[test]
fn an_unknown_section_and_a_wrong_type_are_named() {
    assert!(problems("[htttp]\n")[0].starts_with("line 1: htttp: unknown field"), "{:?}", problems("[htttp]\n"));
    let wrong = problems("[sessions]\nidle_minutes = \"soon\"\n");
    assert!(
        wrong[0].starts_with("line 2: sessions.idle_minutes: invalid type: string \"soon\", expected u16"),
        "{wrong:?}"
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let found = problems("[server]\nhost_name = mx\n");
    assert!(found[0].starts_with("line 2: "), "{found:?}");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let found = problems("[http]\nlisten = [\"0.0.0.0:80\"]\n");
    assert!(found[0].starts_with("line 2: http.listen: 0.0.0.0:80 is open to other machines"), "{found:?}");
    let found = problems("[server]\npublic_url = \"http://mail.clinic.example\"\n");
    assert!(found[0].contains("server.public_url: http:// is only for this machine"), "{found:?}");
    assert!(problems("[metrics]\nlisten = \"10.0.0.1:9464\"\n")[0].contains("metrics.listen"));
}

#[test]
fn all_problems_are_told_at_once() {
    let text = "[server]\nhost_name = \"192.0.2.1\"\nnode = \"\"\n[http]\ntls_cert = \"a.pem\"\n[database]\nurl = \"mysql://x\"\n\
                [smtp.limits]\nexempt_networks = [\"10.0.0.0/33\"]\n[mail]\nretention_years = 0\n";
    let found = problems(text);
    for key in [
        "server.host_name",
        "server.node",
        "http.tls_cert",
        "database.url",
        "smtp.limits.exempt_networks",
        "mail.retention_years",
    ] {
        assert!(found.iter().any(|p| p.contains(key)), "{key} in {found:?}");
    }
    assert_eq!(found.len(), 6);
}

#[test]
fn paths_are_meant_from_the_files_folder() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wardpost.toml");
    std::fs::write(&file, "[server]\ndata_dir = \"d\"\n[delivery]\ntrust_roots = \"/etc/roots.pem\"\n").unwrap();
    let config = Config::load(Some(&file)).unwrap();
    assert_eq!(config.server.data_dir, dir.path().join("d"));
    assert_eq!(config.delivery.trust_roots.unwrap(), Path::new("/etc/roots.pem"));
    let missing = Config::load(Some(&dir.path().join("none.toml"))).unwrap_err().to_string();
    assert!(missing.contains("none.toml can't be used:\n  the file can't be read"), "{missing}");
}
