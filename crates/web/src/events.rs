//! Live events over one connection (server-sent events): hints that something changed, for those who may know it.

use crate::problem::{Answer, Problem, Slug};
use crate::session::Signed;
use crate::state::WebState;
use crate::streams::Place;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use serde::Serialize;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::ToSchema;
use wardpost_core::identity::Client;
use wardpost_core::live::{Change, LiveEvent};
use wardpost_model::permission::Permission;
use wardpost_model::person::Circumstances;
use wardpost_model::{MailboxId, MessageId, PersonId, SessionId};

/// A sign of life, so that proxies and browsers know that the connection stands.
const HEARTBEAT: Duration = Duration::from_secs(20);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What changed: the data of `event: change`. Refetch what is shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ChangeEvent {
    /// Something arrived in, left or changed in a mailbox.
    Mailbox {
        /// Which.
        mailbox_id: MailboxId,
    },
    /// Recipients of a sent message changed state.
    Message {
        /// Which.
        message_id: MessageId,
        /// The mailbox it was sent from.
        mailbox_id: MailboxId,
    },
    /// One's own drafts changed.
    Drafts,
    /// The review queue changed.
    Held,
    /// What opens for one, or the queue of emergency accesses, changed.
    Care,
    /// This session has ended: the last event.
    SessionEnded,
    /// The policy changed.
    Policy,
}

/// Live events.
///
/// `event: change` carries a [`ChangeEvent`] as JSON; `event: resync` says that something may have been missed: refetch
/// everything shown. A comment every 20 seconds is a sign of life. The stream does not extend the session; it ends with it.
/// A session has six at most: when another opens, the oldest ends.
#[utoipa::path(get, path = "/events", tag = "events", operation_id = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "Sent by browsers on reconnection: answered with `resync`")),
    responses((status = 200, description = "A stream of events", body = ChangeEvent, content_type = "text/event-stream"),
        crate::api::Refusals))]
pub(crate) async fn events(
    State(state): State<WebState>,
    signed: Signed,
    version: Version,
    headers: HeaderMap,
) -> Answer<Response> {
    let session = signed.actor.session_id.ok_or(Problem::new(Slug::Unauthenticated))?;
    let place = Place::take(&state, session)?;
    // Listening begins before the look at the mailboxes, so that nothing falls between.
    let receiver = state.core().live().subscribe();
    let sight = Sight::look(&state, session, &signed.client).await?.ok_or(Problem::new(Slug::Unauthenticated))?;
    let reader = Reader {
        closing: state.closing(),
        state,
        receiver,
        me: signed.actor.person_id,
        session,
        client: signed.client,
        sight,
        beat: Instant::now() + HEARTBEAT,
        ended: false,
        place,
    };
    let began = headers.contains_key(LAST_EVENT_ID).then(resync);
    let first = futures::stream::iter(began.into_iter().chain([Event::default().comment("here")]));
    let stream = first.chain(futures::stream::unfold(reader, Reader::next)).map(Ok::<_, Infallible>);
    let stream: Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>> = Box::pin(stream);
    let mut response = Sse::new(stream).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    if version < Version::HTTP_2 {
        // What has ended holds no connection.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// What a session may see, and until when that holds by what is known now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sight {
    mailboxes: BTreeSet<MailboxId>,
    permissions: BTreeSet<Permission>,
    circumstances: Circumstances,
    ends_us: i64,
}

impl Sight {
    /// None when the session has ended.
    async fn look(state: &WebState, session: SessionId, client: &Client) -> Answer<Option<Self>> {
        let Some(view) = state.core().session_by_id(session, client).await? else { return Ok(None) };
        let reads = view.actor.may(Permission::MailRead);
        let all = view.mailboxes.iter().map(|m| m.id).chain(view.mandated.iter().map(|m| m.mailbox.id));
        let ends_us = view.session.idle_expires_at.min(view.session.absolute_expires_at).as_microsecond();
        Ok(Some(Self {
            mailboxes: all.filter(|_| reads).collect(),
            permissions: view.actor.permissions,
            circumstances: view.actor.circumstances,
            // A mandate begins and ends by the clock: nobody writes an event then.
            ends_us: view.changes_us.map_or(ends_us, |c| c.min(ends_us)),
        }))
    }

    /// What the reader is told of a change, if anything.
    fn of(&self, me: PersonId, change: Change) -> Option<ChangeEvent> {
        match change {
            Change::Mailbox(mailbox_id) if self.mailboxes.contains(&mailbox_id) => {
                Some(ChangeEvent::Mailbox { mailbox_id })
            }
            Change::Message(mailbox_id, message_id) if self.mailboxes.contains(&mailbox_id) => {
                Some(ChangeEvent::Message { message_id, mailbox_id })
            }
            Change::Drafts(person) if person == me => Some(ChangeEvent::Drafts),
            Change::Held if self.permissions.contains(&Permission::MailReview) => Some(ChangeEvent::Held),
            Change::Care(person) if person == me || self.permissions.contains(&Permission::AccessReview) => {
                Some(ChangeEvent::Care)
            }
            Change::Policy => Some(ChangeEvent::Policy),
            _ => None,
        }
    }
}

struct Reader {
    state: WebState,
    receiver: Receiver<LiveEvent>,
    closing: watch::Receiver<bool>,
    me: PersonId,
    session: SessionId,
    client: Client,
    sight: Sight,
    beat: Instant,
    ended: bool,
    place: Place,
}

enum Woken {
    Event(Result<LiveEvent, RecvError>),
    Closing,
    Beat,
    Deadline,
}

impl Reader {
    async fn next(mut self) -> Option<(Event, Self)> {
        while !self.ended {
            let event = match self.wake().await {
                Woken::Closing | Woken::Event(Err(RecvError::Closed)) => return None,
                Woken::Event(Err(RecvError::Lagged(_))) => Some(resync()),
                Woken::Event(Ok(event)) => self.tell(event).await,
                Woken::Beat => {
                    self.beat = Instant::now() + HEARTBEAT;
                    self.look_anew().await.or(Some(Event::default().comment("alive")))
                }
                Woken::Deadline => self.look_anew().await,
            };
            if let Some(event) = event {
                return Some((event, self));
            }
        }
        None
    }

    async fn wake(&mut self) -> Woken {
        // The idle time may have been extended meanwhile: the look tells. Not more often than once a second.
        let left = self.sight.ends_us.saturating_sub(self.state.core().clock().now_us());
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0)).max(Duration::from_secs(1));
        let closing = async {
            // The state outlives the stream, so the channel does not close before it says so.
            let _ = self.closing.wait_for(|closing| *closing).await;
        };
        tokio::select! {
            () = closing => Woken::Closing,
            () = self.place.taken_away() => Woken::Closing,
            event = self.receiver.recv() => Woken::Event(event),
            () = tokio::time::sleep_until(self.beat) => Woken::Beat,
            () = tokio::time::sleep(left) => Woken::Deadline,
        }
    }

    async fn tell(&mut self, event: LiveEvent) -> Option<Event> {
        // Rights come with the house: a role that was changed counts at once (ASVS 8.3.2).
        if event.change == Change::Sessions(self.me) || event.change == Change::House {
            return self.look_anew().await;
        }
        let told = self.sight.of(self.me, event.change)?;
        Some(change(told)?.id(event.id.to_string()))
    }

    /// Looks whether the session still stands and what it may see. Other rights: the page must look anew as well.
    async fn look_anew(&mut self) -> Option<Event> {
        match Sight::look(&self.state, self.session, &self.client).await {
            Ok(Some(sight)) => {
                let same = Sight { ends_us: self.sight.ends_us, ..sight.clone() } == self.sight;
                self.sight = sight;
                (!same).then(resync)
            }
            Ok(None) => {
                self.ended = true;
                change(ChangeEvent::SessionEnded)
            }
            // The store is in trouble: the next beat asks again.
            Err(_) => None,
        }
    }
}

