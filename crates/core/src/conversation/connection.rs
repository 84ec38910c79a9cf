//! One client's connection: its questions are answered here, and what others do is told to it.

use super::hub::{Item, Line, frame};
use super::read::Piece;
use super::{Asker, Outcome, Refused, own_id, wire_id};
use crate::Core;
use crate::identity::Limiter;
use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Ask, Op, Push, Reply, SUITE_HYBRID, decode};
use wardpost_model::ConversationId;
use wardpost_model::LeafDeviceId;
use wardpost_model::person::Actor;

/// Largest message between one's own connections, in bytes.
const POST: usize = 64 << 10;
/// Somebody is said to write so often at once, and then once in so many microseconds.
const TYPING: (u32, i64) = (3, 2_000_000);

/// What a connection is to be told.
pub enum Told {
    /// This frame.
    Frame(Bytes),
    /// How a conversation is now: [`Connection::look_up`] gives the frame.
    Conversation(ConversationId),
    /// The session or its rights may have changed: look, and [`Connection::renew`].
    LookAnew,
    /// The last frame, and that it is over.
    Over(Bytes),
}

/// A connection. It is told of nothing any more when this is dropped.
pub struct Connection {
    core: Core,
    line: Arc<Line>,
    actor: Mutex<Arc<Actor>>,
    nonce: [u8; 32],
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.core.conversations().hub.leave(&self.line);
    }
}

impl Core {
    /// Whether somebody can have conversations.
    ///
    /// # Errors
    /// [`Refused::Denied`] otherwise; written down.
    pub async fn allow_conversations(&self, actor: &Actor) -> Outcome<()> {
        self.converses(actor).await.map(drop)
    }

    /// Takes a connection of somebody signed in.
    ///
    /// # Errors
    /// As [`Core::allow_conversations`].
    pub async fn connect_conversations(&self, actor: Actor) -> Outcome<Arc<Connection>> {
        self.converses(&actor).await?;
        let hub = &self.conversations().hub;
        let line = hub.join(actor.person_id, actor.session_id, actor.permissions.clone());
        Ok(Arc::new(Connection {
            core: self.clone(),
            line,
            actor: Mutex::new(Arc::new(actor)),
            nonce: wardpost_vault::random_bytes(),
        }))
    }
}

impl Connection {
    /// The first frame.
    #[must_use]
    pub fn challenge(&self) -> Bytes {
        frame(Push::Challenge { nonce: self.nonce.to_vec().into(), person: wire_id(self.line.person) })
    }

    /// The last frame.
    #[must_use]
    pub fn farewell(why: &str) -> Bytes {
        frame(Push::Over(why.to_owned()))
    }

    /// What is to be told next; waits for something. Nothing is lost when it isn't waited for to the end.
    pub async fn next(&self) -> Told {
        match self.line.next().await {
            Item::Frame(frame) => Told::Frame(frame),
            Item::Conversation(id) => Told::Conversation(id),
            Item::LookAnew => Told::LookAnew,
            Item::Over(why) => Told::Over(Self::farewell(why)),
        }
    }

    /// How a conversation is now, for this connection.
    pub async fn look_up(&self, id: ConversationId) -> Option<Bytes> {
        let actor = self.actor();
        match self.core.conversation(&actor, id).await {
            Ok(line) => line.map(|c| frame(Push::Conversation(Box::new(c)))),
            Err(error) => {
                tracing::debug!(%error, "a conversation can't be looked up now");
                Some(frame(Push::Behind { conversation: Some(wire_id(id)) }))
            }
        }
    }

