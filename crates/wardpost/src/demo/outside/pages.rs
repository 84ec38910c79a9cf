//! The outside's pages: mailboxes and telephones as they fill, a form to write to the practice, and the demo's accounts.
//! Plain HTML on a listener of its own; no part of the product.

use super::super::HOST;
use super::super::authority::Authority;
use super::super::cast::{Account, PASSWORD};
use super::PROVIDERS;
use super::world::{Mail, World};
use anyhow::Result;
use axum::extract::{Path, Query, RawForm, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use wardpost_core::Core;
use wardpost_core::identity::totp;
use wardpost_mail::mime::{Outgoing, build};
use wardpost_mail::route::MxHost;
use wardpost_mail::smtp::Envelope;
use wardpost_mail::smtp::client::{Client, ClientConfig, Target, TlsRequirement};
use wardpost_model::EmailAddress;
use wardpost_model::message::Party;
use wardpost_model::text::clean_file_name;

const HEAD: &str = include_str!("page.html");

/// What the pages look at.
#[derive(Clone)]
struct Pages {
    world: Arc<World>,
    core: Core,
    post: Arc<PostOffice>,
}

/// Brings mail from outside to the practice's port.
struct PostOffice {
    client: Client,
    mx: SocketAddr,
}

/// The pages as one service.
///
/// # Errors
/// When TLS can't be set up.
pub fn router(world: Arc<World>, core: Core, mx: SocketAddr, authority: &Authority) -> Result<Router> {
    let mut config = ClientConfig::new("mx.postbus.example".parse()?);
    config.public_roots = false;
    config.extra_roots = std::fs::read(authority.root())?;
    let post_office = Arc::new(PostOffice { client: Client::new(config)?, mx });
    Ok(Router::new()
        .route("/", get(overview))
        .route("/list", get(list))
        .route("/count", get(|State(p): State<Pages>| async move { p.world.count().to_string() }))
        .route("/mail/{n}", get(message))
        .route("/mail/{n}/file/{k}", get(file))
        .route("/write", get(write).post(send))
        .route("/accounts", get(accounts))
        .route("/sms", post(sms))
        .route("/api/mail", get(api_mail))
        .route("/api/texts", get(|State(p): State<Pages>| async move { Json(p.world.texts()) }))
        .route("/api/accounts", get(api_accounts))
        .with_state(Pages { world, core, post: post_office }))
}

fn page(title: &str, body: &str) -> Response {
    let html = HEAD.replace("{{title}}", &escape(title)).replace("{{body}}", body);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; form-action 'self'";
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(html)).into_response()
}

async fn overview(State(p): State<Pages>) -> Response {
    let body = format!("<div id=\"live\" data-source=\"/list\">{}</div>", listing(&p.world));
    page("Mailboxes and telephones outside", &body)
}

async fn list(State(p): State<Pages>) -> Html<String> {
    Html(listing(&p.world))
}

fn listing(world: &World) -> String {
    let mut mail = String::new();
    for (n, m) in world.mail().iter().enumerate().rev() {
        let parsed = m.parsed();
        let tls = if m.tls.is_some() { "<span class=good>TLS</span>" } else { "<span class=bad>no TLS</span>" };
        mail.push_str(&format!(
            "<tr><td><time>{}</time><td>{}<td><a href=\"/mail/{n}\">{}</a><td>{}<td>{tls}",
            time(m.at),
            escape(&m.mailbox),
            escape(if parsed.subject.is_empty() { "(no subject)" } else { &parsed.subject }),
            escape(&parsed.from.map_or_else(|| m.from.clone(), |f| f.address.to_string())),
        ));
    }
    let mut texts = String::new();
    for t in world.texts().iter().rev() {
        let (to, text) = (escape(&t.to), linked(&t.text));
        texts.push_str(&format!("<li><small>{to} · <time>{}</time></small><p>{text}", time(t.at)));
    }
    let providers: String =
        PROVIDERS.iter().map(|(domain, _, _, about)| format!("<li><b>{domain}</b>: {about}")).collect();
    let none = |s: &str, columns: &str| if s.is_empty() { format!("{columns}nothing yet") } else { s.to_owned() };
    format!(
        "<div class=two><section><h2>Mailboxes</h2><table><thead><tr><th>Arrived<th>Mailbox<th>Subject<th>From<th>Came by</thead>\
         <tbody>{}</tbody></table><ul class=hint>{providers}<li>Addresses that begin with <code>onbekend</code> don't exist; \
         those with <code>vol</code> are full.</ul></section><section><h2>Telephones</h2><ul class=texts>{}</ul></section></div>",
        none(&mail, "<tr><td colspan=5>"),
        none(&texts, "<li>"),
    )
}