/// Something may have been missed. It carries data because browsers drop an event without any (HTML, 9.2.6).
fn resync() -> Event {
    Event::default().event("resync").data("{}")
}

fn change(event: ChangeEvent) -> Option<Event> {
    Event::default().event("change").json_data(event).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_sees_only_what_they_may() {
        let (mine, other) = (MailboxId(Uuid::from_u128(1)), MailboxId(Uuid::from_u128(2)));
        let (me, colleague) = (PersonId(Uuid::from_u128(3)), PersonId(Uuid::from_u128(4)));
        let message = MessageId(Uuid::from_u128(5));
        let sight = |reviews: bool| Sight {
            mailboxes: BTreeSet::from([mine]),
            permissions: [Permission::MailReview, Permission::AccessReview].into_iter().filter(|_| reviews).collect(),
            circumstances: Circumstances::default(),
            ends_us: 0,
        };
        let clinician = sight(false);
        assert_eq!(clinician.of(me, Change::Mailbox(mine)), Some(ChangeEvent::Mailbox { mailbox_id: mine }));
        assert_eq!(clinician.of(me, Change::Mailbox(other)), None);
        assert_eq!(clinician.of(me, Change::Message(other, message)), None);
        assert!(clinician.of(me, Change::Message(mine, message)).is_some());
        assert_eq!(clinician.of(me, Change::Drafts(me)), Some(ChangeEvent::Drafts));
        assert_eq!(clinician.of(me, Change::Drafts(colleague)), None);
        assert_eq!(clinician.of(me, Change::Held), None);
        assert_eq!(sight(true).of(me, Change::Held), Some(ChangeEvent::Held));
        assert_eq!(clinician.of(me, Change::Care(me)), Some(ChangeEvent::Care));
        assert_eq!(clinician.of(me, Change::Care(colleague)), None);
        assert_eq!(sight(true).of(me, Change::Care(colleague)), Some(ChangeEvent::Care));
        assert_eq!(clinician.of(me, Change::Sessions(colleague)), None);
    }

    #[test]
    fn events_are_written_as_the_contract_says() {
        let json = serde_json::to_value(ChangeEvent::Mailbox { mailbox_id: MailboxId(Uuid::nil()) }).unwrap();
        assert_eq!(json, serde_json::json!({ "kind": "mailbox", "mailbox_id": Uuid::nil() }));
        assert_eq!(serde_json::to_value(ChangeEvent::SessionEnded).unwrap()["kind"], "session_ended");
    }
}
