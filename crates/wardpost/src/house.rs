//! Opening what a command or the server works with: databases, keys, files, the use cases over them.

use crate::config::Config;
use crate::keys::SqlKeyStore;
use crate::provider_client::{HttpProvider, NoProvider};
use crate::sms::{HttpSms, NoSms};
use anyhow::{Context as _, Result, anyhow, bail};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use wardpost_core::ports::{DeviceAuthorities, NoAuthorities, ProviderClient, SmsGateway, TlsFinding, TlsProber};
use wardpost_core::{Clock, Core, CoreConfig, Parts};
use wardpost_mail::route::{Dns, LookupError, Resolve, Router, Transport};
use wardpost_mail::smtp::client::{Client, ClientConfig};
use wardpost_mail::{Prober, Way};
use wardpost_model::{Domain, OrgId};
use wardpost_phi::{OrgVocabulary, Scanner};
use wardpost_store::blob::Blobs;
use wardpost_store::{Db, Engine};
use wardpost_vault::{KeyKind, KeyStore, OrgVault, RootKey, Vault, VaultError};

/// Everything that is open.
pub struct House {
    /// The use cases.
    pub core: Core,
    /// All keys.
    pub vault: Vault,
    /// Where the keys are kept.
    pub keys: SqlKeyStore,
    /// Where the rows are kept.
    pub db: Db,
    /// Held while this process writes to SQLite files as their server.
    _lock: Option<File>,
}

/// What a process that opens the house wants.
pub struct Opening {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ways out; none for commands that send nothing.
    pub outbound: Option<Way>,
    /// The server's own: takes the lock of the data folder and brings the schema up to date.
    pub serving: bool,
    /// Port that people are told to enter in their mail program.
    pub submission_port: u16,
    /// The authorities of client certificates.
    pub devices: Arc<dyn DeviceAuthorities>,
}

impl Opening {
    /// For a command that neither serves nor sends.
    pub fn command(clock: Arc<dyn Clock>) -> Self {
        Self { clock, outbound: None, serving: false, submission_port: 465, devices: Arc::new(NoAuthorities) }
    }
}

/// Opens an existing house.
///
/// # Errors
/// With what to do about it.
pub async fn open(config: &Config, opening: Opening) -> Result<House> {
    let lock = if opening.serving { lock(config)? } else { None };
    let (root, scanner) = (root_key(config)?, scanner());
    let keys = open_keys(config, opening.clock.now_us()).await?;
    let vault = Vault::open(root, Arc::new(keys.clone())).await.map_err(explain)?;
    let org = the_org(&keys).await?.context("there is no organisation yet: run `wardpost init`")?;
    let org_vault = vault.org(org).await.map_err(explain)?;
    let db = open_db(config, &opening).await?;
    let core = core(config, opening, org, org_vault, db.clone(), joined(scanner)?)?;
    Ok(House { core, vault, keys, db, _lock: lock })
}

/// Makes folder, keys and schema of a new house, with an organisation's key.
///
/// # Errors
/// When there is one already.
pub async fn create(config: &Config, opening: Opening) -> Result<House> {
    make_folder(&config.server.data_dir)?;
    let lock = lock(config)?;
    let keys = open_keys(config, opening.clock.now_us()).await?;
    if the_org(&keys).await?.is_some() {
        bail!("this house exists already: use `wardpost serve`, and `wardpost admin` for invitations");
    }
    let root = match root_key(config) {
        Ok(root) => root,
        Err(_) if !config.root_key_file().exists() => RootKey::create_file(&config.root_key_file())?,
        Err(e) => return Err(e),
    };
    let vault = Vault::open_or_create(root, Arc::new(keys.clone())).await.map_err(explain)?;
    let org = OrgId(uuid::Uuid::new_v4());
    let org_vault = vault.create_org(org).await.map_err(explain)?;
    let opening = Opening { serving: true, ..opening };
    let db = open_db(config, &opening).await?;
    let core = core(config, opening, org, org_vault, db.clone(), joined(scanner())?)?;
    Ok(House { core, vault, keys, db, _lock: lock })
}

