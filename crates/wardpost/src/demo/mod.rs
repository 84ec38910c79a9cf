//! `wardpost demo`: a practice with a filled week, and the outside world beside it, on one machine.
//!
//! The practice is the ordinary server, set up by the ordinary use cases: people are made and sign in, letters are written
//! and sent, mail comes in by SMTP. The outside is honest: it knows only what reaches it over sockets. Nothing leaves this
//! machine: names outside of the demo's own do not exist.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

mod authority;
mod cast;
mod clock;
mod outside;
mod papers;
mod submit;
mod week;

use crate::config::{ClientAuthority, Config, Log, LogFormat, Sms, SmtpRoute};
use crate::house::{self, Opening};
use crate::log;
use crate::serve::{self, Server, Signal, Signals};
use crate::sockets::{Sockets, bind};
use crate::tls::write_private;
use anyhow::{Context as _, Result, bail};
use authority::Authority;
use cast::Account;
use clock::DemoClock;
use outside::{Outside, World};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Name of the demo's mail server.
pub const HOST: &str = "mail.linde.example";
/// Written when the week is complete; a folder without it is begun anew.
const COMPLETE: &str = "week-is-complete";

/// Options of `wardpost demo`.
#[derive(clap::Args)]
pub struct Args {
    /// Make the demo organisation anew, whatever is in its folder
    #[arg(long)]
    fresh: bool,
    /// The demo's own folder
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    /// First of nine ports; 0 for any free ones
    #[arg(long, default_value_t = 8080)]
    port_base: u16,
    /// Write a JSON file with all addresses and accounts once everything runs
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Log level
    #[arg(long, default_value = "warn")]
    log: String,
    /// Make the organisation and its people, but no week
    #[arg(long)]
    empty: bool,
}

/// Runs the demo until it is stopped.
///
/// # Errors
/// When something can't be opened or the week can't be made.
pub fn run(args: Args) -> Result<ExitCode> {
    log::start(&Log { format: LogFormat::Text, level: args.log.clone() });
    serve::runtime(&Config::default())?.block_on(async {
        let mut signals = Signals::new()?;
        tokio::select! {
            demo = Demo::start(&args) => {
                let demo = demo?;
                demo.tell(&args)?;
                while signals.next().await == Signal::Reload {}
                demo.server.stop().await?;
                Ok(ExitCode::SUCCESS)
            }
            _ = signals.next() => bail!("stopped while the demo was being made; the next start begins anew"),
        }
    })
}

struct Demo {
    server: Server,
    outside_url: String,
    accounts: Vec<Account>,
}

impl Demo {
    async fn start(args: &Args) -> Result<Self> {
        let folder = std::path::absolute(&args.data).context("the demo's folder")?;
        let ports = Ports(args.port_base);
        // A port that can't be had must not cost the demo that is there.
        ports.all_free().await?;
        prepare_folder(&folder, args.fresh)?;
        let complete = folder.join(COMPLETE).exists();
        let authority = Authority::open(&folder.join("outside"))?;
        let clock = Arc::new(DemoClock::new());
        let world = World::open(&folder.join("outside"), clock.clone(), &cast::secret_file(&folder))?;
        let outside = Outside::open(world, &authority, &ports).await?;
        let config = configure(&folder, &ports, &authority, &outside)?;
        if !complete {
            if !args.fresh && folder.join("house").exists() {
                std::fs::remove_dir_all(folder.join("house")).context("removing an unfinished demo")?;
                outside.world.forget()?;
            }
            print!("Making the demo organisation and its week … ");
            flush();
            clock.set(week::first_moment())?;
            let opening = Opening::command(clock.clone());
            let house = house::create(&config, opening).await?;
            cast::found(&house.core, &folder).await?;
            house.close().await?;
        }
        let accounts = cast::read(&folder)?;
        let sockets = Sockets::bind(&config).await?;
        let out = house::outbound(&config, house::Names::ConfiguredOnly)?;
        let server = Server::start(&config, sockets, clock.clone(), out).await?;
        let mx = server.addresses().mx.first().copied().context("the demo has no mail port")?;
        let url = outside.serve(server.core().clone(), mx, &authority)?;
        if !complete {
            if !args.empty {
                week::play(&server, &outside.world, &clock, &accounts, &authority)
                    .await
                    .context("making the demo's week")?;
            }
            clock.set_real();
            std::fs::write(folder.join(COMPLETE), "").context("marking the demo as complete")?;
            println!("done.");
        }
        Ok(Self { server, outside_url: url, accounts })
    }

