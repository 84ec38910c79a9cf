//! A PostgreSQL of the tests' own. One server serves all test processes of a user; it is started by the first and
//! stopped some seconds after the last has ended, however it ended: each process holds a shared lock on a file, and a
//! small watching shell waits until nobody does.

use crate::migrate::Migration;
use crate::{Db, DbConfig};
use aws_lc_rs::digest::{SHA256, digest};
use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Waits until no process holds the lock, stops the server, removes its folder.
const WATCH: &str = r#"
root=$1 bin=$2 gate=$3 linger=$4
( while :; do
  flock -x "$root/users.lock" true
  sleep "$linger"
  exec 9>>"$gate" 8>>"$root/users.lock"
  if flock -n -x 9 && flock -n -x 8; then
    "$bin/pg_ctl" -D "$root/data" -m immediate -w stop
    rm -rf "$root"
    [ "$linger" = 0 ] && rm -f "$gate"
    exit 0
  fi
  exec 9>&- 8>&-
done ) &
"#;
const HELP: &str = "PostgreSQL is needed for these tests: install it (Debian and Ubuntu: apt-get install postgresql; \
                    Fedora: dnf install postgresql-server) or put its bin folder into PATH";
/// Small and safe: the disk's word is waited for, as in earnest.
const SETTINGS: &str = "-c shared_buffers=32MB -c max_connections=300 -c fsync=on \
                        -c autovacuum=off -c max_wal_size=256MB";

/// A running PostgreSQL server. Clones are the same server; it ends after the last clone of the last process.
#[derive(Clone)]
pub struct TestPostgres(Arc<Server>);

struct Server {
    root: PathBuf,
    bin: PathBuf,
    owner: Owner,
    /// Port on the loopback interface; also in the name of the socket.
    port: u16,
    /// Settings beside the usual ones.
    settings: String,
    _user: File,
}

/// A server certificate and its key, in PEM.
struct Tls<'a> {
    certificate: &'a str,
    key: &'a str,
}

/// The user that the server runs as: never root.
#[derive(Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
    change: bool,
}

impl TestPostgres {
    /// The server that all tests share.
    #[must_use]
    pub fn shared() -> Self {
        static SHARED: OnceLock<TestPostgres> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                let (owner, bin) = (owner(), programs());
                let version = bin.parent().and_then(Path::file_name).map(|v| v.to_string_lossy().into_owned());
                let name = format!("wardpost-test-{}-{}", owner.uid, version.unwrap_or_default());
                let root = std::env::temp_dir().join(&name);
                let gate = std::env::temp_dir().join(format!("{name}.lock"));
                Self::start_in(root, bin, owner, &gate, 5, None)
            })
            .clone()
    }

    /// A server for one test alone, which may stop and start it.
    #[must_use]
    pub fn private() -> Self {
        let root = std::env::temp_dir().join(format!("wardpost-test-{}", Uuid::new_v4().simple()));
        let gate = root.with_extension("lock");
        Self::start_in(root, programs(), owner(), &gate, 0, None)
    }

    /// A server for one test alone that also listens on the loopback interface, with TLS if there is a certificate
    /// and key in PEM.
    #[must_use]
    pub fn private_on_tcp(tls: Option<(&str, &str)>) -> Self {
        let root = std::env::temp_dir().join(format!("wardpost-test-{}", Uuid::new_v4().simple()));
        let gate = root.with_extension("lock");
        let tls = tls.map(|(certificate, key)| Tls { certificate, key });
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_in(root, programs(), owner(), &gate, 0, Some((port, tls)))
    }

    fn start_in(
        root: PathBuf,
        bin: PathBuf,
        owner: Owner,
        gate: &Path,
        linger: u32,
        tcp: Option<(u16, Option<Tls<'_>>)>,
    ) -> Self {
        let gate_file = open_owned(gate, owner);
        // Only one process at a time starts or stops.
        gate_file.lock().unwrap();
        let running = UnixStream::connect(root.join("socket/.s.PGSQL.5432")).is_ok();
        if running {
            assert_eq!(std::fs::symlink_metadata(&root).unwrap().uid(), owner.uid, "{} is not ours", root.display());
        } else {
            if root.exists() {
                let _ = command(&bin, owner, "pg_ctl")
                    .arg("-D")
                    .arg(root.join("data"))
                    .args(["-m", "immediate", "-w", "stop"])
                    .output();
                std::fs::remove_dir_all(&root).unwrap();
            }
            for folder in [root.clone(), root.join("socket")] {
                std::fs::create_dir(&folder).unwrap();
                std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
                chown(&folder, Some(owner.uid), Some(owner.gid)).unwrap();
            }
        }
        let user = open_owned(&root.join("users.lock"), owner);
        user.lock_shared().unwrap();
        let port = tcp.as_ref().map_or(5432, |(port, _)| *port);
        let settings = match &tcp {
            None => "-c listen_addresses=''",
            Some((_, None)) => "-c listen_addresses=127.0.0.1",
            Some((_, Some(_))) => "-c listen_addresses=127.0.0.1 -c ssl=on",
        };
        let server = Self(Arc::new(Server { root, bin, owner, port, settings: settings.to_owned(), _user: user }));
        if !running {
            let data = server.0.root.join("data");
            must(server.command("initdb").arg("-D").arg(data).args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-instructions",
            ]));
            if let Some((_, Some(tls))) = tcp {
                server.put("data/server.crt", tls.certificate);
                server.put("data/server.key", tls.key);
            }
            server.start();
            server.watch(gate, linger);
        }
        server
    }

    fn command(&self, program: &str) -> Command {
        command(&self.0.bin, self.0.owner, program)
    }

    /// Starts the server again.
    pub fn start(&self) {
        let Server { root, port, settings, .. } = &*self.0;
        let options = format!("{SETTINGS} {settings} -p {port} -k {}", root.join("socket").display());
        must(self.control().arg("-l").arg(self.0.root.join("server.log")).args(["-w", "-o", &options, "start"]));
    }

    /// Stops the server: `fast` ends connections in order, `immediate` is as a crash.
    pub fn stop(&self, mode: &str) {
        must(self.control().args(["-m", mode, "-w", "stop"]));
    }

    fn control(&self) -> Command {
        let mut c = self.command("pg_ctl");
        c.arg("-D").arg(self.0.root.join("data"));
        c
    }

    fn watch(&self, gate: &Path, linger: u32) {
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "sh"]).arg(&self.0.root).arg(&self.0.bin).arg(gate).arg(linger.to_string());
        become_owner(&mut shell, self.0.owner);
        shell.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // It puts itself into the background.
        assert!(shell.status().is_ok_and(|s| s.success()), "starting the watching shell");
    }

    /// The URL of a database on this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let socket = self.0.root.join("socket").display().to_string().replace('/', "%2F");
        format!("postgres://postgres@/{database}?host={socket}&port={}", self.0.port)
    }

    /// The port on the loopback interface, if it listens there.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Writes a file that only the server's user may read.
    fn put(&self, name: &str, text: &str) {
        let path = self.0.root.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        chown(&path, Some(self.0.owner.uid), Some(self.0.owner.gid)).unwrap();
    }

    /// Makes a fresh database with this schema, cloned from a template that is migrated once; gives its name.
    pub async fn database(self, migrations: &'static [Migration]) -> String {
        let fingerprint: String = migrations.iter().map(Migration::checksum).collect();
        let hash = digest(&SHA256, fingerprint.as_bytes());
        let hash: String = hash.as_ref().iter().take(12).map(|b| format!("{b:02x}")).collect();
        let template = format!("template_{hash}");
        if self.ask(&format!("SELECT 1 FROM pg_database WHERE datname = '{template}'")).await == 0 {
            let build = format!("build_{}", Uuid::new_v4().simple());
            self.ask(&format!("CREATE DATABASE {build}")).await;
            let db = Db::open(&DbConfig { writers: 1, ..DbConfig::postgres(self.url(&build)) }).await.unwrap();
            db.migrate_to(migrations, 0).await.unwrap_or_else(|e| panic!("{e}"));
            db.close().await.unwrap();
            drop(db);
            // Somebody else may have made it meanwhile.
            let made = self.try_ask(&format!("ALTER DATABASE {build} RENAME TO {template}")).await;
            if made.is_err() {
                self.ask(&format!("DROP DATABASE {build} WITH (FORCE)")).await;
            }
        }
        let name = format!("test_{}", Uuid::new_v4().simple());
        self.ask(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        name
    }

    /// Removes a database, ending its connections.
    pub fn drop_database(&self, name: &str) {
        let (server, sql) = (self.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // In a thread of its own: the caller's runtime can't wait for itself.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            // A server that was stopped has nothing to remove.
            runtime.block_on(async { drop(server.try_ask(&sql).await) });
            Ok::<_, std::io::Error>(())
        });
        let _ = gone.join();
    }

    /// Runs one administrative statement; gives the number of rows.
    pub async fn ask(&self, sql: &str) -> u64 {
        self.try_ask(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"))
    }

    async fn try_ask(&self, sql: &str) -> Result<u64, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), tokio_postgres::NoTls).await?;
        let driver = tokio::spawn(connection);
        let rows = client.execute(sql, &[]).await;
        driver.abort();
        rows
    }
}