impl House {
    /// Closes databases after everything accepted is written.
    ///
    /// # Errors
    /// When that took more than a minute.
    pub async fn close(self) -> Result<()> {
        self.db.close().await.context("closing the database")?;
        self.keys.db().close().await.context("closing the key database")
    }
}

/// Word lists take a moment: they are read while databases are opened.
fn scanner() -> std::thread::JoinHandle<Result<Arc<Scanner>>> {
    std::thread::spawn(|| Ok(Arc::new(Scanner::new(&OrgVocabulary::default()).context("the detector's word lists")?)))
}

fn joined(scanner: std::thread::JoinHandle<Result<Arc<Scanner>>>) -> Result<Arc<Scanner>> {
    scanner.join().map_err(|_| anyhow!("loading the detector's word lists failed"))?
}

/// The root key: the environment's, or the file's.
///
/// # Errors
/// When it can't be used.
pub fn root_key(config: &Config) -> Result<RootKey> {
    if std::env::var_os("WARDPOST_ROOT_KEY").is_some() {
        return Ok(RootKey::from_env("WARDPOST_ROOT_KEY")?);
    }
    let file = config.root_key_file();
    if !file.exists() {
        bail!("there is no root key at {}: run `wardpost init`, or name it in vault.root_key_file", file.display());
    }
    Ok(RootKey::from_file(&file)?)
}

async fn open_keys(config: &Config, now_us: i64) -> Result<SqlKeyStore> {
    let db = config.keys_db().map_err(|e| anyhow!(e))?;
    SqlKeyStore::open(&db, now_us).await.context("opening the key database")
}

async fn open_db(config: &Config, opening: &Opening) -> Result<Db> {
    let settings = config.db().map_err(|e| anyhow!(e))?;
    let db = Db::open(&settings).await.context("opening the database")?;
    if opening.serving {
        let applied = db.migrate(opening.clock.now_us()).await.context("bringing the schema up to date")?;
        if !applied.is_empty() {
            tracing::info!(versions = ?applied, "the schema was brought up to date");
        }
    } else if !db.pending_migrations().await.context("looking at the schema")?.is_empty() {
        bail!(
            "the database's schema is older than this program: start `wardpost serve` once, which brings it up to date"
        );
    }
    Ok(db)
}

/// The one organisation that has a key here.
async fn the_org(keys: &SqlKeyStore) -> Result<Option<OrgId>> {
    let rows = keys.list().await.context("reading the key database")?;
    let mut orgs = rows.iter().filter(|r| r.kind == KeyKind::Org && !r.org.is_nil()).map(|r| OrgId(r.org));
    match (orgs.next(), orgs.next()) {
        (org, None) => Ok(org),
        _ => bail!("the key database holds several organisations; this program serves one"),
    }
}

fn core(config: &Config, opening: Opening, org: OrgId, vault: OrgVault, db: Db, scanner: Arc<Scanner>) -> Result<Core> {
    let sms: Arc<dyn SmsGateway> = match config.sms.as_ref().filter(|_| opening.outbound.is_some()) {
        Some(sms) => Arc::new(HttpSms::new(sms)?),
        None => Arc::new(NoSms),
    };
    let serves = opening.outbound.is_some();
    let tls_prober: Arc<dyn TlsProber> = match opening.outbound {
        Some(out) => Arc::new(Prober::new(out.router, out.client)),
        None => Arc::new(NoProber),
    };
    let providers: Arc<dyn ProviderClient> =
        if serves { Arc::new(provider_client(config)?) } else { Arc::new(NoProvider) };
    let blobs = Blobs::local(&config.data("blobs")).context("opening the folder of files")?;
    let core = Core::new(Parts {
        org,
        db,
        blobs,
        vault,
        scanner,
        clock: opening.clock,
        sms,
        tls_prober,
        providers,
        devices: opening.devices,
        config: CoreConfig {
            public_url: config.server.public_url.trim_end_matches('/').to_owned(),
            host_name: config.server.host_name.to_ascii_lowercase(),
            mail_retention_class: config.mail.retention_class.clone(),
            mail_retention_years: config.mail.retention_years,
            idle_minutes: config.sessions.idle_minutes,
            session_hours: config.sessions.absolute_hours,
            // What comes in gets a trace field on top.
            max_message_bytes: (u64::from(config.mail.message_mib) << 20) + (64 << 10),
            submission_host: config.server.host_name.to_ascii_lowercase(),
            submission_port: opening.submission_port,
        },
    });
    if let Some(list) = &config.passwords.refused_list {
        core.use_password_blocklist(list).with_context(|| format!("passwords.refused_list: {}", list.display()))?;
    }
    Ok(core)
}

