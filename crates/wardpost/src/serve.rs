//! The server: everything connected, started, and stopped so that nothing is lost.

use crate::config::Config;
use crate::devices::Authorities;
use crate::house::{self, House, Opening};
use crate::metrics::{self, Metrics};
use crate::sockets::{Addresses, Sockets};
use crate::tls::Certificate;
use crate::{log, tls};
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardpost_core::{Clock, Core, SystemClock};
use wardpost_mail::Way;
use wardpost_mail::smtp::server::EngineConfig;
use wardpost_mail::smtp::{Budget, Counters, Doorkeeper, Limits, Listener, Service, Shutdown, Stop};
use wardpost_store::Engine;
use wardpost_web::{WebConfig, WebLimits, WebState};

/// How often time-outs and expiries are looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// How often files that no row points to are removed, and when first.
const SWEEP: Duration = Duration::from_secs(24 * 60 * 60);
const SWEEP_FIRST: Duration = Duration::from_secs(10 * 60);
/// How often a shared key store is looked at for keys that another node destroyed.
const KEY_REFRESH: Duration = Duration::from_secs(5);

/// Options of `wardpost serve`.
#[derive(clap::Args)]
pub struct Args {
    /// Write a JSON file with all bound addresses once everything listens
    #[arg(long)]
    ready_file: Option<PathBuf>,
}

