//! Structured logs on standard error. What is logged never holds content, addresses of patients, or secrets: callers
//! log ids.

use crate::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// Libraries that say little of interest at these levels.
const QUIET: &str =
    "hyper=warn,rustls=warn,h2=warn,hickory_resolver=warn,hickory_proto=warn,hickory_net=warn,tokio_postgres=warn";

/// The filter of a level or of a list of directives.
///
/// # Errors
/// When it is none.
pub fn filter(level: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::builder().parse(format!("{QUIET},{level}"))
}

/// Starts logging. A second call changes nothing.
pub fn start(config: &Log) {
    let filter = filter(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        LogFormat::Text => {
            let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_ansi(colour).try_init()
        }
    };
    // Only tests start it twice.
    drop(started);
}
