//! Drafts that answer or pass on a message.

use super::draft::{DraftBody, DraftRecipient, RECIPIENTS_LIMIT, SUBJECT_LIMIT, TEXT_LIMIT};
use super::file::{NewFile, Owner};
use super::types::Head;
use crate::clock::from_us;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::message::{Party, RecipientKind};
use wardpost_model::person::Actor;
use wardpost_model::{DraftId, MailboxId, MessageId};
use wardpost_store::Batch;

impl Core {
    pub(super) async fn reply_body(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        all: bool,
        batch: &mut Batch,
    ) -> Result<DraftBody> {
        let opened = self.open_for(actor, mailbox, id).await?;
        // The draft quotes the message: whoever makes it has read it.
        self.note_reading(batch, actor, &opened, Some("reply"))?;
        let own = opened.mailbox.address.normalised();
        let head = &opened.head;
        let answers_own = head.from.address.normalised() == own;
        let first =
            if answers_own { head.to.clone() } else { vec![head.reply_to.clone().unwrap_or(head.from.clone())] };
        let mut parties: Vec<(Party, RecipientKind)> = first.into_iter().map(|p| (p, RecipientKind::To)).collect();
        if all {
            let others = if answers_own { head.cc.clone() } else { [head.to.clone(), head.cc.clone()].concat() };
            parties.extend(others.into_iter().map(|p| (p, RecipientKind::Cc)));
        }
        let mut known = std::collections::BTreeSet::from([own]);
        let recipients = parties
            .into_iter()
            .filter(|(p, _)| known.insert(p.address.normalised()))
            .map(|(party, kind)| DraftRecipient { party, kind, phone: None, secret: None, confirmed: false })
            .collect::<Vec<_>>();
        if recipients.len() > RECIPIENTS_LIMIT {
            return Err(Error::field("recipients", "too_many", format!("at most {RECIPIENTS_LIMIT} recipients")));
        }
        Ok(DraftBody {
            recipients,
            subject: prefixed("Re:", &head.subject),
            text: quoted(head, from_us(opened.row.at_us), &opened.body.text),
            patient: head.patient.clone(),
            in_reply_to: Some(id),
            ..DraftBody::default()
        })
    }

    pub(super) async fn forward_body(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        draft: DraftId,
        batch: &mut Batch,
    ) -> Result<DraftBody> {
        let opened = self.open_for(actor, mailbox, id).await?;
        self.note_reading(batch, actor, &opened, Some("forward"))?;
        let bucket = self.mail_bucket().await?;
        let files = self.files_of(Owner::Message(id.0)).await?;
        self.check_files(&files, 0, 0)?;
        for (position, file) in (0i64..).zip(files) {
            self.audit(batch, Self::attachment_entry(actor, &opened, &file.file_name))?;
            let (meta, data) = self.open_file(Owner::Message(id.0), file.id).await?;
            let copy = NewFile {
                file_name: meta.file_name,
                media_type: meta.media_type,
                content_id: None,
                data: data.to_vec().into(),
            };
            self.add_file(batch, &bucket, Owner::Draft(draft.0), position, copy).await?;
        }
        Ok(DraftBody {
            subject: prefixed("Fwd:", &opened.head.subject),
            text: quoted(&opened.head, from_us(opened.row.at_us), &opened.body.text),
            patient: opened.head.patient.clone(),
            ..DraftBody::default()
        })
    }
}

fn prefixed(prefix: &str, subject: &str) -> String {
    let has = subject.get(..prefix.len()).is_some_and(|p| p.eq_ignore_ascii_case(prefix));
    let full = if has { subject.to_owned() } else { format!("{prefix} {subject}") };
    full.chars().take(SUBJECT_LIMIT).collect()
}

fn quoted(head: &Head, at: Timestamp, text: &str) -> String {
    let who = if head.from.name.is_empty() { head.from.address.to_string() } else { head.from.name.clone() };
    let mut out = format!("\n\n{} – {who}:\n", at.strftime("%Y-%m-%d %H:%M"));
    for line in text.lines() {
        if out.len() + line.len() + 3 > TEXT_LIMIT / 2 {
            break;
        }
        out.push_str("> ");
        out.push_str(line);
        out.push('\n');
    }
    out
}
