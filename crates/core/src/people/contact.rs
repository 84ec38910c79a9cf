//! Outside correspondents: how they are reached, and with which second factor.

use super::checked_text;
use crate::audit::NewEntry;
use crate::clock::{SECOND_US, from_us};
use crate::error::guard;
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
/// Length of an agreed secret in characters, blanks folded as when it is asked for.
const SECRET_CHARS: std::ops::RangeInclusive<usize> = 6..=100;

/// An agreed secret as it is compared: case and blanks are not told apart, for it is said over the telephone.
pub(crate) fn normal_secret(secret: &str) -> String {
    secret.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// An agreed secret as it is kept: none when it is empty but for blanks.
///
/// # Errors
/// The length of its compared form is what guessing costs: not from 6 to 100 characters.
pub(crate) fn kept_secret(secret: &str) -> std::result::Result<Option<String>, &'static str> {
    match normal_secret(secret).chars().count() {
        0 => Ok(None),
        n if SECRET_CHARS.contains(&n) => Ok(Some(secret.trim().to_owned())),
        _ => Err("From 6 to 100 characters."),
    }
}

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
    /// [`Error::Denied`] without `contact.manage`; [`Error::Validation`] of `party` (`own_domain`) or `secret`;
    /// [`Error::VersionConflict`] when it was changed at the same moment, again and again.
    pub async fn put_contact(&self, actor: &Actor, input: ContactInput) -> Result<Contact> {
        // What is given is laid over what is on file: after a change elsewhere, over that.
        for _ in 0..3 {
            match self.try_put_contact(actor, input.clone()).await {
                Err(Error::VersionConflict) => {}
                done => return done,
            }
        }
        Err(Error::VersionConflict)
    }

    async fn try_put_contact(&self, actor: &Actor, input: ContactInput) -> Result<Contact> {
        self.allow(actor, Permission::ContactManage, Scope::Organisation).await?;
        if self.own_domain(input.party.address.domain()).await? {
            return Err(Error::field("party", "own_domain", "This address is in the house."));
        }
        checked_text("party.name", &input.party.name, 0, 200)?;
        let new_secret = input.secret.as_deref().map(kept_secret).transpose();
        let new_secret = new_secret.map_err(|why| Error::field("secret", "length", why))?;
        let address = input.party.address.clone();
        let mut batch = Batch::new();
        let mut entry = NewEntry::by(actor, AuditKind::ContactChanged).with("address", address.to_string());
        if let Some(phone) = &input.phone {
            entry = entry.with("phone", phone.to_string());
        }
        if let Some(secret) = &new_secret {
            entry = entry.with("secret", if secret.is_some() { "set" } else { "removed" });
        }
        let known = self.contact_row(&address).await?;
        let old = known.as_ref().map(|(_, old)| old);
        let secret = match new_secret {
            Some(new) => new,
            None => old.and_then(|o| o.secret.clone()),
        };
        let sealed = SealedContact {
            party: named(input.party, old.map(|o| o.party.name.as_str())),
            phone: input.phone.or_else(|| old.and_then(|o| o.phone.clone())),
            secret,
            language: input.language.or(old.map(|o| o.language)).unwrap_or(self.org_language().await?),
        };
        self.write_contact(&mut batch, known.as_ref().map(|(row, _)| row), &sealed, guard::VERSION)?;
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
        Ok(self.contact_row(address).await?.map(|(row, sealed)| contact(row, sealed)))
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

    /// Adds to the batch of the act what it tells of an outside correspondent. Whoever may write messages may fill in what
    /// nobody has said yet (a number or secret is audited), but changes nothing that is on file: that is
    /// [`Core::put_contact`]. The batch fails with `contact_changed` when something was learnt elsewhere meanwhile.
    pub(crate) async fn remember_contact(&self, batch: &mut Batch, actor: &Actor, input: ContactInput) -> Result<()> {
        let address = input.party.address.clone();
        let known = self.contact_row(&address).await?;
        let old = known.as_ref().map(|(_, old)| old);
        let phone = input.phone.filter(|_| old.is_none_or(|o| o.phone.is_none()));
        let secret = input.secret.and_then(|s| kept_secret(&s).ok().flatten());
        let secret = secret.filter(|_| old.is_none_or(|o| o.secret.is_none()));
        let mut entry = NewEntry::by(actor, AuditKind::ContactChanged).with("address", address.to_string());
        if let Some(phone) = &phone {
            entry = entry.with("phone", phone.to_string());
        }
        if secret.is_some() {
            entry = entry.with("secret", "set");
        }
        let learnt = phone.is_some() || secret.is_some();
        let names = old.is_none_or(|o| o.party.name.is_empty()) && !input.party.name.trim().is_empty();
        if let Some((row, _)) = known.as_ref().filter(|_| !learnt && !names) {
            rows::touch(batch, self.org(), &row.address_index, self.clock().now_us());
            return Ok(());
        }
        let name = old.map(|o| o.party.name.clone()).filter(|n| !n.is_empty()).unwrap_or(input.party.name);
        let sealed = SealedContact {
            party: named(Party { name, address }, None),
            phone: phone.or_else(|| old.and_then(|o| o.phone.clone())),
            secret: secret.or_else(|| old.and_then(|o| o.secret.clone())),
            language: old.map(|o| o.language).or(input.language).unwrap_or(self.org_language().await?),
        };
        match known {
            // Two that meet the same correspondent for the first time at once: either may write the row.
            None if !learnt => rows::insert_once(batch, self.org(), self.new_contact_row(&sealed)?),
            known => self.write_contact(batch, known.as_ref().map(|(row, _)| row), &sealed, "contact_changed")?,
        }
        if learnt {
            self.audit(batch, entry)?;
        }
        Ok(())
    }

    fn write_contact(
        &self,
        batch: &mut Batch,
        known: Option<&ContactRow>,
        sealed: &SealedContact,
        guard: &'static str,
    ) -> Result<()> {
        let row = self.new_contact_row(sealed)?;
        match known {
            Some(k) => rows::update(batch, self.org(), ContactRow { version: k.version, ..row }, guard),
            None => rows::insert(batch, self.org(), row, guard),
        }
        Ok(())
    }

    fn new_contact_row(&self, sealed: &SealedContact) -> Result<ContactRow> {
        let address_index = self.index(purpose::ADDRESS, &sealed.party.address.normalised());
        Ok(ContactRow {
            id: ContactId(self.clock().new_id()),
            sealed_contact: self.seal(purpose::CONTACT, &address_index, sealed)?,
            address_index,
            version: 1,
            used_us: self.clock().now_us(),
        })
    }

    async fn contact_row(&self, address: &EmailAddress) -> Result<Option<(ContactRow, SealedContact)>> {
        let index = self.index(purpose::ADDRESS, &address.normalised());
        let Some(row) = rows::by_address(self.db(), self.org(), &index).await? else { return Ok(None) };
        let sealed = self.unseal(purpose::CONTACT, &row.address_index, &row.sealed_contact)?;
        Ok(Some((row, sealed)))
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
        let sealed = self.unseal(purpose::CONTACT, &row.address_index, &row.sealed_contact)?;
        Ok(contact(row, sealed))
    }
}

fn contact(row: ContactRow, sealed: SealedContact) -> Contact {
    Contact {
        id: row.id,
        party: sealed.party,
        phone: sealed.phone,
        secret: sealed.secret,
        language: sealed.language,
        used_at: from_us(row.used_us),
    }
}

/// The party with its name, or the name that was known.
fn named(party: Party, known: Option<&str>) -> Party {
    let name = match party.name.trim() {
        "" => known.unwrap_or_default().to_owned(),
        name => name.to_owned(),
    };
    Party { name, address: party.address }
}
