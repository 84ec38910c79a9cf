//! Structured logs on standard error. What is logged never holds content, addresses of patients, or secrets: callers
//! log ids.

use crate::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::debug_fn;

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

/// Fields as text in which nothing can end the line, colour it, or turn its direction: what came from outside (a login, a
/// user agent, a file name) writes no line of its own (ASVS 16.4.1).
fn fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    debug_fn(|writer, field, value| {
        if field.name() != "message" {
            write!(writer, "{}=", field.name())?;
        }
        for c in format!("{value:?}").chars() {
            if c.is_control() || is_mark(c) {
                write!(writer, "{}", c.escape_unicode())?
            } else {
                writer.write_char(c)?
            }
        }
        Ok(())
    })
    .delimited(" ")
}

/// Line and paragraph separators, and marks that turn the direction of what follows.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Starts logging. A second call changes nothing.
pub fn start(config: &Log) {
    let filter = filter(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        LogFormat::Text => {
            let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_ansi(colour).fmt_fields(fields()).try_init()
        }
    };
    // Only tests start it twice.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_came_from_outside_writes_no_line_of_its_own() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .fmt_fields(fields())
            .finish();
        let login = "a\r\n2026-01-01 ERROR forged\u{1b}[2K\u{2028}\u{202e}z";
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request", agent = login);
            span.in_scope(|| tracing::info!(login = %login, text = login, "refused {login}"));
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches('\n').count(), 1, "{text:?}");
        let inside = text.trim_end_matches('\n');
        assert!(!inside.chars().any(|c| c.is_control() || is_mark(c)), "{text:?}");
        assert!(text.contains("login=a\\u{d}\\u{a}2026"), "{text}");
    }
}
