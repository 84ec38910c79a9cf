//! Gathering what the gate needs, and asking it. Compose and send come through here, and nothing else decides.

use super::detector::Seen;
use super::draft::{Draft, DraftRecipient};
use super::file::{NewFile, Owner};
use super::lighter::Lighter;
use crate::{Core, Result};
use wardpost_gate::{OutsideFacts, PlanInput, RecipientFacts, Standing};
use wardpost_model::finding::Findings;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language};
use wardpost_model::plan::Plan;
use wardpost_model::{DraftId, MailboxId};
use wardpost_vault::Zeroizing;

/// Domains looked at at the same time for one message.
const PROBES_AT_ONCE: usize = 8;

/// A plan with what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Routes and reasons.
    pub plan: Plan,
    /// What was found in the content.
    pub findings: Findings,
    /// The draft's version that was planned.
    pub draft_version: u32,
    /// What it could do without to go as ordinary mail.
    pub lighter: Option<Lighter>,
}

/// A file with its bytes, for scanning and sending.
pub(crate) struct LoadedFile {
    pub file_name: String,
    pub media_type: String,
    pub data: Zeroizing<Vec<u8>>,
}

impl From<&NewFile> for LoadedFile {
    fn from(f: &NewFile) -> Self {
        Self { file_name: f.file_name.clone(), media_type: f.media_type.clone(), data: f.data.to_vec().into() }
    }
}

/// What the sender wants.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wish {
    /// Pick-up for every outside recipient.
    pub pickup: bool,
    /// To send it anyway, where policy lets them.
    pub anyway: bool,
}

/// Facts of one recipient, and what a pick-up will need.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub facts: RecipientFacts,
    pub mailbox: Option<MailboxId>,
    pub phone: Option<wardpost_model::PhoneNumber>,
    pub secret: Option<String>,
    pub language: Option<Language>,
}

impl Core {
    /// What would happen to one's draft if it were sent now. Stores nothing but what was learnt of domains.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub async fn plan_draft(&self, actor: &Actor, id: DraftId) -> Result<Planned> {
        let draft = self.draft(actor, id).await?;
        let files = self.load_files(Owner::Draft(id.0), &draft.files).await?;
        let seen = self.scan(&draft.subject, &draft.text, None, files).await?;
        let (mut plan, resolved) = self.plan_for(&draft, &seen, false).await?;
        let lighter = self.lighter(&draft, &resolved, &plan, &seen).await?;
        if !actor.may(Permission::MailOverride) {
            super::anyway::withdraw_offer(&mut plan);
        }
        Ok(Planned { plan, findings: seen.findings, draft_version: draft.version, lighter })
    }

    /// The plan for a draft; `anyway` without the rules that let their sender override them.
    pub(crate) async fn plan_for(&self, draft: &Draft, seen: &Seen, anyway: bool) -> Result<(Plan, Vec<Resolved>)> {
        let resolved = self.resolve_all(draft.mailbox_id, &draft.recipients).await?;
        let plan = self.ask_gate(&resolved, seen, Wish { pickup: draft.ask_pickup, anyway }).await?;
        Ok((plan, resolved))
    }

    /// Asks the gate, under the policy by which the content was judged.
    pub(crate) async fn ask_gate(&self, resolved: &[Resolved], seen: &Seen, wish: Wish) -> Result<Plan> {
        let known_domains = self.known_domains().await?;
        let recipients: Vec<RecipientFacts> = resolved.iter().map(|r| r.facts.clone()).collect();
        Ok(wardpost_gate::plan(&PlanInput {
            recipients: &recipients,
            found: &(&seen.findings).into(),
            policy: &seen.policy.policy,
            policy_version: seen.policy.version,
            sender_asks_pickup: wish.pickup,
            overridden: wish.anyway,
            known_domains: &known_domains,
        }))
    }

    /// Gathers the facts of all recipients, looking at their domains at the same time.
    pub(crate) async fn resolve_all(&self, sender: MailboxId, to: &[DraftRecipient]) -> Result<Vec<Resolved>> {
        use futures::stream::{StreamExt as _, TryStreamExt as _};
        let each: Vec<_> = to.iter().map(|r| self.resolve(sender, r)).collect();
        futures::stream::iter(each).buffered(PROBES_AT_ONCE).try_collect().await
    }

    async fn resolve(&self, sender: MailboxId, recipient: &DraftRecipient) -> Result<Resolved> {
        let address = &recipient.party.address;
        let house = |standing, mailbox| Resolved {
            facts: RecipientFacts { address: address.clone(), standing },
            mailbox,
            phone: None,
            secret: None,
            language: None,
        };
        if let Some(mailbox) = self.mailbox_by_address(address).await?.filter(|m| m.active) {
            return Ok(house(Standing::Inside, Some(mailbox.id)));
        }
        if self.own_domain(address.domain()).await? {
            return Ok(house(Standing::NoSuchMailbox, None));
        }
        let contact = self.contact_of(address).await?;
        let tls = self.domain_tls(address.domain()).await?.state.into();
        let partner = self.partner_of(address.domain()).await?.map(|p| p.name);
        // One second factor: what was given for this message goes before what is on file, then a secret before a number
        // that was given, and a number before a secret that is on file.
        let (phone, secret) = match (&recipient.phone, &recipient.secret, contact.as_ref()) {
            (_, Some(secret), _) => (None, Some(secret.clone())),
            (Some(phone), None, _) => (Some(phone.clone()), None),
            (None, None, Some(c)) if c.phone.is_some() => (c.phone.clone(), None),
            (None, None, c) => (None, c.and_then(|c| c.secret.clone())),
        };
        let needs_confirming = self.policy_current().await?.policy.confirm_first_contact;
        let confirmed = recipient.confirmed || !needs_confirming || self.contact_confirmed(sender, address).await?;
        let facts = OutsideFacts { partner, tls, phone: phone.clone(), agreed_secret: secret.is_some(), confirmed };
        Ok(Resolved {
            facts: RecipientFacts { address: address.clone(), standing: Standing::Outside(facts) },
            mailbox: None,
            phone,
            secret,
            language: contact.map(|c| c.language),
        })
    }

    pub(crate) async fn load_files(
        &self,
        owner: Owner,
        files: &[wardpost_model::message::AttachmentMeta],
    ) -> Result<Vec<LoadedFile>> {
        let mut out = Vec::with_capacity(files.len());
        for file in files {
            let (meta, data) = self.open_file(owner, file.id).await?;
            out.push(LoadedFile { file_name: meta.file_name, media_type: meta.media_type, data });
        }
        Ok(out)
    }
}
