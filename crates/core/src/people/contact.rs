//! Outside correspondents: how they are reached, and with which second factor.

use super::checked_text;
use crate::audit::NewEntry;
use crate::clock::{SECOND_US, from_us};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::Party;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language};
use wardpost_model::{ContactId, EmailAddress, MailboxId, PhoneNumber};
use wardpost_store::Batch;
use wardpost_store::repo::contact::{self as rows, ContactRow};

/// Contacts that are searched: those used last.
const SEARCHED: u32 = 20_000;
/// How long the copy that is searched is believed. Sending looks into the store itself.
const BELIEVED_FOR_US: i64 = 15 * SECOND_US;
/// Suggestions given at once.
const SUGGESTIONS: usize = 20;
/// Length of an agreed secret in characters.
const SECRET_CHARS: std::ops::RangeInclusive<usize> = 6..=100;

/// An outside correspondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Name and address.
    pub party: Party,
    /// Mobile number for codes.
    pub phone: Option<PhoneNumber>,
    /// Secret agreed with them.
    pub secret: Option<String>,
    /// Language of notifications and of the portal.
    pub language: Language,
    /// When it was written to or changed last.
    pub used_at: Timestamp,
}

/// What is given for a contact. `None` keeps what is there; an empty secret removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactInput {
    /// Name and address.
    pub party: Party,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
    /// Agreed secret.
    pub secret: Option<String>,
    /// Language.
    pub language: Option<Language>,
}

/// Where a suggestion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    /// A mailbox of the house.
    Mailbox,
    /// An outside correspondent.
    Contact,
    /// An outside correspondent at a partner.
    Partner,
}

/// A suggestion for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// The contact; none for a mailbox of the house.
    pub id: Option<ContactId>,
    /// Name and address.
    pub party: Party,
    /// Mobile number.
    pub phone: Option<PhoneNumber>,
    /// Whether a secret was agreed. Never served itself.
    pub has_secret: bool,
    /// Where it comes from.
    pub kind: ContactKind,
}

/// `contact.sealed_contact`, bound to the address's index and not to the row's id: two nodes that meet the same address
/// for the first time write one row.
#[derive(Serialize, Deserialize)]
struct SealedContact {
    party: Party,
    #[serde(default)]
    phone: Option<PhoneNumber>,
    #[serde(default)]
    secret: Option<String>,
    #[serde(default)]
    language: Language,
}

/// The copy that is searched.
#[derive(Debug, Default)]
pub(super) struct ContactBook(Mutex<Option<(i64, Contacts)>>);

type Contacts = Arc<Vec<(Findable, Contact)>>;

/// What a party is found by, in lower case.
#[derive(Debug)]
struct Findable {
    name: String,
    address: String,
}

impl Findable {
    fn of(party: &Party) -> Self {
        Self { name: party.name.to_lowercase(), address: party.address.normalised() }
    }
    fn fits(&self, q: &str) -> bool {
        let word = |w: &str| w.starts_with(q);
        word(&self.name) || self.name.split(|c: char| !c.is_alphanumeric()).any(word) || self.address.contains(q)
    }
}

impl ContactBook {
    pub(super) fn outdate(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
    fn get(&self, now_us: i64) -> Option<Contacts> {
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.as_ref().filter(|(at, _)| (0..BELIEVED_FOR_US).contains(&(now_us - at))).map(|(_, c)| Arc::clone(c))
    }
    fn put(&self, now_us: i64, contacts: Contacts) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now_us, contacts));
    }
}

impl Core {
    /// Suggestions for a recipient: mailboxes of the house first, then contacts, those used last first. A word of the name or
    /// the address begins with `q`, or the address has it in it.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mail.send`; contacts are left out without `contact.manage`.
    pub async fn find_contacts(&self, actor: &Actor, q: &str) -> Result<Vec<ContactLine>> {
        self.allow(actor, Permission::MailSend, Scope::Organisation).await?;
        let q: String = q.trim().to_lowercase().chars().take(100).collect();
        let house = self.house().await?;
        let mut found: Vec<ContactLine> = Vec::new();
        for (mailbox, _) in house.mailboxes.values().filter(|(m, _)| m.active) {
            let party = Party { name: mailbox.name.clone(), address: mailbox.address.clone() };
            if Findable::of(&party).fits(&q) {
                let kind = ContactKind::Mailbox;
                found.push(ContactLine { id: None, party, phone: None, has_secret: false, kind });
            }
        }
        found.sort_by_cached_key(|l| l.party.name.to_lowercase());
        found.truncate(SUGGESTIONS);
        if actor.may(Permission::ContactManage) {
            let contacts = self.contact_book().await?;
            let room = SUGGESTIONS - found.len();
            found.extend(contacts.iter().filter(|(f, _)| f.fits(&q)).take(room).map(|(_, c)| ContactLine {
                id: Some(c.id),
                party: c.party.clone(),
                phone: c.phone.clone(),
                has_secret: c.secret.is_some(),
                kind: match house.partners.contains_key(c.party.address.domain()) {
                    true => ContactKind::Partner,
                    false => ContactKind::Contact,
                },
            }));
        }
        Ok(found)
    }

