//! Many people at once from a list: first a preview that says of every row what is wrong with it, then the import, which
//! can be taken back for those who have not come in yet.

mod list;

use super::giving::known_roles;
use super::house::{House, VERSION};
use super::person::{NewPerson, taken};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::identity::Invitation;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use list::{Column, Row};
use std::collections::{BTreeMap, BTreeSet};
use wardpost_gate::{Denied, Scope};
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language, PersonState, RoleVia};
use wardpost_model::{EmailAddress, ImportId, PersonId, RoleId};
use wardpost_store::repo::credential;
use wardpost_store::repo::import as rows;
use wardpost_store::{Batch, StoreError};

/// People made in one batch.
const PART: usize = 100;
/// How long an import is listed and can be taken back.
const UNDO_DAYS: i64 = 30;

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellProblem {
    /// The column.
    pub column: &'static str,
    /// `required`, `too_long`, `character`, `malformed`, `taken`, `duplicate`, `unknown`, `foreign_domain`, `sensitive`,
    /// `grants_more`, `columns`.
    pub code: &'static str,
}

/// A row of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Line of the file.
    pub line: u64,
    /// Name as it stands there.
    pub name: String,
    /// Login as it stands there.
    pub login: String,
    /// Roles as they would be given.
    pub roles: String,
    /// What is wrong; nothing if the person can be invited.
    pub problems: Vec<CellProblem>,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPreview {
    /// All rows.
    pub lines: Vec<ImportLine>,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
}

/// Somebody who was imported.
#[derive(Debug, Clone)]
pub struct ImportedPerson {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Login.
    pub login: EmailAddress,
    /// What to hand to them; shown once.
    pub invitation: Invitation,
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its id.
    pub id: ImportId,
    /// Who was invited.
    pub people: Vec<ImportedPerson>,
    /// Lines that were left out.
    pub left_out: Vec<u64>,
}

/// An import as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportEntry {
    /// Its id.
    pub id: ImportId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by_name: String,
    /// How many people it made.
    pub people: usize,
    /// How many of them have not accepted their invitation yet: these an undo takes away.
    pub open: usize,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// What taking an import back did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// How many people were taken away.
    pub removed: u32,
    /// Names of those who stay since they came in meanwhile.
    pub kept: Vec<String>,
}

impl Core {
    /// Says of every row of a list what is wrong with it. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, or without `mailbox.manage` when the list names mailboxes;
    /// [`Error::TooLarge`]; [`Error::Validation`] of `csv` when it is no such list.
    pub async fn preview_import(&self, actor: &Actor, csv: &str) -> Result<ImportPreview> {
        let (checked, ignored) = self.read_import(actor, csv).await?;
        Ok(ImportPreview { lines: checked.into_iter().map(|c| c.line).collect(), ignored })
    }

    /// Invites everybody in a list.
    ///
    /// # Errors
    /// As [`Core::preview_import`]; [`Error::Conflict`] `rows_wrong` when rows are wrong and `skip_bad` is not said, or when
    /// none is good; [`Error::Validation`] of `csv` `taken` when somebody was made meanwhile: look at the preview anew.
    pub async fn run_import(&self, actor: &Actor, csv: &str, skip_bad: bool) -> Result<Imported> {
        let (checked, _) = self.read_import(actor, csv).await?;
        let left_out: Vec<u64> = checked.iter().filter(|c| c.ready.is_none()).map(|c| c.line.line).collect();
        let ready: Vec<NewPerson> = checked.into_iter().filter_map(|c| c.ready).collect();
        if ready.is_empty() || !(skip_bad || left_out.is_empty()) {
            return Err(Error::Conflict("rows_wrong"));
        }
        let id = ImportId(self.clock().new_id());
        let mut people = Vec::with_capacity(ready.len());
        for (part, some) in ready.chunks(PART).enumerate() {
            people.extend(self.import_part(actor, id, part, some).await?);
        }
        Ok(Imported { id, people, left_out })
    }

    async fn import_part(
        &self,
        actor: &Actor,
        id: ImportId,
        part: usize,
        some: &[NewPerson],
    ) -> Result<Vec<ImportedPerson>> {
        let house = self.house().await?;
        let by = |kind| NewEntry::by(actor, kind).why("imported from a list");
        let (mut batch, mut made) = (Batch::new(), Vec::with_capacity(some.len()));
        for new in some {
            let (person, invitation) = self.put_person(&mut batch, &house, new, None, RoleVia::Import, &by)?;
            made.push(ImportedPerson { id: person, name: new.name.clone(), login: new.login.clone(), invitation });
        }
        let ids: Vec<PersonId> = made.iter().map(|m| m.id).collect();
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        let row = rows::ImportRow {
            id,
            part,
            by: actor.person_id,
            at_us: self.clock().now_us(),
            undone_us: None,
            sealed_people: self.seal(purpose::PERSON_IMPORT, &row_of(id, part), &ids)?,
        };
        rows::insert(&mut batch, self.org(), row);
        let entry = NewEntry::by(actor, AuditKind::PersonImported).on("import", id);
        self.audit(&mut batch, entry.with("people", made.len().to_string()))?;
        self.try_write_house(batch).await.map_err(|e| match taken(e) {
            Error::Validation(_) => Error::field("csv", "taken", "Somebody was made meanwhile. Look again."),
            e => e,
        })?;
        Ok(made)
    }