async fn message(State(p): State<Pages>, Path(n): Path<usize>) -> Response {
    let Some(m) = p.world.mail_at(n) else { return StatusCode::NOT_FOUND.into_response() };
    page(&format!("Mailbox of {}", m.mailbox), &shown(&m, n))
}

fn shown(m: &Mail, n: usize) -> String {
    let parsed = m.parsed();
    let party = |p: &Party| {
        escape(&if p.name.is_empty() { p.address.to_string() } else { format!("{} <{}>", p.name, p.address) })
    };
    let parties = |list: &[Party]| list.iter().map(party).collect::<Vec<_>>().join(", ");
    let files: String = parsed
        .attachments
        .iter()
        .enumerate()
        .map(|(k, a)| {
            format!("<li><a href=\"/mail/{n}/file/{k}\">{}</a> ({} bytes)", escape(&a.file_name), a.data.len())
        })
        .collect();
    format!(
        "<article><h2>{}</h2><dl><dt>From<dd>{}<dt>To<dd>{}<dt>Arrived<dd><time>{}</time><dt>Came by<dd>{}</dl>\
         <div class=text>{}</div>{}</article><p><a href=\"/\">All mailboxes</a>",
        escape(&parsed.subject),
        parsed.from.as_ref().map_or_else(|| escape(&m.from), party),
        parties(&parsed.to),
        time(m.at),
        escape(m.tls.as_deref().unwrap_or("a connection without TLS")),
        linked(&parsed.text),
        if files.is_empty() { String::new() } else { format!("<ul>{files}</ul>") },
    )
}

async fn file(State(p): State<Pages>, Path((n, k)): Path<(usize, usize)>) -> Response {
    let found = p.world.mail_at(n).and_then(|m| m.parsed().attachments.into_iter().nth(k));
    let Some(found) = found else { return StatusCode::NOT_FOUND.into_response() };
    let name: String =
        clean_file_name(&found.file_name, "file").chars().filter(char::is_ascii).filter(|c| *c != '"').collect();
    let mut response = found.data.into_response();
    let disposition = format!("attachment; filename=\"{name}\"");
    for (header, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(header, value);
        }
    }
    response
}

/// The form's fields.
#[derive(Deserialize)]
struct Letter {
    from: String,
    to: String,
    subject: String,
    text: String,
}

async fn write() -> Response {
    page("Write to the practice", &form(""))
}

fn form(said: &str) -> String {
    format!(
        "<form method=post action=\"/write\"><p class=said role=status>{}</p>\
         <label>From <input name=from type=email value=\"m.visser@postbus.example\" required></label>\
         <label>To <input name=to type=email value=\"anna@linde.example\" required></label>\
         <label>Subject <input name=subject value=\"Vraag\"></label>\
         <label>Text <textarea name=text rows=8>Goedemiddag,\n\n</textarea></label><button>Send</button></form>\
         <p>Goes by SMTP to the practice's mail port, as any mail from outside.",
        escape(said)
    )
}