    /// Records an outside correspondent, or changes what is known.
    ///
    /// # Errors
    /// [`Error::Denied`] without `contact.manage`; [`Error::Validation`] of `party` (`own_domain`) or `secret`.
    pub async fn put_contact(&self, actor: &Actor, input: ContactInput) -> Result<Contact> {
        self.allow(actor, Permission::ContactManage, Scope::Organisation).await?;
        if self.own_domain(input.party.address.domain()).await? {
            return Err(Error::field("party", "own_domain", "This address is in the house."));
        }
        checked_text("party.name", &input.party.name, 0, 200)?;
        let secret_chars = input.secret.as_deref().map_or(0, |s| s.trim().chars().count());
        if secret_chars > 0 && !SECRET_CHARS.contains(&secret_chars) {
            return Err(Error::field("secret", "length", "From 6 to 100 characters."));
        }
        let address = input.party.address.clone();
        let mut batch = Batch::new();
        self.remember_contact(&mut batch, input.clone()).await?;
        let mut entry = NewEntry::by(actor, AuditKind::ContactChanged).with("address", address.to_string());
        if let Some(phone) = &input.phone {
            entry = entry.with("phone", phone.masked());
        }
        if input.secret.is_some() {
            entry = entry.with("secret", if secret_chars > 0 { "set" } else { "removed" });
        }
        self.audit(&mut batch, entry)?;
        self.db().write(batch).await?;
        self.people().contacts.outdate();
        self.contact_of(&address).await?.ok_or(Error::NotFound)
    }

    /// What is known of an address outside, straight from the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn contact_of(&self, address: &EmailAddress) -> Result<Option<Contact>> {
        let index = self.index(purpose::ADDRESS, &address.normalised());
        let row = rows::by_address(self.db(), self.org(), &index).await?;
        row.map(|r| self.open_contact(r)).transpose()
    }

    /// Whether a mailbox's writers have confirmed an outside address as a recipient before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn contact_confirmed(&self, mailbox: MailboxId, address: &EmailAddress) -> Result<bool> {
        let index = self.index(purpose::ADDRESS, &address.normalised());
        Ok(rows::is_confirmed(self.db(), self.org(), mailbox, &index).await?)
    }

    /// Adds the confirmation of an outside recipient to the batch of the act.
    pub(crate) fn confirm_contact(&self, batch: &mut Batch, mailbox: MailboxId, address: &EmailAddress) {
        let index = self.index(purpose::ADDRESS, &address.normalised());
        rows::confirm(batch, self.org(), mailbox, &index, self.clock().now_us());
    }

    /// Adds to the batch of the act what it tells of an outside correspondent: what is given is kept, the rest stays.
    /// Nothing is audited: the act is.
    pub(crate) async fn remember_contact(&self, batch: &mut Batch, input: ContactInput) -> Result<()> {
        let known = self.contact_of(&input.party.address).await?;
        let address_index = self.index(purpose::ADDRESS, &input.party.address.normalised());
        let kept = |new: Option<String>, old: Option<String>| match new {
            Some(new) => Some(new.trim().to_owned()).filter(|s| !s.is_empty()),
            None => old,
        };
        let (id, old) = match known {
            Some(c) => (c.id, Some(c)),
            None => (ContactId(self.clock().new_id()), None),
        };
        let old_name = old.as_ref().map(|c| c.party.name.clone()).unwrap_or_default();
        let name = if input.party.name.trim().is_empty() { old_name } else { input.party.name.trim().to_owned() };
        let sealed = SealedContact {
            party: Party { name, address: input.party.address },
            phone: input.phone.or_else(|| old.as_ref().and_then(|c| c.phone.clone())),
            secret: kept(input.secret, old.as_ref().and_then(|c| c.secret.clone())),
            language: input.language.or(old.map(|c| c.language)).unwrap_or(self.org_language().await?),
        };
        let row = ContactRow {
            id,
            sealed_contact: self.seal(purpose::CONTACT, &address_index, &sealed)?,
            address_index,
            version: 1,
            used_us: self.clock().now_us(),
        };
        rows::put(batch, self.org(), row);
        Ok(())
    }

    async fn contact_book(&self) -> Result<Contacts> {
        let now = self.clock().now_us();
        if let Some(contacts) = self.people().contacts.get(now) {
            return Ok(contacts);
        }
        let found = rows::list(self.db(), self.org(), SEARCHED).await?;
        let open = |row| self.open_contact(row).map(|c| (Findable::of(&c.party), c));
        let contacts = Arc::new(found.into_iter().map(open).collect::<Result<Vec<_>>>()?);
        self.people().contacts.put(now, Arc::clone(&contacts));
        Ok(contacts)
    }

    fn open_contact(&self, row: ContactRow) -> Result<Contact> {
        let sealed: SealedContact = self.unseal(purpose::CONTACT, &row.address_index, &row.sealed_contact)?;
        Ok(Contact {
            id: row.id,
            party: sealed.party,
            phone: sealed.phone,
            secret: sealed.secret,
            language: sealed.language,
            used_at: from_us(row.used_us),
        })
    }
}