    /// The imports of the last thirty days, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`.
    pub async fn imports(&self, actor: &Actor) -> Result<Vec<ImportEntry>> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut found: Vec<ImportEntry> = Vec::new();
        for row in rows::recent(self.db(), self.org(), self.clock().now_us() - UNDO_DAYS * DAY_US).await? {
            let ids = self.imported(&row)?;
            let open =
                ids.iter().filter(|id| house.person(**id).is_some_and(|p| p.state == PersonState::Invited)).count();
            match found.iter_mut().find(|e| e.id == row.id) {
                Some(entry) => {
                    entry.people += ids.len();
                    entry.open += open;
                }
                None => found.push(ImportEntry {
                    id: row.id,
                    at: from_us(row.at_us),
                    by_name: house.person_name(row.by),
                    people: ids.len(),
                    open,
                    undone_at: row.undone_us.map(from_us),
                }),
            }
        }
        Ok(found)
    }

    /// Takes an import back: whoever has not accepted their invitation is gone, with an empty mailbox; others stay.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::NotFound`] when there is none, or it is older than thirty days.
    pub async fn undo_import(&self, actor: &Actor, id: ImportId) -> Result<Undone> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        let now = self.clock().now_us();
        let parts = rows::get(self.db(), self.org(), id).await?;
        if parts.first().is_none_or(|p| p.at_us <= now - UNDO_DAYS * DAY_US) {
            return Err(Error::NotFound);
        }
        let mut undone = Undone { removed: 0, kept: Vec::new() };
        for part in &parts {
            for person in self.imported(part)? {
                match self.remove_invited(actor, id, person).await? {
                    Some(true) => undone.removed += 1,
                    Some(false) => undone.kept.push(self.person_name(person).await?),
                    None => {}
                }
            }
        }
        let mut batch = Batch::new();
        rows::undone(&mut batch, self.org(), id, now);
        let entry = NewEntry::by(actor, AuditKind::PersonImported).on("import", id).why("taken back");
        self.audit(&mut batch, entry.with("removed", undone.removed.to_string()))?;
        self.db().write(batch).await?;
        Ok(undone)
    }

    /// Takes somebody away who never came in; none if they are gone already.
    async fn remove_invited(&self, actor: &Actor, import: ImportId, id: PersonId) -> Result<Option<bool>> {
        let house = self.house().await?;
        let Some(person) = house.person(id) else { return Ok(None) };
        // Who has come in before is being recovered.
        let came_in = credential::get(self.db(), self.org(), id).await?.is_some_and(|c| c.last_sign_in_us.is_some());
        if person.state != PersonState::Invited || came_in {
            return Ok(Some(false));
        }
        let theirs = house.mailboxes.values().filter(|(m, _)| m.members == [id]).map(|(m, _)| m.id).collect::<Vec<_>>();
        let mut batch = Batch::new();
        rows::remove_person(&mut batch, self.org(), id, person.version, &theirs, VERSION);
        let entry = NewEntry::by(actor, AuditKind::PersonRemoved).on_person(id).with("name", &*person.profile.name);
        self.audit(&mut batch, entry.with("import", import.to_string()))?;
        match self.try_write_house(batch).await {
            Ok(()) => Ok(Some(true)),
            // Accepted at this moment, or something stands on them.
            Err(StoreError::Guard(_) | StoreError::Reference) => Ok(Some(false)),
            Err(e) => Err(e.into()),
        }
    }

    fn imported(&self, row: &rows::ImportRow) -> Result<Vec<PersonId>> {
        self.unseal(purpose::PERSON_IMPORT, &row_of(row.id, row.part), &row.sealed_people)
    }

    async fn read_import(&self, actor: &Actor, csv: &str) -> Result<(Vec<Checked>, Vec<String>)> {
        let nobody = PersonId(uuid::Uuid::max());
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: nobody }).await?;
        let list = list::read(csv)?;
        if list.rows.iter().any(|r| !r.get(Column::Mailbox).is_empty()) {
            self.allow(actor, Permission::MailboxManage, Scope::Organisation).await?;
        }
        let house = self.house().await?;
        let mut checker = Checker::new(&house, actor);
        Ok((list.rows.iter().map(|row| checker.check(row)).collect(), list.ignored))
    }
}

/// The row under which the people of a part are sealed.
fn row_of(id: ImportId, part: i64) -> Vec<u8> {
    [id.as_bytes().as_slice(), &part.to_be_bytes()].concat()
}

/// A row with what it would make.
struct Checked {
    line: ImportLine,
    ready: Option<NewPerson>,
}

/// Looks at rows one after the other: what one takes, the next can't have.
struct Checker<'a> {
    house: &'a House,
    actor: &'a Actor,
    roles: BTreeMap<String, RoleId>,
    logins: BTreeSet<String>,
    seen_logins: BTreeSet<String>,
    seen_mailboxes: BTreeSet<String>,
}