/// `wardpost serve`.
///
/// # Errors
/// When something can't be opened; not for what happens while serving.
pub fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    log::start(&config.log);
    runtime(config)?.block_on(async {
        let mut signals = Signals::new()?;
        let sockets = Sockets::bind(config).await?;
        let outbound = house::outbound(config, house::Names::System)?;
        let server = Server::start(config, sockets, Arc::new(SystemClock), outbound).await?;
        if let Some(file) = &args.ready_file {
            server.write_ready_file(file)?;
        }
        while signals.next().await == Signal::Reload {
            server.reload();
        }
        tracing::info!("stopping");
        tokio::select! {
            stopped = server.stop() => stopped?,
            () = signals.stop_again() => {
                tracing::warn!("stopped at once, by a second signal");
                return Ok(ExitCode::FAILURE);
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The threads.
///
/// # Errors
/// When they can't be started.
pub fn runtime(config: &Config) -> Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let workers = match config.server.worker_threads {
        0 => cores.min(8),
        n => usize::from(n),
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers.max(2))
        .thread_keep_alive(Duration::from_secs(2))
        .enable_all()
        .build()
        .context("starting threads")
}

/// What a signal asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM or SIGINT.
    Stop,
    /// SIGHUP.
    Reload,
}

/// The signals that the server listens to.
pub struct Signals {
    term: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on they don't end the process by themselves.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new() -> Result<Self> {
        let of = |kind| signal(kind).context("listening to signals");
        let (term, interrupt) = (of(SignalKind::terminate())?, of(SignalKind::interrupt())?);
        Ok(Self { term, interrupt, hangup: of(SignalKind::hangup())? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.term.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hangup.recv() => Signal::Reload,
        }
    }

    /// Waits for a further one to stop. What follows the first within a second is the same wish, sent twice (to the process
    /// and to its group).
    async fn stop_again(&mut self) {
        let first = Instant::now();
        loop {
            if self.next().await == Signal::Stop && first.elapsed() > Duration::from_secs(1) {
                return;
            }
        }
    }
}

/// A running server.
pub struct Server {
    config: Config,
    house: House,
    addresses: Addresses,
    certificates: Vec<Certificate>,
    devices: Authorities,
    metrics: Arc<Metrics>,
    /// Stops the SMTP doors.
    doors: Stop,
    /// Stops the workers of the delivery queue.
    workers: Stop,
    /// Stops the HTTP face.
    web: watch::Sender<bool>,
    /// What must end in order: doors, workers, HTTP.
    orderly: JoinSet<()>,
    /// What may be ended anywhere.
    background: JoinSet<()>,
}

impl Server {
    /// Opens everything and begins to serve.
    ///
    /// # Errors
    /// When something can't be opened.
    pub async fn start(config: &Config, sockets: Sockets, clock: Arc<dyn Clock>, outbound: Way) -> Result<Self> {
        let addresses = sockets.addresses()?;
        let mut config = config.clone();
        take_free_port(&mut config, &addresses);
        house::make_folder(&config.server.data_dir)?;
        let devices = Authorities::load(&config.http.client_authority).context("http.client_authority")?;
        devices.tell_worries();
        let announced = config.smtp.announced_port.or(addresses.submissions.first().map(|a| a.port()));
        let opening = Opening {
            clock,
            outbound: Some(outbound.clone()),
            serving: true,
            submission_port: announced.unwrap_or(465),
            devices: Arc::new(devices.clone()),
        };
        let house = house::open(&config, opening).await?;
        let (smtp_tls, http_tls) = (Certificate::for_smtp(&config)?, Certificate::for_http(&config)?);
        if smtp_tls.self_signed {
            tracing::warn!("mail ports use a self-signed certificate: other servers can't verify it (smtp.tls_cert)");
        }
        house.core.server_started(&config.server.node, env!("CARGO_PKG_VERSION")).await?;

        let mut orderly = JoinSet::new();
        let (doors, shutdown) = Shutdown::new();
        let drain = Duration::from_secs(u64::from(config.server.shutdown_seconds));
        let mut starting = Starting {
            config: &config,
            core: &house.core,
            tls: &smtp_tls,
            devices: &devices,
            drain,
            shutdown,
            orderly: &mut orderly,
        };
        let limits = starting.limits()?;
        let shared = (Arc::new(Doorkeeper::new(&limits)), Budget::new(limits.memory), limits);
        let counters = vec![
            (Service::Mx, starting.door(Service::Mx, sockets.mx, &shared)?),
            (Service::Submission, starting.door(Service::Submission, sockets.submission, &shared)?),
            (Service::Submissions, starting.door(Service::Submissions, sockets.submissions, &shared)?),
        ];
        let metrics = Metrics::new(counters, Arc::clone(&outbound.outcomes));
        let web = starting.web(sockets.http, http_tls.as_ref(), &metrics)?;
        let (workers, stop_workers) = Shutdown::new();
        orderly.spawn(wardpost_mail::run_delivery(house.core.clone(), outbound, stop_workers, drain));

        let mut background = JoinSet::new();
        spawn_background(&mut background, &house);
        if let Some(listener) = sockets.metrics {
            let (core, db) = (house.core.clone(), house.db.clone());
            background.spawn(metrics::serve(listener, Arc::clone(&metrics), core, db));
        }
        let certificates = std::iter::once(smtp_tls).chain(http_tls).collect();
        tracing::info!(
            node = config.server.node,
            version = env!("CARGO_PKG_VERSION"),
            http = ?addresses.http,
            mx = ?addresses.mx,
            submission = ?addresses.submission,
            submissions = ?addresses.submissions,
            "serving"
        );
        Ok(Self { config, house, addresses, certificates, devices, metrics, doors, workers, web, orderly, background })
    }

    /// The use cases.
    pub fn core(&self) -> &Core {
        &self.house.core
    }

    /// Where it listens.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Where people find the web app.
    pub fn public_url(&self) -> &str {
        &self.config.server.public_url
    }

    /// Writes where it listens, whole or not at all.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_ready_file(&self, path: &Path) -> Result<()> {
        #[derive(Serialize)]
        struct Ready<'a> {
            pid: u32,
            public_url: &'a str,
            #[serde(flatten)]
            addresses: &'a Addresses,
        }
        let ready = Ready { pid: std::process::id(), public_url: self.public_url(), addresses: &self.addresses };
        tls::write_private(path, &serde_json::to_vec(&ready)?)
    }

    /// Reads certificates and client authorities again; those that can't be used are left as they were.
    pub fn reload(&self) {
        self.devices.reload_or_stay();
        for certificate in &self.certificates {
            match certificate.reload() {
                Ok(()) => tracing::info!("a certificate was read again"),
                Err(e) => {
                    tracing::error!(error = crate::cli::chain(&e), "a certificate can't be used; the old one stays")
                }
            }
        }
    }

    /// Stops: takes no more, lets what is under way end, gives every audit entry its place, closes the store.
    ///
    /// # Errors
    /// When the store can't be closed in order. What was confirmed to anybody is durable even then.
    pub async fn stop(mut self) -> Result<()> {
        self.metrics.stopping();
        self.doors.stop();
        self.workers.stop();
        let _ = self.web.send(true);
        let deadline = Duration::from_secs(u64::from(self.config.server.shutdown_seconds) + 2);
        let ended = async { while self.orderly.join_next().await.is_some() {} };
        if tokio::time::timeout(deadline, ended).await.is_err() {
            tracing::warn!("some work was cut off at shutdown; what was not confirmed is tried again");
            self.orderly.abort_all();
        }
        self.background.shutdown().await;
        if let Err(e) = self.house.core.server_stopped(&self.config.server.node).await {
            tracing::error!(error = &e as &dyn std::error::Error, "the stop can't be recorded");
        }
        if let Err(e) = self.house.core.sequence_all().await {
            tracing::warn!(
                error = &e as &dyn std::error::Error,
                "some audit entries get their place at the next start"
            );
        }
        self.house.close().await?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// With port 0 in a public URL of this machine, the port that was free stands in links.
fn take_free_port(config: &mut Config, addresses: &Addresses) {
    if let (Some(host), Some(address)) = (config.server.public_url.strip_suffix(":0"), addresses.http.first()) {
        config.server.public_url = format!("{host}:{}", address.port());
    }
}

/// What the faces are made of.
struct Starting<'a> {
    config: &'a Config,
    core: &'a Core,
    tls: &'a Certificate,
    devices: &'a Authorities,
    drain: Duration,
    shutdown: Shutdown,
    orderly: &'a mut JoinSet<()>,
}

impl Starting<'_> {
    fn limits(&self) -> Result<Limits> {
        let l = &self.config.smtp.limits;
        let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let exempt = l.exempt_networks.iter().map(|n| n.parse().ok()).collect::<Option<Vec<_>>>();
        Ok(Limits {
            message: size(self.config.mail.message_mib) << 20,
            recipients: usize::from(l.recipients),
            sessions: size(l.sessions),
            sessions_per_network: size(l.sessions_per_network),
            connections_per_minute: l.connections_per_minute,
            messages_per_minute: l.messages_per_minute,
            exempt: exempt.context("smtp.limits.exempt_networks")?,
            memory: size(l.memory_mib) << 20,
            greet_pause: Duration::from_millis(u64::from(l.greet_pause_ms)),
            ..Limits::default()
        })
    }

    fn door(
        &mut self,
        service: Service,
        sockets: Vec<TcpListener>,
        (doorkeeper, budget, limits): &(Arc<Doorkeeper>, Budget, Limits),
    ) -> Result<Arc<Counters>> {
        let hostname: wardpost_model::Domain = self.config.server.host_name.parse().context("server.host_name")?;
        let engine = EngineConfig {
            postmaster_domain: hostname.clone(),
            hostname,
            service,
            starttls: true,
            limits: limits.clone(),
            budget: budget.clone(),
        };
        let house = wardpost_mail::House::new(self.core.clone(), &self.config.server.host_name);
        // Mail programs may show a device's certificate; other mail servers are not asked.
        let tls = match service {
            Service::Mx => self.tls.tls.clone(),
            Service::Submission | Service::Submissions => self.tls.asking(self.devices)?,
        };
        let listener = Listener::new(engine, house, Some(tls), Arc::clone(doorkeeper))?;
        for socket in sockets {
            self.orderly.spawn(listener.clone().serve(socket, self.shutdown.clone(), self.drain));
        }
        Ok(listener.counters())
    }

    fn web(
        &mut self,
        sockets: Vec<TcpListener>,
        certificate: Option<&Certificate>,
        metrics: &Arc<Metrics>,
    ) -> Result<watch::Sender<bool>> {
        let http = &self.config.http;
        let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let web = WebConfig {
            trusted_proxies: http.trusted_proxies.clone(),
            limits: WebLimits {
                connections: size(http.connections),
                requests_per_minute: http.requests_per_minute,
                sign_ins_per_minute: http.sign_ins_per_minute,
                pickups_per_minute: http.pickups_per_minute,
                file_bytes: u64::from(http.file_mib) << 20,
                ..WebLimits::default()
            },
            ..WebConfig::new(self.config.server.public_url.clone())
        };
        let state = WebState::new(self.core.clone(), web, Arc::clone(metrics) as Arc<dyn wardpost_web::Metrics>);
        let tls = certificate.map(|c| c.for_browsers(self.devices)).transpose()?;
        let listeners = sockets
            .into_iter()
            .map(|socket| match &tls {
                Some(tls) => wardpost_web::Listener::Tls(socket, Arc::clone(tls)),
                None => wardpost_web::Listener::Plain(socket),
            })
            .collect();
        let (stop, mut stopped) = watch::channel(false);
        self.orderly.spawn(async move {
            let shutdown = async move { drop(stopped.wait_for(|stop| *stop).await) };
            if let Err(e) = wardpost_web::serve(state, listeners, shutdown).await {
                tracing::error!(error = &e as &dyn std::error::Error, "the web app is not served");
            }
        });
        Ok(stop)
    }
}

