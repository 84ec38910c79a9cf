//! A mail program: submits one message over TLS with a device password (RFC 8314, RFC 4954).

use anyhow::{Context as _, Result, bail};
use base64::prelude::*;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest that a submission may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a mail program knows.
pub struct Program<'a> {
    /// The submissions port.
    pub server: SocketAddr,
    /// The server's name.
    pub name: &'a str,
    /// The authority that vouches for it.
    pub root: &'a Path,
    /// User name.
    pub user: &'a str,
    /// Device password.
    pub password: &'a str,
}

impl Program<'_> {
    /// Submits a message; gives what the server said at the end.
    ///
    /// # Errors
    /// With the server's words when it refuses.
    pub async fn submit(&self, from: &str, to: &[&str], message: &[u8]) -> Result<String> {
        tokio::time::timeout(TIMEOUT, self.dialogue(from, to, message)).await.context("the server is too slow")?
    }

    async fn dialogue(&self, from: &str, to: &[&str], message: &[u8]) -> Result<String> {
        let mut stream = self.sign_in().await?;
        say(&mut stream, &format!("MAIL FROM:<{from}>"), 250).await?;
        for recipient in to {
            say(&mut stream, &format!("RCPT TO:<{recipient}>"), 250).await?;
        }
        say(&mut stream, "DATA", 354).await?;
        for line in message.split(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.starts_with(b".") {
                stream.write_all(b".").await?;
            }
            stream.write_all(line).await?;
            stream.write_all(b"\r\n").await?;
        }
        let said = say(&mut stream, ".", 250).await?;
        // The message is taken; how the session ends doesn't matter.
        let _ = say(&mut stream, "QUIT", 221).await;
        Ok(said)
    }

    /// Begins a session; gives it when the server has let the program in.
    ///
    /// # Errors
    /// With the server's words when it refuses.
    pub async fn sign_in(&self) -> Result<BufStream<TlsStream<TcpStream>>> {
        let mut stream = self.connect().await?;
        expect(&mut stream, 220).await?;
        say(&mut stream, "EHLO laptop.linde.example", 250).await?;
        let plain = BASE64_STANDARD.encode(format!("\0{}\0{}", self.user, self.password));
        say(&mut stream, &format!("AUTH PLAIN {plain}"), 235).await?;
        Ok(stream)
    }

    async fn connect(&self) -> Result<BufStream<TlsStream<TcpStream>>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.root).context("the authority's certificate")?)?;
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(self.server).await?;
        let name = ServerName::try_from(self.name.to_owned()).context("the server's name")?;
        Ok(BufStream::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
    }
}

async fn say(stream: &mut BufStream<TlsStream<TcpStream>>, line: &str, code: u16) -> Result<String> {
    stream.write_all(line.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await?;
    expect(stream, code).await
}

async fn expect(stream: &mut BufStream<TlsStream<TcpStream>>, code: u16) -> Result<String> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            bail!("the server hung up");
        }
        let more = line.get(3..4) == Some("-");
        if more {
            continue;
        }
        if line.get(..3) != Some(code.to_string().as_str()) {
            bail!("the server said: {}", line.trim_end());
        }
        return Ok(line.trim_end().to_owned());
    }
}
