//! What every handler has at hand.

use crate::config::WebConfig;
use crate::limits::Limiters;
use crate::socket::Sockets;
use crate::streams::Streams;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use wardpost_core::Core;

/// What the operator's monitoring wants to know of each request. Implemented by the binary.
pub trait Metrics: Send + Sync {
    /// A request was answered. `route` is the template, never the path.
    fn request(&self, method: &str, route: &str, status: u16, took: Duration);
    /// So many live event streams are open now.
    fn streams(&self, open: usize);
    /// So many WebSockets of conversations are open now.
    fn sockets(&self, open: usize);
}

/// Counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMetrics;

impl Metrics for NoMetrics {
    fn request(&self, _: &str, _: &str, _: u16, _: Duration) {}
    fn streams(&self, _: usize) {}
    fn sockets(&self, _: usize) {}
}

/// The state of the HTTP face. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    inner: Arc<Inner>,
}

struct Inner {
    core: Core,
    config: WebConfig,
    limiters: Limiters,
    metrics: Arc<dyn Metrics>,
    closing: watch::Sender<bool>,
    streams: Streams,
    sockets: Sockets,
    upload_memory: Arc<Semaphore>,
}

impl WebState {
    /// The face of these use cases.
    #[must_use]
    pub fn new(core: Core, config: WebConfig, metrics: Arc<dyn Metrics>) -> Self {
        let limiters = Limiters::new(&config.limits);
        let (closing, _) = watch::channel(false);
        let upload_memory = Arc::new(Semaphore::new(config.limits.upload_memory_mib));
        let (streams, sockets) = (Streams::default(), Sockets::default());
        Self { inner: Arc::new(Inner { core, config, limiters, metrics, closing, streams, sockets, upload_memory }) }
    }
    /// The use cases.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.inner.core
    }
    /// The settings.
    #[must_use]
    pub fn config(&self) -> &WebConfig {
        &self.inner.config
    }
    pub(crate) fn limiters(&self) -> &Limiters {
        &self.inner.limiters
    }
    pub(crate) fn metrics(&self) -> &dyn Metrics {
        self.inner.metrics.as_ref()
    }
    /// Tells streams that live as long as their reader to end: the server stops.
    pub fn close(&self) {
        self.inner.closing.send_replace(true);
    }
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.inner.closing.subscribe()
    }
    pub(crate) fn upload_memory(&self) -> &Arc<Semaphore> {
        &self.inner.upload_memory
    }
    pub(crate) fn sockets(&self) -> &Sockets {
        &self.inner.sockets
    }
    pub(crate) fn streams(&self) -> &Streams {
        &self.inner.streams
    }
}
