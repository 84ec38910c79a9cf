//! Conversations over one WebSocket (RFC 6455) a client: frames of [`wardpost_e2ee::wire`], one a binary message. The session's
//! cookie opens it, from the app's own pages only; it ends with the session.

use crate::extract::text;
use crate::problem::{Answer, Problem, Slug};
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use http::{HeaderMap, header};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use wardpost_core::conversation::{Connection, Refused, Told, question};
use wardpost_core::identity::{Client, SessionView};
use wardpost_e2ee::wire::{Answer as Answered, MAX_FRAME, PROTOCOL, Refusal, Reply, ServerFrame, encode};
use wardpost_model::SessionId;

/// Buffers of an idle connection: the library's own are 128 KiB.
const BUFFER: usize = 4 << 10;
/// Bytes that may wait to be sent: the largest answer, a group's GroupInfo, and then some.
const MOST_UNSENT: usize = 64 << 20;
/// Questions that are being answered at once; the next one is read when one of them is answered.
const IN_FLIGHT: usize = 64;
/// As [`IN_FLIGHT`], in bytes: one of the largest frame beside small ones.
const IN_FLIGHT_BYTES: usize = MAX_FRAME;
/// Questions at once, and then so many a second.
const BURST: u32 = 1000;
const PER_SECOND: u32 = 500;
/// How often a silent connection is asked for a sign of life; it has as long again to give one.
const BEAT: Duration = Duration::from_secs(25);
/// The session is looked at anew at each so many signs of life, announced or not.
const LOOK_EVERY: u32 = 4;
/// So long may the other side take to read the last frame.
const FAREWELL: Duration = Duration::from_secs(5);

/// The connections that are open.
#[derive(Debug, Default)]
pub struct Sockets {
    open: AtomicUsize,
    closed: Notify,
}

impl Sockets {
    /// Waits until there are none.
    pub(crate) async fn none_left(&self) {
        loop {
            let closed = self.closed.notified();
            if self.open.load(Ordering::SeqCst) == 0 {
                return;
            }
            closed.await;
        }
    }
}

/// One of the connections that may be open at a time; given back when dropped.
struct Place(WebState);

impl Place {
    fn take(state: &WebState) -> Answer<Self> {
        let most = state.config().limits.sockets;
        let taken =
            state.sockets().open.try_update(Ordering::SeqCst, Ordering::SeqCst, |n| (n < most).then_some(n + 1));
        match taken {
            Ok(before) => {
                state.metrics().sockets(before + 1);
                Ok(Self(state.clone()))
            }
            Err(_) => Err(Problem::new(Slug::Unavailable).detail("too many connections").retry_after(30)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let before = self.0.sockets().open.fetch_sub(1, Ordering::SeqCst);
        self.0.metrics().sockets(before.saturating_sub(1));
        self.0.sockets().closed.notify_waiters();
    }
}

/// Conversations, live: a WebSocket.
///
/// Subprotocol `wardpost.conversation.1`: CBOR frames, described in `docs/conversations.md`. The request must come from a page
/// of this origin, or say that it does. The connection does not extend the session; it ends with it. A session has six at
/// most: when another opens, the oldest ends.
#[utoipa::path(get, path = "/conversations/socket", tag = "conversations",
    responses((status = 101, description = "The connection stands"),
        (status = 400, description = "`bad_request`: not a WebSocket of this subprotocol"), crate::api::Refusals))]