fn provider_client(config: &Config) -> Result<HttpProvider> {
    let roots = match &config.identity.trust_roots {
        Some(file) => Some(std::fs::read(file).with_context(|| format!("identity.trust_roots {}", file.display()))?),
        None => None,
    };
    HttpProvider::new(roots.as_deref(), config.server.public_url.starts_with("http://"))
}

/// Which names outside are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Those of the system's DNS.
    System,
    /// Only domains with a fixed route: nothing leaves this machine.
    ConfiguredOnly,
}

/// Knows no name.
struct NoNames;

#[async_trait]
impl Resolve for NoNames {
    async fn mx(&self, _: &Domain) -> Result<Vec<(u16, String)>, LookupError> {
        Err(LookupError::NoSuchName)
    }
    async fn addresses(&self, _: &str) -> Result<Vec<std::net::IpAddr>, LookupError> {
        Err(LookupError::NoSuchName)
    }
}

/// Ways out, as configured.
///
/// # Errors
/// When trust roots or DNS can't be set up.
pub fn outbound(config: &Config, names: Names) -> Result<Way> {
    let name: Domain = config.server.host_name.parse().context("server.host_name")?;
    let delivery = &config.delivery;
    let mut client = ClientConfig::new(name.clone());
    client.public_roots = delivery.public_roots;
    client.source_v4 = delivery.source_v4;
    client.source_v6 = delivery.source_v6;
    if let Some(file) = &delivery.trust_roots {
        client.extra_roots = std::fs::read(file).with_context(|| format!("delivery.trust_roots {}", file.display()))?;
    }
    let transports: BTreeMap<Domain, Transport> = delivery
        .route
        .iter()
        .map(|r| {
            let transport = Transport { host: r.host.clone(), port: r.port, tls_name: r.tls_name.clone() };
            (r.domain.clone(), transport)
        })
        .collect();
    let resolver: Arc<dyn Resolve> = match names {
        Names::System => Arc::new(Dns::from_system().context("setting up DNS as the system has it")?),
        Names::ConfiguredOnly => Arc::new(NoNames),
    };
    let router =
        Router::new(resolver, transports, &[name]).allowing_private_addresses(delivery.allow_private_addresses);
    let client = Client::new(client).context("setting up TLS for delivery")?;
    Ok(Way { router: Arc::new(router), client: Arc::new(client), outcomes: Arc::default() })
}

/// Looks at nothing: for commands that send nothing.
struct NoProber;

#[async_trait]
impl TlsProber for NoProber {
    async fn probe(&self, _: &Domain) -> TlsFinding {
        TlsFinding::Unknown { detail: "not looked at by this command".to_owned() }
    }
}

/// A folder that only its owner may enter.
///
/// # Errors
/// When it can't be made.
pub fn make_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if path.is_dir() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("can't make the folder {}", path.display()))
}

/// One server at a time writes to SQLite files.
fn lock(config: &Config) -> Result<Option<File>> {
    if config.db().map_err(|e| anyhow!(e))?.engine() == Engine::Postgres {
        return Ok(None);
    }
    let path = config.data("serve.lock");
    let file = File::options().create(true).append(true).open(&path);
    let file = file.with_context(|| format!("can't use the data folder: {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!("another Wardpost is running on the data folder {}", config.server.data_dir.display())
        }
        Err(std::fs::TryLockError::Error(e)) => Err(e).with_context(|| format!("can't lock {}", path.display())),
    }
}

/// Says what to do about what the vault refuses.
fn explain(e: VaultError) -> anyhow::Error {
    let hint = match &e {
        VaultError::NotCreated => "this data folder has no keys yet: run `wardpost init`",
        VaultError::WrongRoot => "the root key is not the one that these keys were made with: restore the right one",
        VaultError::OrgUnknown => "the organisation's key is gone",
        _ => "opening the keys",
    };
    anyhow::Error::new(e).context(hint)
}