impl<'a> Checker<'a> {
    fn new(house: &'a House, actor: &'a Actor) -> Self {
        Self {
            house,
            actor,
            roles: house.roles.values().map(|r| (r.role.name.to_lowercase(), r.role.id)).collect(),
            logins: house.people.values().map(|p| p.profile.login.normalised()).collect(),
            seen_logins: BTreeSet::new(),
            seen_mailboxes: BTreeSet::new(),
        }
    }

    fn check(&mut self, row: &Row) -> Checked {
        let mut problems = Vec::new();
        if !row.fits {
            problems.push(CellProblem { column: "", code: "columns" });
        }
        let login = self.login(row, &mut problems);
        let language = self.language(row, &mut problems);
        let role_ids = self.roles(row, &mut problems);
        let mailbox_address = self.mailbox(row, &mut problems);
        let named: Vec<&str> =
            role_ids.iter().filter_map(|id| self.house.roles.get(id)).map(|r| r.role.name.as_str()).collect();
        let roles = if role_ids.is_empty() { row.get(Column::Roles).to_owned() } else { named.join(", ") };
        // The address stands for itself where it is none: the name and function are judged all the same.
        let stand_in = || "nobody@invalid.example".parse::<EmailAddress>().ok();
        let new = login.or_else(stand_in).map(|login| NewPerson {
            name: row.get(Column::Name).to_owned(),
            login,
            function: row.get(Column::Function).to_owned(),
            language,
            role_ids,
            mailbox_address,
        });
        if let Some(Err(Error::Validation(found))) = new.as_ref().map(NewPerson::profile) {
            for e in found {
                let column = if e.field == "name" { Column::Name } else { Column::Function };
                problems.push(CellProblem { column: column.as_str(), code: e.code });
            }
        }
        let (name, login) = (row.get(Column::Name).to_owned(), row.get(Column::Login).to_owned());
        let ready = new.filter(|_| problems.is_empty());
        Checked { line: ImportLine { line: row.line, name, login, roles, problems }, ready }
    }

    fn login(&mut self, row: &Row, problems: &mut Vec<CellProblem>) -> Option<EmailAddress> {
        let mut wrong = |code| problems.push(CellProblem { column: Column::Login.as_str(), code });
        let cell = row.get(Column::Login);
        if cell.is_empty() {
            wrong("required");
            return None;
        }
        let Ok(login) = cell.parse::<EmailAddress>() else {
            wrong("malformed");
            return None;
        };
        if self.logins.contains(&login.normalised()) {
            wrong("taken");
        } else if !self.seen_logins.insert(login.normalised()) {
            wrong("duplicate");
        }
        Some(login)
    }

    fn language(&self, row: &Row, problems: &mut Vec<CellProblem>) -> Language {
        match row.get(Column::Language).to_lowercase().as_str() {
            "" => self.house.language,
            "nl" | "nederlands" | "dutch" => Language::Nl,
            "en" | "english" | "engels" => Language::En,
            _ => {
                problems.push(CellProblem { column: Column::Language.as_str(), code: "unknown" });
                self.house.language
            }
        }
    }

    fn roles(&self, row: &Row, problems: &mut Vec<CellProblem>) -> Vec<RoleId> {
        let mut wrong = |code| problems.push(CellProblem { column: Column::Roles.as_str(), code });
        let cell = row.get(Column::Roles);
        let by_name = |name: &str| self.roles.get(&name.trim().to_lowercase()).copied();
        let found: Option<Vec<RoleId>> = match by_name(cell) {
            Some(one) => Some(vec![one]),
            None => cell.split(['|', ';', ',']).filter(|n| !n.trim().is_empty()).map(by_name).collect(),
        };
        let Some(found) = found.and_then(|ids| known_roles(self.house, &ids).ok()) else {
            wrong("unknown");
            return Vec::new();
        };
        let granted = self.house.permissions_of(&found);
        // What opens others' rights or mail is given by hand, one person at a time.
        if granted.iter().any(|p| p.sensitive()) {
            wrong("sensitive");
        }
        let scope = Scope::Roles { subject: PersonId(uuid::Uuid::max()), granted: &granted };
        if let Err(Denied::GrantsMore(_)) = wardpost_gate::authorise(self.actor, Permission::PersonManage, scope) {
            wrong("grants_more");
        }
        found
    }

    fn mailbox(&mut self, row: &Row, problems: &mut Vec<CellProblem>) -> Option<EmailAddress> {
        let mut wrong = |code| problems.push(CellProblem { column: Column::Mailbox.as_str(), code });
        let cell = row.get(Column::Mailbox);
        if cell.is_empty() {
            return None;
        }
        let Ok(address) = cell.parse::<EmailAddress>() else {
            wrong("malformed");
            return None;
        };
        let normal = address.normalised();
        if super::mailbox::own_address(self.house, "mailbox", &address).is_err() {
            wrong("foreign_domain");
        } else if self.house.mailboxes.values().any(|(m, _)| m.address.normalised() == normal) {
            wrong("taken");
        } else if !self.seen_mailboxes.insert(normal) {
            wrong("duplicate");
        }
        Some(address)
    }
}