pub(crate) async fn conversation_socket(
    State(state): State<WebState>,
    signed: Signed,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    // Cookies go along with a WebSocket whatever page opens it, and no other check stands in its way.
    if !text(&headers, &header::ORIGIN).is_some_and(|origin| state.config().is_own_origin(origin)) {
        return Err(Problem::new(Slug::Forbidden).detail("cross_origin"));
    }
    let session = signed.actor.session_id.ok_or(Problem::new(Slug::Unauthenticated))?;
    state.core().allow_conversations(&signed.actor).await.map_err(refused)?;
    let upgrade = upgrade.map_err(|_| Problem::new(Slug::BadRequest).detail("websocket"))?;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(MOST_UNSENT)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME);
    if upgrade.selected_protocol().is_none() {
        return Err(Problem::new(Slug::BadRequest).detail("subprotocol"));
    }
    let place = Place::take(&state)?;
    // Listening begins before the look at the session, so that nothing falls between.
    let connection = state.core().connect_conversations(signed.actor).await.map_err(refused)?;
    let view = state.core().session_by_id(session, &signed.client).await?;
    let view = view.ok_or(Problem::new(Slug::Unauthenticated))?;
    let ends_us = ends_us(&view);
    let (closing, client) = (state.closing(), signed.client);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let now = Instant::now();
        let talk = Talk {
            socket,
            connection,
            state,
            session,
            client,
            ends_us,
            closing,
            in_flight: FuturesUnordered::new(),
            in_flight_bytes: 0,
            allowance: Allowance { left: BURST, at: now },
            beat: now + BEAT,
            silent: 0,
            beats: 0,
        };
        talk.run().await;
        drop(place);
    }))
}

/// A refusal of conversations as HTTP says it.
pub(crate) fn refused(why: Refused) -> Problem {
    match why {
        Refused::Denied(code) => Problem::new(Slug::Forbidden).detail(code),
        Refused::Fault(error) => error.into(),
        _ => Problem::new(Slug::Unavailable),
    }
}

/// Until when the session holds by what is known now.
fn ends_us(view: &SessionView) -> i64 {
    let ends = view.session.idle_expires_at.min(view.session.absolute_expires_at).as_microsecond();
    view.changes_us.map_or(ends, |c| c.min(ends))
}

struct Talk {
    socket: WebSocket,
    connection: Arc<Connection>,
    state: WebState,
    session: SessionId,
    client: Client,
    ends_us: i64,
    closing: watch::Receiver<bool>,
    in_flight: FuturesUnordered<BoxFuture<'static, (u32, usize, Reply)>>,
    /// Bytes of the questions that are being answered.
    in_flight_bytes: usize,
    allowance: Allowance,
    beat: Instant,
    /// Beats since the other side was last heard.
    silent: u32,
    beats: u32,
}

/// How many questions may come.
struct Allowance {
    left: u32,
    at: Instant,
}

impl Allowance {
    /// Takes one; otherwise tells when to ask again, in milliseconds.
    fn take(&mut self) -> Result<(), u32> {
        let now = Instant::now();
        let earned = now.saturating_duration_since(self.at).as_millis() * u128::from(PER_SECOND) / 1000;
        if let Ok(earned) = u32::try_from(earned)
            && earned > 0
        {
            self.left = self.left.saturating_add(earned).min(BURST);
            self.at = now;
        } else if earned > 0 {
            (self.left, self.at) = (BURST, now);
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(1000 / PER_SECOND * 50),
        }
    }
}

/// Why a connection ends.
enum End {
    /// The last frame, and then the closing handshake.
    Said(Bytes),
    /// What the other side sent is not this protocol.
    Broken(u16),
    /// Nobody is there.
    Gone,
}

type Step = Result<(), End>;

impl Talk {
    async fn run(mut self) {
        let end = match self.send(self.connection.challenge()).await {
            Err(end) => end,
            Ok(()) => loop {
                if let Err(end) = self.step().await {
                    break end;
                }
            },
        };
        let code = match end {
            End::Said(last) => {
                let said = tokio::time::timeout(FAREWELL, self.socket.send(Message::Binary(last))).await;
                if !matches!(said, Ok(Ok(()))) {
                    return;
                }
                close_code::NORMAL
            }
            End::Broken(code) => code,
            End::Gone => return,
        };
        let frame = CloseFrame { code, reason: "".into() };
        drop(tokio::time::timeout(FAREWELL, self.socket.send(Message::Close(Some(frame)))).await);
    }