fn spawn_background(tasks: &mut JoinSet<()>, house: &House) {
    let core = house.core.clone();
    tasks.spawn(async move { drop(core.run_live().await) });
    let core = house.core.clone();
    tasks.spawn(async move { drop(core.run_conversations().await) });
    let core = house.core.clone();
    tasks.spawn(async move { drop(core.run_sequencer().await) });
    let core = house.core.clone();
    tasks.spawn(async move {
        let mut tick = tokio::time::interval(HOUSEKEEPING);
        loop {
            tick.tick().await;
            keep_house(&core).await;
        }
    });
    let core = house.core.clone();
    tasks.spawn(async move {
        // The first round a while after the start, which has enough to do.
        let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + SWEEP_FIRST, SWEEP);
        loop {
            tick.tick().await;
            if let Err(e) = core.sweep_blobs().await {
                tracing::error!(error = &e as &dyn std::error::Error, "files without a row can't be swept");
            }
        }
    });
    if house.keys.db().engine() == Engine::Postgres {
        let vault = house.vault.clone();
        tasks.spawn(async move {
            let mut tick = tokio::time::interval(KEY_REFRESH);
            loop {
                tick.tick().await;
                if let Err(e) = vault.refresh().await {
                    tracing::error!(error = &e as &dyn std::error::Error, "the key store can't be looked at");
                }
            }
        });
    }
}

async fn keep_house(core: &Core) {
    if let Err(e) = core.keep_house().await {
        tracing::error!(error = &e as &dyn std::error::Error, "housekeeping failed; it is tried again in a minute");
    }
    if let Err(e) = core.note_approvers().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "who can consent can't be noted; it is tried again in a minute"
        );
    }
    if let Err(e) = core.carry_out_leaves().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "leaves can't be carried out; it is tried again in a minute"
        );
    }
    if let Err(e) = core.tend_proxies().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "proxies can't be looked after; it is tried again in a minute"
        );
    }
    if let Err(e) = core.tend_mandates().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "mandates can't be looked after; it is tried again in a minute"
        );
    }
    if let Err(e) = core.remind_of_reviews().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "nobody can be reminded of access reviews; it is tried again in a minute"
        );
    }
    if let Err(e) = core.remind_of_held().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "nobody can be reminded of held messages; it is tried again in a minute"
        );
    }
    if let Err(e) = core.expire_sessions().await {
        tracing::error!(
            error = &e as &dyn std::error::Error,
            "sessions can't be expired; it is tried again in a minute"
        );
    }
}