async fn send(State(p): State<Pages>, RawForm(form_data): RawForm) -> Response {
    // A form is written as a query is.
    let uri = format!("/?{}", String::from_utf8_lossy(&form_data)).parse::<Uri>();
    let Some(Query(letter)) = uri.ok().and_then(|uri| Query::<Letter>::try_from_uri(&uri).ok()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let said = match p.post.bring(&p.core, &letter).await {
        Ok(said) => said,
        Err(e) => format!("Not sent: {e}"),
    };
    page("Write to the practice", &form(&said))
}

impl PostOffice {
    async fn bring(&self, core: &Core, letter: &Letter) -> Result<String> {
        let (from, to): (EmailAddress, EmailAddress) = (letter.from.trim().parse()?, letter.to.trim().parse()?);
        let party = |address: &EmailAddress| Party { name: String::new(), address: address.clone() };
        let message = Outgoing {
            from: party(&from),
            sender: None,
            reply_to: None,
            to: vec![party(&to)],
            cc: Vec::new(),
            subject: letter.subject.clone(),
            text: letter.text.replace("\r\n", "\n"),
            html: None,
            attachments: Vec::new(),
            message_id: format!("{}@{}", uuid::Uuid::new_v4().simple(), from.domain()),
            in_reply_to: None,
            references: Vec::new(),
            date: core.clock().now(),
            auto_submitted: false,
        };
        let host = MxHost {
            name: HOST.to_owned(),
            port: self.mx.port(),
            addresses: vec![self.mx.ip()],
            tls_name: HOST.to_owned(),
        };
        let target = Target { hosts: vec![host], tls: TlsRequirement::Opportunistic };
        let envelope = Envelope { from: Some(from), recipients: vec![to], ..Envelope::default() };
        let report = self.client.deliver(&target, &envelope, build(&message)?.into()).await;
        let outcome = report.recipients.first().map(|(_, o)| (o.is_accepted(), o.remark().to_string()));
        Ok(match outcome {
            Some((true, said)) => format!("Delivered; the practice said: {said}"),
            Some((false, said)) => format!("Not taken; the practice said: {said}"),
            None => "No answer".to_owned(),
        })
    }
}

/// A gateway for text messages.
#[derive(Deserialize)]
struct Sms {
    to: String,
    text: String,
}

async fn sms(State(p): State<Pages>, Json(sms): Json<Sms>) -> StatusCode {
    match p.world.text(sms.to, sms.text) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn accounts(State(p): State<Pages>) -> Response {
    let rows: String = read_accounts(&p.world)
        .iter()
        .map(|a| {
            format!(
                "<tr><td>{}<td>{}<td><code>{}</code><td><code class=code data-login=\"{}\">{}</code>",
                escape(&a.title),
                escape(&a.name),
                escape(&a.login),
                escape(&a.login),
                code_of(a, &p.core),
            )
        })
        .collect();
    let body = format!(
        "<h2>Demo accounts</h2><p>Password of all: <code>{PASSWORD}</code></p><table><thead><tr><th>Role<th>Name<th>Sign-in name\
         <th>Code now</thead><tbody>{rows}</tbody></table><p>Codes change every 30 seconds; each can be used once. The practice: \
         <a href=\"{0}\">{0}</a>",
        escape(&p.core.config().public_url)
    );
    page("Demo accounts", &body)
}

fn read_accounts(world: &World) -> Vec<Account> {
    let text = std::fs::read(&world.accounts).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn code_of(account: &Account, core: &Core) -> String {
    totp::code_at(&account.totp_bytes, core.clock().now_us())
}

async fn api_accounts(State(p): State<Pages>) -> Json<serde_json::Value> {
    let all: Vec<_> = read_accounts(&p.world)
        .iter()
        .map(|a| {
            json!({"key": a.key, "title": a.title, "name": a.name, "login": a.login, "password": PASSWORD,
            "totp_secret": a.totp_secret, "code": code_of(a, &p.core)})
        })
        .collect();
    Json(json!(all))
}

async fn api_mail(State(p): State<Pages>) -> Json<serde_json::Value> {
    let all: Vec<_> = p
        .world
        .mail()
        .iter()
        .map(|m| {
            let parsed = m.parsed();
            let files: Vec<_> = parsed.attachments.iter().map(|a| &a.file_name).collect();
            json!({"at": m.at, "mailbox": m.mailbox, "from": parsed.from, "subject": parsed.subject, "text": parsed.text,
                "files": files, "tls": m.tls})
        })
        .collect();
    Json(json!(all))
}

fn time(at: jiff::Timestamp) -> String {
    at.strftime("%d %b %H:%M:%S UTC").to_string()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Escaped text, with web addresses as links.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let (address, space) = word.split_at(word.trim_end().len());
            if address.starts_with("http://") || address.starts_with("https://") {
                let shown = escape(address);
                format!("<a href=\"{shown}\" rel=noreferrer target=_blank>{shown}</a>{}", escape(space))
            } else {
                escape(word)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_notifications_can_be_followed_and_nothing_else_is_markup() {
        let html = linked("Lees het hier:\nhttp://localhost:8080/p#abc\n<b>&");
        assert!(html.contains("<a href=\"http://localhost:8080/p#abc\" rel=noreferrer target=_blank>"), "{html}");
        assert!(html.ends_with("&lt;b&gt;&amp;"), "{html}");
    }
}
