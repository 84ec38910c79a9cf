//! Getting to the server: the URL, TLS, sessions' settings, pools.

use super::error::{Failure, plain, translate};
use crate::{Result, StoreError, positional};
use deadpool_postgres::{Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a caller waits for a connection from the pool.
const WAIT: Duration = Duration::from_secs(10);
/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Settings of every session. Nothing waits for ever: a statement 30 s, a transaction left open 60 s.
const SESSION: &str = "SET statement_timeout = '30s'; \
                       SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning'";
/// A session that can't change anything.
const READ_ONLY: &str = "SET default_transaction_read_only = on";
/// A commit is answered after it is on the server's disk, whatever the server's default is.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
                       WHERE current_setting('synchronous_commit', true) = 'off'";

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Writes.
    Write,
    /// Only reads.
    Read,
}

/// How to reach one database, and the statements rewritten for it.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub config: Config,
    pub tls: MakeRustlsConnect,
    rewritten: Arc<RwLock<HashMap<&'static str, Arc<str>>>>,
}

impl Cluster {
    /// Reads the URL.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let (url, ca_file) = split_root_cert(url);
        let mut config: Config =
            url.parse().map_err(|e| StoreError::Backend(format!("database URL: {}", plain(&e))))?;
        let local = config.get_hosts().iter().all(is_local) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        match config.get_ssl_mode() {
            SslMode::Prefer if local => config.ssl_mode(SslMode::Disable),
            SslMode::Prefer => config.ssl_mode(SslMode::Require),
            SslMode::Disable if !local => {
                tracing::warn!("the connection to the database on another machine is not encrypted (sslmode=disable)");
                &mut config
            }
            _ => &mut config,
        };
        if config.get_application_name().is_none() {
            config.application_name("wardpost");
        }
        config.connect_timeout(CONNECT).keepalives_idle(Duration::from_secs(30));
        config.tcp_user_timeout(Duration::from_secs(30));
        Ok(Self { config, tls: MakeRustlsConnect::new(tls(ca_file.as_deref())?), rewritten: Arc::default() })
    }

    /// A pool of connections; they are made when first needed.
    pub(crate) fn pool(&self, most: usize, access: Access, lock_wait: Duration) -> Result<Pool> {
        let settings = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let session: Arc<str> = format!("SET lock_timeout = {}; {SESSION}", lock_wait.as_millis().max(1)).into();
        let manager = Manager::from_config(self.config.clone(), self.tls.clone(), settings);
        Pool::builder(manager)
            .max_size(most.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(CONNECT + Duration::from_secs(1)))
            .post_create(Hook::async_fn(move |client, _| {
                let session = Arc::clone(&session);
                Box::pin(async move {
                    let settle = async {
                        client.batch_execute(&session).await?;
                        match access {
                            Access::Read => client.batch_execute(READ_ONLY).await,
                            Access::Write => client.batch_execute(DURABLE).await,
                        }
                    };
                    settle.await.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(StoreError::backend)
    }

    /// The statement with PostgreSQL's placeholders; rewritten once.
    pub(crate) fn rewrite(&self, sql: &'static str) -> Result<Arc<str>> {
        if let Some(known) = self.rewritten.read().unwrap_or_else(PoisonError::into_inner).get(sql) {
            return Ok(Arc::clone(known));
        }
        let text: Arc<str> = positional(sql)?.into();
        self.rewritten.write().unwrap_or_else(PoisonError::into_inner).insert(sql, Arc::clone(&text));
        Ok(text)
    }

    /// The statement prepared on this connection; prepared once per connection.
    pub(crate) async fn prepare(&self, client: &Client, sql: &'static str) -> Result<Statement, Failure> {
        let text = self.rewrite(sql)?;
        client.prepare_cached(&text).await.map_err(|e| translate(&e).named(sql))
    }
}

/// A connection from the pool.
pub(crate) async fn checkout(pool: &Pool) -> Result<Client, Failure> {
    pool.get().await.map_err(|e| match e {
        PoolError::Closed => StoreError::Closed.into(),
        PoolError::Timeout(_) => StoreError::Busy.into(),
        PoolError::Backend(e) | PoolError::PostCreateHook(HookError::Backend(e)) => {
            let failure = translate(&e);
            tracing::warn!(error = plain(&e), "no connection to the database");
            failure
        }
        other => StoreError::backend(other).into(),
    })
}

/// Makes sure at the start that the server answers and keeps what it says it has.
pub(crate) async fn greet(pool: &Pool) -> Result<()> {
    let client = checkout(pool).await.map_err(|f| f.error)?;
    let row = client
        .query_opt("SELECT 1 WHERE current_setting('fsync', true) = 'off'", &[])
        .await
        .map_err(|e| translate(&e).error)?;
    if row.is_some() {
        tracing::warn!("the database server runs with fsync=off: what it confirms can be lost with the power");
    }
    Ok(())
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// TLS with verified certificates, always: by the public roots, or by the operator's file alone.
fn tls(ca_file: Option<&str>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let bad = |e: &dyn std::fmt::Display| StoreError::Backend(format!("sslrootcert {path}: {e}"));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| bad(&e))? {
                roots.add(certificate.map_err(|e| bad(&e))?).map_err(|e| bad(&e))?;
            }
            if roots.is_empty() {
                return Err(bad(&"no certificate in it"));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StoreError::backend)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Takes `sslrootcert` out of the URL, which the client library doesn't know, and says `require` for the stricter
/// modes, which is what `require` means here.
fn split_root_cert(url: &str) -> (String, Option<String>) {
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let mut ca_file = None;
    let kept: Vec<String> = query
        .split('&')
        .filter_map(|pair| match pair.split_once('=') {
            Some(("sslrootcert", path)) => {
                ca_file = Some(percent_decode(path));
                None
            }
            Some(("sslmode", "verify-ca" | "verify-full")) => Some("sslmode=require".to_owned()),
            _ => Some(pair.to_owned()),
        })
        .collect();
    let url = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    (url, ca_file)
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_spoken_to_by_tls_unless_the_url_forbids_it() {
        let mode = |url: &str| Cluster::new(url).unwrap().config.get_ssl_mode();
        assert_eq!(mode("postgres://u@db.example.org/w"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example.org/w?sslmode=verify-full"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example.org/w?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("postgres://u@127.0.0.1/w"), SslMode::Disable);
        assert_eq!(mode("postgres://u@localhost/w?sslmode=require"), SslMode::Require);
        assert_eq!(mode("postgres:///w?host=/run/postgresql"), SslMode::Disable);
    }

    #[test]
    fn the_root_file_is_taken_out_of_the_url() {
        let (url, file) = split_root_cert("postgres://u@h/w?sslrootcert=%2Fetc%2Fca%20x.pem&sslmode=verify-ca");
        assert_eq!(url, "postgres://u@h/w?sslmode=require");
        assert_eq!(file.as_deref(), Some("/etc/ca x.pem"));
        assert!(Cluster::new("postgres://u@h/w?sslrootcert=/does/not/exist").is_err());
    }
}
