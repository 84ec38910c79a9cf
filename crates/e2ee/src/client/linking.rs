//! Linking a device: the new one asks, both show numbers, and the old one gives the account's secret when its person says that
//! they are the same.

use super::Engine;
use super::api::{Event, LinkFailure, LinkStatus};
use super::session::Waiting;
use crate::account::AccountKeys;
use crate::link::{LinkStep, NewDevice, OldDevice, is_ask};
use crate::wire::Op;
use crate::{Id, Result};

/// How long people have to compare.
const PATIENCE_MS: i64 = 5 * 60 * 1000;

/// Who waits for this device to be enrolled.
#[derive(Debug, Default)]
pub(super) enum Enrolling {
    #[default]
    No,
    /// The first device of the account: the command gets a recovery code.
    First(u32),
    /// By the recovery code.
    Recovered(u32),
    /// By another device.
    Linked,
}

/// Linking that is under way.
#[derive(Default)]
pub(super) struct Link {
    side: Option<Side>,
    /// Where answers reach us.
    address: Id,
    /// The other's.
    peer: Option<Id>,
    deadline_ms: i64,
}

enum Side {
    New(Box<NewDevice>, String),
    Old(Box<OldDevice>),
}

impl Link {
    /// When it is given up.
    pub(super) fn deadline_ms(&self) -> Option<i64> {
        self.side.is_some().then_some(self.deadline_ms)
    }
}

impl Engine {
    fn tell_link(&mut self, link: LinkStatus) {
        self.emit(&Event::Link { link });
    }
    fn end_link(&mut self, link: LinkStatus) {
        self.link = Link::default();
        self.tell_link(link);
    }
    fn post(&mut self, body: Vec<u8>) {
        let op = Op::Post { to: self.link.peer, from: self.link.address, body: body.into() };
        self.ask(op, Waiting::Nothing);
    }
    /// This device asks.
    pub(super) fn link_begin(&mut self, device_name: &str) -> Result<()> {
        let (side, ask) = NewDevice::begin(device_name)?;
        self.link = Link {
            side: Some(Side::New(Box::new(side), device_name.to_owned())),
            address: self.local.id()?,
            peer: None,
            deadline_ms: self.now_ms + PATIENCE_MS,
        };
        self.post(ask);
        self.tell_link(LinkStatus::Waiting);
        Ok(())
    }
    /// Another device of this account says something.
    pub(super) fn posted(&mut self, from: Id, body: &[u8]) -> Result<()> {
        if is_ask(body) {
            // A later request takes the place of an earlier one, on a device that has the secret.
            if self.secret.is_some()
                && let Ok((mut side, name)) = OldDevice::begin(body)
                && let Ok(accept) = side.accept()
            {
                self.link = Link {
                    side: Some(Side::Old(Box::new(side))),
                    address: self.local.id()?,
                    peer: Some(from),
                    deadline_ms: self.now_ms + PATIENCE_MS,
                };
                self.tell_link(LinkStatus::Asked { name });
                self.post(accept);
            }
            return Ok(());
        }
        if self.link.peer.is_some_and(|p| p != from) {
            return Ok(());
        }
        let step = match &mut self.link.side {
            Some(Side::New(side, _)) => side.receive(body),
            Some(Side::Old(side)) => side.receive(body),
            None => return Ok(()),
        };
        self.link.peer = Some(from);
        match step {
            Ok(LinkStep::Send(body)) => self.post(body),
            Ok(LinkStep::Compare { numbers, send }) => {
                if let Some(body) = send {
                    self.post(body);
                }
                self.tell_link(LinkStatus::Compare { numbers });
            }
            Ok(LinkStep::Secret(secret)) => {
                let Some(Side::New(_, name)) = self.link.side.take() else { return Ok(()) };
                let person = self.person.unwrap_or_default();
                let expected = self.account_keys.as_deref().and_then(|k| AccountKeys::decode(k).ok());
                if expected.map(|k| k.identity) == secret.public(person).ok().map(|k| k.identity) {
                    self.enrolling = Enrolling::Linked;
                    self.enrol(&secret, &name)?;
                } else {
                    self.end_link(LinkStatus::Failed { why: LinkFailure::Different });
                }
            }
            Ok(LinkStep::Refused) => self.end_link(LinkStatus::Failed { why: LinkFailure::Refused }),
            // Somebody meddles, or two devices answered at once.
            Err(_) => self.end_link(LinkStatus::Failed { why: LinkFailure::Different }),
        }
        Ok(())
    }
    /// The person compared.
    pub(super) fn link_decide(&mut self, same: bool) -> Result<bool> {
        match &mut self.link.side {
            Some(Side::Old(side)) => {
                let (Some(secret), Some(person)) = (&self.secret, self.person) else { return Ok(false) };
                let body = side.decide(same, secret, person)?;
                self.post(body);
                self.end_link(if same { LinkStatus::Done } else { LinkStatus::Failed { why: LinkFailure::Different } });
                Ok(true)
            }
            Some(Side::New(..)) => {
                // Here the old device decides; saying no ends it on this side too.
                if !same {
                    self.end_link(LinkStatus::Failed { why: LinkFailure::Different });
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }
    pub(super) fn link_done(&mut self) {
        self.end_link(LinkStatus::Done);
    }
    pub(super) fn link_lost(&mut self) {
        if self.link.side.is_some() {
            self.end_link(LinkStatus::Failed { why: LinkFailure::Gone });
        }
    }
    pub(super) fn link_tick(&mut self) {
        if self.link.side.is_some() && self.link.deadline_ms <= self.now_ms {
            self.end_link(LinkStatus::Failed { why: LinkFailure::Timeout });
        }
    }
}