fn must(c: &mut Command) {
    let out = c.output().unwrap_or_else(|e| panic!("{c:?}: {e}"));
    let say = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    assert!(out.status.success(), "{c:?}: {}\n{}{}", out.status, say(&out.stdout), say(&out.stderr));
}

fn command(bin: &Path, owner: Owner, program: &str) -> Command {
    let mut c = Command::new(bin.join(program));
    c.current_dir("/").env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
    become_owner(&mut c, owner);
    c
}

fn become_owner(c: &mut Command, owner: Owner) {
    if owner.change {
        c.gid(owner.gid).uid(owner.uid);
    }
}

/// Opens a lock file that both we and the server's user may open; never one that somebody else has laid there.
fn open_owned(path: &Path, owner: Owner) -> File {
    let file =
        File::options().create(true).append(true).open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if file.metadata().unwrap().uid() != owner.uid {
        chown(path, Some(owner.uid), Some(owner.gid)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    file
}

/// Ourselves, or if we are root the user `postgres` or `nobody`: the server refuses to run as root.
fn owner() -> Owner {
    let me = std::fs::metadata("/proc/self").unwrap();
    if me.uid() != 0 {
        return Owner { uid: me.uid(), gid: me.gid(), change: false };
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse::<u32>);
        Some(Owner { uid: fields.next()?.ok()?, gid: fields.next()?.ok()?, change: true })
    };
    find("postgres").or_else(|| find("nobody")).unwrap_or_else(|| panic!("no user 'postgres' or 'nobody'"))
}

/// The folder with the newest server's programs.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let complete = |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|p| folder.join(p).is_file());
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("bin"))
        .collect();
    versions.sort_by_key(|p| {
        let version = p.parent().and_then(Path::file_name).and_then(|v| v.to_str()).and_then(|v| v.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    let found = std::env::split_paths(&path).chain(versions).find(complete).unwrap_or_else(|| panic!("{HELP}"));
    // A link in PATH leads to a folder that is named after the version.
    let real = std::fs::canonicalize(found.join("initdb")).ok().and_then(|p| p.parent().map(Path::to_owned));
    real.filter(complete).unwrap_or(found)
}