    fn tell(&self, args: &Args) -> Result<()> {
        let a = self.server.addresses();
        println!();
        println!("Praktijk De Linde     {}", self.server.public_url());
        println!("The outside world     {}        what mailboxes and phones outside receive", self.outside_url);
        println!("Accounts and codes    {}accounts", self.outside_url);
        println!();
        for account in &self.accounts {
            println!("  {:<18} {:<26} {}", account.title, account.login, account.name);
        }
        println!();
        println!("Password of all       {}", cast::PASSWORD);
        println!("Second factor         the code on the accounts page");
        let show = |list: &[SocketAddr]| list.first().map_or_else(String::new, ToString::to_string);
        println!(
            "Mail ports            {} (mx), {} (submission), {} (submissions)",
            show(&a.mx),
            show(&a.submission),
            show(&a.submissions)
        );
        println!("Stop with Ctrl-C; start anew with --fresh.");
        flush();
        if let Some(file) = &args.ready_file {
            self.write_ready_file(file)?;
        }
        Ok(())
    }

    fn write_ready_file(&self, file: &Path) -> Result<()> {
        #[derive(Serialize)]
        struct Ready<'a> {
            pid: u32,
            public_url: &'a str,
            outside_url: &'a str,
            addresses: &'a crate::sockets::Addresses,
            password: &'a str,
            accounts: &'a [Account],
        }
        let ready = Ready {
            pid: std::process::id(),
            public_url: self.server.public_url(),
            outside_url: &self.outside_url,
            addresses: self.server.addresses(),
            password: cast::PASSWORD,
            accounts: &self.accounts,
        };
        write_private(file, &serde_json::to_vec_pretty(&ready)?)
    }
}

/// The demo's ports, one after the other.
pub struct Ports(u16);

impl Ports {
    /// The address of the nth port.
    pub fn at(&self, n: u16) -> SocketAddr {
        let port = if self.0 == 0 { 0 } else { self.0.saturating_add(n) };
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
    }

    /// Looks whether all of them can be had.
    async fn all_free(&self) -> Result<()> {
        for n in 0..9 {
            self.bind(n).await?;
        }
        Ok(())
    }

    /// Binds the nth port.
    ///
    /// # Errors
    /// When it can't be had.
    pub async fn bind(&self, n: u16) -> Result<tokio::net::TcpListener> {
        bind("--port-base", self.at(n)).await
    }
}

fn prepare_folder(folder: &Path, fresh: bool) -> Result<()> {
    if fresh && folder.exists() {
        // Only what a demo made is removed: a mistyped folder is left alone.
        let made_here = ["house", "outside", COMPLETE];
        for entry in std::fs::read_dir(folder)? {
            let name = entry?.file_name();
            if !made_here.iter().any(|m| name == *m) {
                bail!(
                    "{} holds something that is not of a demo ({}): not removed",
                    folder.display(),
                    name.to_string_lossy()
                );
            }
        }
        std::fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    house::make_folder(folder)?;
    house::make_folder(&folder.join("outside"))
}

/// The practice's configuration: the ordinary one, at ports of this machine, with the demo's domains as fixed routes.
fn configure(folder: &Path, ports: &Ports, authority: &Authority, outside: &Outside) -> Result<Config> {
    let mut config = Config::default();
    let http = ports.at(0);
    config.server.public_url = format!("http://localhost:{}", http.port());
    config.server.host_name = HOST.to_owned();
    config.server.data_dir = folder.join("house");
    config.server.node = "demo".to_owned();
    config.server.shutdown_seconds = 5;
    config.http.listen = vec![http];
    config.smtp.mx_listen = vec![ports.at(2)];
    config.smtp.submission_listen = vec![ports.at(3)];
    config.smtp.submissions_listen = vec![ports.at(4)];
    config.smtp.tls_cert = Some(authority.house_certificate());
    config.smtp.tls_key = Some(authority.house_key());
    let name = "Apparaten van de praktijk".to_owned();
    config.http.client_authority = vec![ClientAuthority { name, file: authority.devices(), crl: None }];
    config.smtp.limits.exempt_networks = vec!["127.0.0.0/8".to_owned()];
    config.delivery.public_roots = false;
    config.delivery.trust_roots = Some(authority.root());
    for (domain, host, address) in outside.routes() {
        let domain = domain.parse().with_context(|| format!("the demo's domain {domain}"))?;
        let tls_name = Some((*host).to_owned());
        config.delivery.route.push(SmtpRoute {
            domain,
            host: address.ip().to_string(),
            port: address.port(),
            tls_name,
        });
    }
    config.sms = Some(Sms {
        url: outside.sms_url(),
        method: "POST".to_owned(),
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        body: r#"{"to": "{to}", "text": "{text}"}"#.to_owned(),
        body_format: crate::config::BodyFormat::Json,
        secret_header: None,
        secret_file: None,
        timeout_seconds: 5,
    });
    config.metrics.listen = Some(ports.at(8));
    Ok(config)
}

fn flush() {
    use std::io::Write as _;
    // A closed terminal is no reason to stop.
    let _ = std::io::stdout().flush();
}
