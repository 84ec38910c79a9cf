//! The outside world of the demo: other providers' mail servers, mailboxes and telephones. It knows nothing of the practice
//! but what arrives.

mod pages;
mod receiver;
mod world;

pub use world::World;

use super::Ports;
use super::authority::Authority;
use anyhow::Result;
use receiver::Provider;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use wardpost_core::Core;

/// The providers: domain, its mail host, whose certificate it has, what stands on the page about it.
pub const PROVIDERS: [(&str, &str, Option<&str>, &str); 3] = [
    ("zuiderkliniek.example", "mx.zuiderkliniek.example", Some("zuiderkliniek"), "partner hospital, verified TLS"),
    ("postbus.example", "mx.postbus.example", None, "ordinary provider, no TLS"),
    ("oudestad.example", "mx.oudestad.example", Some("oudestad"), "provider with a certificate nobody vouches for"),
];

/// The running outside.
pub struct Outside {
    /// What has arrived.
    pub world: Arc<World>,
    routes: Vec<(&'static str, &'static str, SocketAddr)>,
    page: std::sync::Mutex<Option<TcpListener>>,
    page_address: SocketAddr,
}

impl Outside {
    /// Opens the providers' doors and binds the page's.
    ///
    /// # Errors
    /// When a port can't be had.
    pub async fn open(world: Arc<World>, authority: &Authority, ports: &Ports) -> Result<Self> {
        let mut routes = Vec::new();
        for (n, (domain, host, certificate, _)) in (5..).zip(PROVIDERS) {
            let listener = ports.bind(n).await?;
            routes.push((domain, host, listener.local_addr()?));
            let tls = certificate.map(|file| authority.tls_of(file)).transpose()?;
            Provider::new(domain, host, Arc::clone(&world))?.receive(listener, tls)?;
        }
        let page = ports.bind(1).await?;
        let page_address = page.local_addr()?;
        Ok(Self { world, routes, page: std::sync::Mutex::new(Some(page)), page_address })
    }

    /// Where mail for each domain goes.
    pub fn routes(&self) -> &[(&'static str, &'static str, SocketAddr)] {
        &self.routes
    }

    /// Where the gateway for text messages is.
    pub fn sms_url(&self) -> String {
        format!("http://{}/sms", self.page_address)
    }

    /// Serves the page; gives its address. `core` is only looked at for the time.
    ///
    /// # Errors
    /// When it is served already.
    pub fn serve(&self, core: Core, mx: SocketAddr, authority: &Authority) -> Result<String> {
        let listener = self.page.lock().ok().and_then(|mut page| page.take());
        let Some(listener) = listener else { anyhow::bail!("the outside's page is served already") };
        let router = pages::router(Arc::clone(&self.world), core, mx, authority)?;
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the outside's page is not served any more");
            }
        });
        Ok(format!("http://localhost:{}/", self.page_address.port()))
    }
}
