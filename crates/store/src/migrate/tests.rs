use super::*;

const FILE: &str = "-- A table.\nCREATE TABLE a (\n  id {uuid} NOT NULL,\n  n {int}, -- not null later; maybe\n  t {text}\n){strict};\n\n-- only: postgres\nALTER TABLE a ALTER COLUMN t SET STORAGE EXTERNAL;\n-- only: sqlite\nCREATE INDEX x ON a (t);\nCREATE INDEX y ON a (n);\n";

fn migration(version: i64, sql: &'static str) -> Migration {
    Migration { version, name: "test", sql }
}

#[test]
fn a_file_is_rendered_for_each_engine() {
    let m = migration(1, FILE);
    let sqlite = m.render(Engine::Sqlite).unwrap();
    assert_eq!(sqlite.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 3, 4]);
    assert!(sqlite[0].1.starts_with("CREATE TABLE a (\n  id BLOB NOT NULL,\n  n INTEGER, -- not null later; maybe\n"));
    assert!(sqlite[0].1.ends_with(") STRICT"));
    let postgres = m.render(Engine::Postgres).unwrap();
    assert_eq!(postgres.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2, 4]);
    assert!(postgres[0].1.contains("t TEXT COLLATE \"C\""));
    assert!(postgres[0].1.ends_with("\n)"));
    assert_eq!(postgres[1].1, "ALTER TABLE a ALTER COLUMN t SET STORAGE EXTERNAL");
}

#[test]
fn what_the_splitter_can_not_understand_is_refused_with_its_place() {
    let place = |sql| match migration(7, sql).render(Engine::Sqlite) {
        Err(SchemaError::Failed { version: 7, statement, .. }) => statement,
        other => panic!("{other:?}"),
    };
    assert_eq!(place("CREATE TABLE a (n {int});\nCREATE TABLE b (n {json});\n"), 2);
    assert_eq!(place("CREATE TABLE a (n {int});\nCREATE TABLE b (n {int})\n"), 2);
    assert_eq!(place("-- only: oracle\nCREATE TABLE a (n {int});\n"), 1);
}

#[test]
fn the_checksum_is_of_the_text_and_not_of_its_line_ends() {
    assert_eq!(migration(1, "a;\r\nb;\r\n").checksum(), migration(2, "a;\nb;\n").checksum());
    assert_ne!(migration(1, "a;\n").checksum(), migration(1, "b;\n").checksum());
    assert_eq!(migration(1, "").checksum(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn a_database_of_another_history_is_refused() {
    let known = [migration(1, "a;"), migration(2, "b;")];
    let applied = |m: &Migration| Applied { version: m.version, name: m.name.to_owned(), checksum: m.checksum() };
    assert_eq!(pending(&[], &known).unwrap().len(), 2);
    assert_eq!(pending(&[applied(&known[0])], &known).unwrap().len(), 1);
    assert_eq!(pending(&[applied(&known[0]), applied(&known[1])], &known).unwrap().len(), 0);
    let newer = [applied(&known[0]), applied(&known[1]), applied(&migration(3, "c;"))];
    assert_eq!(pending(&newer, &known).unwrap_err(), SchemaError::Newer { found: 3, known: 2 });
    let changed = [applied(&migration(1, "x;"))];
    assert_eq!(pending(&changed, &known).unwrap_err(), SchemaError::Changed { version: 1, name: "test".to_owned() });
    assert_eq!(pending(&[applied(&known[1])], &known).unwrap_err(), SchemaError::Gap { version: 1 });
}

#[test]
fn every_migration_of_this_program_can_be_rendered_and_keeps_to_the_rules() {
    for m in MIGRATIONS.iter().chain(KEY_MIGRATIONS) {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            for (n, text) in m.render(engine).unwrap() {
                let upper = text.to_uppercase();
                let place = format!("{:04}_{}.sql, statement {n}", m.version, m.name);
                assert!(!upper.contains("CREATE TRIGGER"), "{place}: no triggers");
                // SQLite forgets the name of a constraint, and a conflict couldn't be told by it.
                assert!(
                    !upper.split("CREATE UNIQUE").next().unwrap_or_default().split_whitespace().any(|w| w == "UNIQUE"),
                    "{place}: write unique constraints as CREATE UNIQUE INDEX name"
                );
                if engine == Engine::Sqlite && upper.trim_start().starts_with("CREATE TABLE") {
                    assert!(
                        upper.ends_with("STRICT") || upper.ends_with("WITHOUT ROWID"),
                        "{place}: end with {{strict}}"
                    );
                }
            }
        }
    }
}