    /// Who asks now, and by which rights, after another look at the session. False when that person has no conversations any
    /// more.
    pub fn renew(&self, actor: Actor) -> bool {
        let may = actor.circumstances.acting_for.is_none()
            && actor.person_id == self.line.person
            && super::standing::side_of(&actor.permissions).is_some();
        self.line.permissions.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&actor.permissions);
        *self.actor.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(actor);
        may
    }

    fn actor(&self) -> Arc<Actor> {
        Arc::clone(&self.actor.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a question. What must keep its order has it when this returns; the answer comes later.
    #[must_use]
    pub fn answer(self: &Arc<Self>, op: Op) -> BoxFuture<'static, Reply> {
        if self.line.is_over() {
            return async { Reply::Refused(Refused::Denied("over").refusal()) }.boxed();
        }
        let actor = self.actor();
        if let Op::Append(append) = op {
            let Some(device) = self.line.device() else { return not_yet().boxed() };
            let placed = self.core.append_message(Asker { actor: &actor, device }, *append);
            return async move {
                match placed.await {
                    Ok(p) => Reply::Appended { seq: p.seq, at_us: p.at_us },
                    Err(refused) => Reply::Refused(refused.refusal()),
                }
            }
            .boxed();
        }
        let this = Arc::clone(self);
        async move {
            let answered = match this.line.device() {
                Some(device) => this.answer_device(&actor, device, op).await,
                None => this.answer_person(&actor, op).await,
            };
            answered.unwrap_or_else(|refused| Reply::Refused(refused.refusal()))
        }
        .boxed()
    }

    /// What is answered before a device has shown itself, and after it too.
    async fn answer_person(&self, actor: &Actor, op: Op) -> Outcome<Reply> {
        let core = &self.core;
        Ok(match op {
            Op::Hello { device, signature } => self.hello(actor, device, &signature).await?,
            Op::Account => {
                let account = core.conversation_account(actor).await?;
                Reply::Account {
                    person: wire_id(actor.person_id),
                    keys: account.keys.map(Into::into),
                    devices: account.devices,
                    backups: account.backups,
                }
            }
            Op::PutAccount { keys } => done(core.put_conversation_account(actor, &keys).await?),
            Op::PutDevice { certificate, name } => {
                done(core.put_conversation_device(actor, &certificate, &name).await?)
            }
            Op::PutBackup(backup) => done(core.put_conversation_backup(actor, backup).await?),
            Op::DropBackup { id } => done(core.drop_conversation_backup(actor, id).await?),
            Op::Post { to, from, body } => done(self.post(actor, to, from, &body)?),
            Op::Ping => Reply::Done,
            _ => return Err(Refused::Denied("hello")),
        })
    }

    async fn answer_device(&self, actor: &Actor, device: LeafDeviceId, op: Op) -> Outcome<Reply> {
        let core = &self.core;
        let asker = Asker { actor, device };
        Ok(match op {
            Op::PutKeyPackages { packages } => {
                let packages = packages.into_iter().map(Into::into).collect();
                done(core.put_key_packages(asker, packages).await?)
            }
            Op::Directory { persons } => {
                Reply::Directory { accounts: core.conversation_directory(asker, &persons).await? }
            }
            Op::ClaimKeyPackages { persons, suite } => {
                Reply::KeyPackages { packages: core.claim_key_packages(asker, &persons, suite).await? }
            }
            Op::Create(create) => done(core.create_conversation(asker, *create).await?),
            Op::Commit(commit) => {
                let p = core.commit_epoch(asker, *commit).await?;
                Reply::Appended { seq: p.seq, at_us: p.at_us }
            }
            Op::Fetch { conversation, after, before, limit } => {
                let piece = Piece { after, before, limit };
                let (entries, last) = core.fetch_entries(asker, conversation, piece).await?;
                Reply::Entries { entries, last }
            }
            Op::Keys { conversation, from } => Reply::Keys { keys: core.epoch_keys(asker, conversation, from).await? },
            Op::PutKeys { conversation, keys } => done(core.put_epoch_keys(asker, conversation, keys).await?),
            Op::GroupInfo { conversation } => {
                let (epoch, group_info) = core.group_info(asker, conversation).await?;
                Reply::GroupInfo { epoch, group_info: group_info.into() }
            }
            Op::Welcome { conversation } => {
                let welcome = core.group_welcome(asker, conversation).await?;
                Reply::Welcome { welcome: welcome.map(|(epoch, w)| (epoch, w.into())) }
            }
            Op::Mark { conversation, seq, read } => done(core.mark_entries(asker, conversation, seq, read).await?),
            Op::Receipts { conversation, from } => {
                Reply::Receipts { receipts: core.entry_receipts(asker, conversation, from).await? }
            }
            Op::Conversations { before_us, limit } => {
                let (conversations, more) = core.own_conversations(asker, before_us, limit).await?;
                Reply::Conversations { conversations, more }
            }
            Op::Typing { conversation } => done(self.typing(asker, conversation).await?),
            Op::ChangeDevice { device, name } => {
                done(core.change_conversation_device(actor, device, name.as_deref()).await?)
            }
            Op::SetOpen { conversation, open } => done(core.set_conversation_open(asker, conversation, open).await?),
            Op::Leave { conversation } => done(core.leave_conversation(asker, conversation).await?),
            other => self.answer_person(actor, other).await?,
        })
    }

    async fn hello(&self, actor: &Actor, device: Id, signature: &[u8]) -> Outcome<Reply> {
        let id: LeafDeviceId = own_id(device);
        let known = self.line.device();
        if known.is_some_and(|known| known != id) {
            return Err(Refused::Denied("device"));
        }
        let greeted = self.core.greet_device(actor, &self.nonce, device, signature).await?;
        *self.line.device.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        // Removed between the look and this moment: who removes looks at the connections that show their device.
        let asker = Asker { actor, device: id };
        if let Err(refused) = self.core.still_there(asker).await {
            self.line.end("device_removed");
            return Err(refused);
        }
        Ok(Reply::Hello {
            person: wire_id(actor.person_id),
            now_us: self.core.clock().now_us(),
            packages: greeted.packages.into_iter().map(Into::into).collect(),
            suite: SUITE_HYBRID,
            unlock: greeted.unlock.to_vec().into(),
        })
    }

    /// Passes something to one's own other connections on this node.
    fn post(&self, actor: &Actor, to: Option<Id>, from: Id, body: &[u8]) -> Outcome<()> {
        if body.len() > POST {
            return Err(Refused::Malformed("too_large"));
        }
        let (state, now_us) = (self.core.conversations(), self.core.clock().now_us());
        let limit = state.posts.take(actor.person_id, now_us);
        limit.map_err(|seconds| Refused::Slower(seconds.saturating_mul(1000)))?;
        state.hub.post(&self.line, to, from, body);
        Ok(())
    }

    /// Tells the others in a conversation, on this node, that somebody writes.
    async fn typing(&self, asker: Asker<'_>, conversation: Id) -> Outcome<()> {
        let (core, me) = (&self.core, asker.actor.person_id);
        if core.conversations().typing.take(me, core.clock().now_us()).is_err() {
            return Ok(());
        }
        let seen = core.membership(asker, conversation).await?;
        if !seen.is_member() {
            return Err(Refused::NotFound);
        }
        let lane = core.conversations().lanes.of(seen.row.id, core.clock().now_us());
        let state = lane.inner.lock().await.state(core, seen.row.id).await?.0;
        let others = state.current.keys().copied().filter(|p| *p != me);
        core.conversations().hub.tell_all(others, Push::Typing { conversation, person: wire_id(me) });
        Ok(())
    }
}

/// Reads a client's frame. Of one that isn't what the protocol says its number, if that at least can be read.
///
/// # Errors
/// The number, or nothing.
pub fn question(frame: &[u8]) -> Result<Ask, Option<u32>> {
    decode(frame).map_err(|_| {
        let mut decoder = minicbor::Decoder::new(frame);
        matches!(decoder.array(), Ok(Some(2))).then(|| decoder.u32().ok()).flatten()
    })
}

/// How often somebody may be said to write.
pub(super) fn typing_limit() -> Limiter<wardpost_model::PersonId> {
    Limiter::new(TYPING.0, TYPING.1)
}

fn done((): ()) -> Reply {
    Reply::Done
}

async fn not_yet() -> Reply {
    Reply::Refused(Refused::Denied("hello").refusal())
}
