//! Every socket that the server listens on, bound before anything else is opened: what can't be had is told at once.

use crate::config::Config;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// The bound sockets.
pub struct Sockets {
    /// Web app and API.
    pub http: Vec<TcpListener>,
    /// From other mail servers.
    pub mx: Vec<TcpListener>,
    /// From mail programs, STARTTLS.
    pub submission: Vec<TcpListener>,
    /// From mail programs, TLS at once.
    pub submissions: Vec<TcpListener>,
    /// Metrics and health.
    pub metrics: Option<TcpListener>,
}

/// Where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Web app and API.
    pub http: Vec<SocketAddr>,
    /// From other mail servers.
    pub mx: Vec<SocketAddr>,
    /// From mail programs, STARTTLS.
    pub submission: Vec<SocketAddr>,
    /// From mail programs, TLS at once.
    pub submissions: Vec<SocketAddr>,
    /// Metrics and health.
    pub metrics: Option<SocketAddr>,
}

impl Sockets {
    /// Binds all that is configured. Port 0 is any free port.
    ///
    /// # Errors
    /// With the key and address that can't be had.
    pub async fn bind(config: &Config) -> Result<Self> {
        Ok(Self {
            http: bind_all("http.listen", &config.http.listen).await?,
            mx: bind_all("smtp.mx_listen", &config.smtp.mx_listen).await?,
            submission: bind_all("smtp.submission_listen", &config.smtp.submission_listen).await?,
            submissions: bind_all("smtp.submissions_listen", &config.smtp.submissions_listen).await?,
            metrics: match config.metrics.listen {
                Some(address) => Some(bind("metrics.listen", address).await?),
                None => None,
            },
        })
    }

    /// Where they are.
    ///
    /// # Errors
    /// When a socket has no address.
    pub fn addresses(&self) -> Result<Addresses> {
        let all =
            |sockets: &[TcpListener]| sockets.iter().map(TcpListener::local_addr).collect::<std::io::Result<Vec<_>>>();
        Ok(Addresses {
            http: all(&self.http)?,
            mx: all(&self.mx)?,
            submission: all(&self.submission)?,
            submissions: all(&self.submissions)?,
            metrics: self.metrics.as_ref().map(TcpListener::local_addr).transpose()?,
        })
    }
}

async fn bind_all(key: &str, addresses: &[SocketAddr]) -> Result<Vec<TcpListener>> {
    let mut sockets = Vec::with_capacity(addresses.len());
    for address in addresses {
        sockets.push(bind(key, *address).await?);
    }
    Ok(sockets)
}

/// Binds one address.
///
/// # Errors
/// With the key and what to do.
pub async fn bind(key: &str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        let hint = if address.port() > 0 && address.port() < 1024 {
            " (ports below 1024 need the capability CAP_NET_BIND_SERVICE)"
        } else {
            ""
        };
        format!("{key}: can't listen on {address}{hint}")
    })
}