    async fn step(&mut self) -> Step {
        let left = self.ends_us.saturating_sub(self.state.core().clock().now_us());
        // The idle time may have been extended meanwhile: the look tells. Not more often than once a second.
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0)).max(Duration::from_secs(1));
        let closing = async {
            // The state outlives the connection, so the channel does not close before it says so.
            let _ = self.closing.wait_for(|closing| *closing).await;
        };
        tokio::select! {
            () = closing => Err(End::Said(Connection::farewell("closing"))),
            Some((number, bytes, reply)) = self.in_flight.next() => {
                self.in_flight_bytes = self.in_flight_bytes.saturating_sub(bytes);
                self.reply(number, reply).await
            }
            told = self.connection.next() => self.tell(told).await,
            message = self.socket.recv(), if self.in_flight.len() < IN_FLIGHT && self.in_flight_bytes < IN_FLIGHT_BYTES => {
                self.hear(message).await
            }
            () = tokio::time::sleep_until(self.beat) => self.on_beat().await,
            () = tokio::time::sleep(left) => self.look_anew().await,
        }
    }

    async fn send(&mut self, frame: Bytes) -> Step {
        // A reader that takes nothing for a minute is given up below, where the bytes go out.
        self.socket.send(Message::Binary(frame)).await.map_err(|_| End::Gone)
    }

    async fn reply(&mut self, number: u32, reply: Reply) -> Step {
        self.send(encode(&ServerFrame::Answer(Answered { number, reply })).into()).await
    }

    async fn tell(&mut self, told: Told) -> Step {
        match told {
            Told::Frame(frame) => self.send(frame).await,
            Told::Conversation(id) => match self.connection.look_up(id).await {
                Some(frame) => self.send(frame).await,
                None => Ok(()),
            },
            Told::LookAnew => self.look_anew().await,
            Told::Over(last) => Err(End::Said(last)),
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Step {
        self.silent = 0;
        let frame = match message {
            Some(Ok(Message::Binary(frame))) => frame,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Text(_))) => return Err(End::Broken(close_code::UNSUPPORTED)),
            Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return Err(End::Gone),
        };
        match question(&frame) {
            Ok(ask) => {
                if let Err(ms) = self.allowance.take() {
                    return self.reply(ask.number, Reply::Refused(Refusal::Slower(ms))).await;
                }
                let (number, bytes, answer) = (ask.number, frame.len(), self.connection.answer(ask.op));
                self.in_flight_bytes += bytes;
                self.in_flight.push(Box::pin(async move { (number, bytes, answer.await) }));
                Ok(())
            }
            Err(Some(number)) => {
                let refused = Reply::Refused(Refusal::Malformed("frame".to_owned()));
                self.reply(number, refused).await
            }
            Err(None) => Err(End::Broken(close_code::INVALID)),
        }
    }

    async fn on_beat(&mut self) -> Step {
        self.beat = Instant::now() + BEAT;
        self.beats = self.beats.wrapping_add(1);
        self.silent += 1;
        if self.silent > 2 {
            return Err(End::Gone);
        }
        if self.beats.is_multiple_of(LOOK_EVERY) {
            self.look_anew().await?;
        }
        self.socket.send(Message::Ping(Bytes::new())).await.map_err(|_| End::Gone)
    }

    /// Looks whether the session still stands, and what its person may.
    async fn look_anew(&mut self) -> Step {
        match self.state.core().session_by_id(self.session, &self.client).await {
            Ok(Some(view)) => {
                self.ends_us = ends_us(&view);
                if self.connection.renew(view.actor) {
                    Ok(())
                } else {
                    Err(End::Said(Connection::farewell("signed_out")))
                }
            }
            Ok(None) => Err(End::Said(Connection::farewell("signed_out"))),
            // The store is in trouble: the next beat asks again.
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn questions_come_in_a_burst_and_then_at_a_rate() {
        let mut allowance = Allowance { left: BURST, at: Instant::now() };
        assert!((0..BURST).all(|_| allowance.take().is_ok()));
        assert!(allowance.take().is_err());
        tokio::time::advance(Duration::from_millis(10)).await;
        let passed = (0..100).filter(|_| allowance.take().is_ok()).count();
        assert_eq!(passed, 5);
        tokio::time::advance(Duration::from_secs(100_000_000)).await;
        assert_eq!((0..2 * BURST).filter(|_| allowance.take().is_ok()).count(), BURST as usize);
    }
}
