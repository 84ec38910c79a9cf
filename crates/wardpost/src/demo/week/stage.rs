//! What the story is told with: moments, people at work, letters, guests.

use super::super::authority::Authority;
use super::super::cast::Account;
use super::super::clock::DemoClock;
use super::super::outside::World;
use super::super::submit::Program;
use super::super::{HOST, cast};
use crate::serve::Server;
use anyhow::{Context as _, Result, anyhow, bail, ensure};
use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use wardpost_core::identity::{Client as Browser, DeviceSecret, Factor, totp};
use wardpost_core::mail::{
    DraftKind, DraftRecipientInput, DraftUpdate, ListFilter, NewFile, PickupAnswer, PickupSession, Sent,
};
use wardpost_core::{Clock as _, Core, SystemClock};
use wardpost_mail::mime::{Outgoing, OutgoingAttachment, build};
use wardpost_mail::route::MxHost;
use wardpost_mail::smtp::Envelope;
use wardpost_mail::smtp::client::{Client, ClientConfig, Target, TlsRequirement};
use wardpost_model::message::{Folder, MessageLine, Party, RecipientKind};
use wardpost_model::person::Actor;
use wardpost_model::{DraftId, EmailAddress, MailboxId};

/// How long the delivery of one moment's letters may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stage.
pub struct Stage {
    pub core: Core,
    world: Arc<World>,
    clock: Arc<DemoClock>,
    accounts: Vec<Account>,
    postman: Client,
    mx: SocketAddr,
    submissions: SocketAddr,
    root: PathBuf,
    days: Vec<Date>,
    /// The browser that everybody keeps to, once they have signed in with it.
    browsers: Mutex<HashMap<String, DeviceSecret>>,
}

/// Somebody at work.
pub struct Person {
    pub actor: Actor,
    pub mailbox: Option<MailboxId>,
    pub address: String,
}

/// To whom a letter goes.
pub struct To {
    pub name: &'static str,
    pub address: &'static str,
    pub phone: Option<&'static str>,
    pub secret: Option<&'static str>,
}

/// To somebody by address.
pub const fn to(name: &'static str, address: &'static str) -> To {
    To { name, address, phone: None, secret: None }
}

impl To {
    /// With a mobile number for a code.
    pub const fn phone(self, phone: &'static str) -> Self {
        Self { phone: Some(phone), ..self }
    }
    /// With a secret agreed before.
    pub const fn secret(self, secret: &'static str) -> Self {
        Self { secret: Some(secret), ..self }
    }
}

/// A letter to be written.
#[derive(Default)]
pub struct Letter {
    pub to: Vec<To>,
    pub subject: &'static str,
    pub text: &'static str,
    pub patient: Option<&'static str>,
    pub files: Vec<NewFile>,
    pub days: Option<u16>,
    /// The message that it answers.
    pub answers: Option<MessageLine>,
}

/// Mail from outside.
pub struct Incoming {
    pub from: (&'static str, &'static str),
    pub to: &'static str,
    pub subject: &'static str,
    pub text: &'static str,
    pub html: Option<&'static str>,
    pub files: Vec<NewFile>,
    /// By a server that speaks TLS.
    pub tls: bool,
}

/// The five latest working days before today, oldest first, and when they begin.
fn days() -> Vec<Date> {
    let zone = TimeZone::fixed(Offset::constant(1));
    let mut day = SystemClock.now().to_zoned(zone).date();
    let mut found = Vec::new();
    while found.len() < 5 {
        day = day.yesterday().unwrap_or(day);
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            found.push(day);
        }
    }
    found.reverse();
    found
}

fn moment(day: Date, hour: i8, minute: i8) -> Result<Timestamp> {
    let zone = TimeZone::fixed(Offset::constant(1));
    Ok(day.at(hour, minute, 0, 0).to_zoned(zone)?.timestamp())
}

/// When the practice is founded.
pub fn first_moment() -> Timestamp {
    let first = days().first().copied().unwrap_or_default();
    moment(first, 7, 0).unwrap_or_default()
}

impl Stage {
    pub fn new(
        server: &Server,
        world: &Arc<World>,
        clock: &Arc<DemoClock>,
        accounts: &[Account],
        authority: &Authority,
    ) -> Result<Self> {
        let mut config = ClientConfig::new("mx.postbus.example".parse()?);
        config.public_roots = false;
        config.extra_roots = std::fs::read(authority.root())?;
        let port = |list: &[SocketAddr]| list.first().copied().context("the demo has no such port");
        Ok(Self {
            core: server.core().clone(),
            world: Arc::clone(world),
            clock: Arc::clone(clock),
            accounts: accounts.to_vec(),
            postman: Client::new(config)?,
            mx: port(&server.addresses().mx)?,
            submissions: port(&server.addresses().submissions)?,
            root: authority.root(),
            days: days(),
            browsers: Mutex::default(),
        })
    }

    /// Goes on to a time of the nth day, when all mail of before has arrived.
    pub async fn at(&self, day: usize, hour: i8, minute: i8) -> Result<()> {
        let day = self.days.get(day).copied().context("no such day in the week")?;
        self.go(moment(day, hour, minute)?).await
    }

    /// Goes on to so many minutes before now.
    pub async fn minutes_ago(&self, minutes: i64) -> Result<()> {
        self.go(SystemClock.now() - minutes.minutes()).await
    }

    async fn go(&self, moment: Timestamp) -> Result<()> {
        self.settled().await?;
        ensure!(moment > self.clock.now(), "the story goes back in time");
        self.clock.set(moment)
    }

    /// Waits until everything sent has reached whom it can reach.
    pub async fn settled(&self) -> Result<()> {
        let mut changes = self.core.watch_commits();
        let empty = async {
            while self.core.queue_depth().await? > 0 {
                let _ = tokio::time::timeout(Duration::from_secs(1), changes.changed()).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, empty).await.map_err(|_| anyhow!("mail is still waiting to be delivered"))?
    }

    /// Signs somebody in, with password and second factor.
    pub async fn signs_in(&self, key: &str) -> Result<Person> {
        let account = self.accounts.iter().find(|a| a.key == key).context("nobody of that name")?;
        let browser = Browser {
            network: Some(IpAddr::V4(Ipv4Addr::new(192, 168, 10, 20))),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0".to_owned()),
            request_id: None,
            device: self.browsers.lock().await.get(key).cloned(),
            certificate: None,
        };
        let pending = self.core.sign_in(&account.login, cast::PASSWORD, &browser).await?;
        let code = totp::code_at(&account.totp_bytes, self.clock.now_us());
        let entered = self.core.second_factor(&pending.secret, &Factor::Totp(code), &browser).await?;
        let signed_in = entered.signed_in().context("a security key is demanded")?;
        self.browsers.lock().await.insert(key.to_owned(), signed_in.device.clone());
        let address: EmailAddress = account.login.parse()?;
        let mailbox = self.core.mailbox_by_address(&address).await?.map(|m| m.id);
        Ok(Person { actor: signed_in.actor, mailbox, address: account.login.clone() })
    }

    /// A shared mailbox as one of its users has it.
    pub async fn shared(&self, person: &Person, address: &str) -> Result<Person> {
        let mailbox = self.core.mailbox_by_address(&address.parse()?).await?.context("no such shared mailbox")?;
        Ok(Person { actor: person.actor.clone(), mailbox: Some(mailbox.id), address: address.to_owned() })
    }

    /// Writes a letter and keeps it as a draft.
    pub async fn drafts(&self, who: &Person, letter: Letter) -> Result<(DraftId, u32)> {
        let mailbox = who.mailbox.context("this person has no mailbox")?;
        let kind = letter.answers.as_ref().map_or(DraftKind::New, |m| DraftKind::Reply(m.mailbox_id, m.id));
        let draft = self.core.create_draft(&who.actor, mailbox, kind).await?;
        let mut recipients = Vec::new();
        for to in letter.to {
            recipients.push(DraftRecipientInput {
                party: Party { name: to.name.to_owned(), address: to.address.parse()? },
                kind: RecipientKind::To,
                phone: to.phone.map(str::parse).transpose()?,
                secret: to.secret.map(str::to_owned),
                confirmed: true,
            });
        }
        for file in letter.files {
            self.core.attach(&who.actor, draft.id, file).await?;
        }
        let update = DraftUpdate {
            version: draft.version,
            mailbox_id: None,
            recipients,
            subject: letter.subject.to_owned(),
            text: letter.text.to_owned(),
            patient: letter.patient.map(str::to_owned),
            ask_pickup: false,
            expires_days: letter.days,
        };
        let saved = self.core.save_draft(&who.actor, draft.id, update).await?;
        Ok((draft.id, saved.version))
    }

    /// Writes a letter and sends it.
    pub async fn sends(&self, who: &Person, letter: Letter) -> Result<Sent> {
        let subject = letter.subject;
        let (draft, version) = self.drafts(who, letter).await?;
        let sent = self.core.send_draft(&who.actor, draft, version).await;
        sent.map_err(|e| match &e {
            wardpost_core::Error::NotReady(plan) | wardpost_core::Error::Blocked(plan) => {
                anyhow!("“{subject}” can't be sent: {:?}", plan.recipients)
            }
            _ => anyhow::Error::new(e).context(format!("sending “{subject}”")),
        })
    }

    /// The newest message of a mailbox whose subject holds these words.
    pub async fn finds(&self, who: &Person, folder: Folder, words: &str) -> Result<MessageLine> {
        let mailbox = who.mailbox.context("this person has no mailbox")?;
        let page = self.core.list_messages(&who.actor, mailbox, folder, ListFilter::All, None, 200).await?;
        page.lines.into_iter().find(|l| l.subject.contains(words)).with_context(|| format!("no message “{words}”"))
    }

    /// Opens a message, and its files.
    pub async fn reads(&self, who: &Person, words: &str) -> Result<MessageLine> {
        let line = self.finds(who, Folder::Inbox, words).await?;
        let view = self.core.read_message(&who.actor, line.mailbox_id, line.id).await?;
        for file in view.files {
            self.core.read_attachment(&who.actor, line.mailbox_id, line.id, file.id).await?;
        }
        Ok(line)
    }

    /// Mail comes in at the MX port.
    pub async fn arrives(&self, m: Incoming) -> Result<()> {
        let party = |(name, address): (&str, &str)| -> Result<Party> {
            Ok(Party { name: name.to_owned(), address: address.parse()? })
        };
        let (from, to) = (party(m.from)?, party(("", m.to))?);
        let attachments = m.files.into_iter().map(|f| OutgoingAttachment {
            file_name: f.file_name,
            media_type: f.media_type,
            content_id: f.content_id,
            data: f.data.to_vec(),
        });
        let message = build(&Outgoing {
            from: from.clone(),
            sender: None,
            reply_to: None,
            to: vec![to.clone()],
            cc: Vec::new(),
            subject: m.subject.to_owned(),
            text: m.text.to_owned(),
            html: m.html.map(str::to_owned),
            attachments: attachments.collect(),
            message_id: format!("{}@{}", uuid::Uuid::new_v4().simple(), from.address.domain()),
            in_reply_to: None,
            references: Vec::new(),
            date: self.clock.now(),
            auto_submitted: false,
        })?;
        let tls = if m.tls { TlsRequirement::Verified } else { TlsRequirement::Opportunistic };
        let (name, port, addresses) = (HOST.to_owned(), self.mx.port(), vec![self.mx.ip()]);
        let hosts = vec![MxHost { name: name.clone(), port, addresses, tls_name: name }];
        let envelope = Envelope { from: Some(from.address), recipients: vec![to.address], ..Envelope::default() };
        let report = self.postman.deliver(&Target { hosts, tls }, &envelope, message.into()).await;
        match report.recipients.first() {
            Some((_, outcome)) if outcome.is_accepted() => Ok(()),
            other => bail!("“{}” was not taken: {other:?}", m.subject),
        }
    }

    /// Somebody's mail program sends a message through the submission port.
    pub async fn submits(
        &self,
        who: &Person,
        password: &str,
        to: (&str, &str),
        subject: &str,
        text: &str,
    ) -> Result<()> {
        let recipient = Party { name: to.0.to_owned(), address: to.1.parse()? };
        let message = build(&Outgoing {
            from: Party { name: who.actor.name.clone(), address: who.address.parse()? },
            sender: None,
            reply_to: None,
            to: vec![recipient],
            cc: Vec::new(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: None,
            attachments: Vec::new(),
            message_id: format!("{}@laptop.linde.example", uuid::Uuid::new_v4().simple()),
            in_reply_to: None,
            references: Vec::new(),
            date: self.clock.now(),
            auto_submitted: false,
        })?;
        let program = Program { server: self.submissions, name: HOST, root: &self.root, user: &who.address, password };
        program.submit(&who.address, &[to.1], &message).await.map(drop)
    }

    /// A guest finds the link in the notification that their mailbox got last.
    pub async fn notified(&self, mailbox: &str) -> Result<String> {
        let before = self.clock.now() - 30.minutes();
        self.world
            .wait_for(&format!("the notification for {mailbox}"), |world| {
                let mail = world.mail();
                let newest = mail.iter().rev().find(|m| m.mailbox == mailbox && m.at > before)?;
                let text = newest.parsed().text;
                let token = text.split_once("/p#")?.1;
                Some(token.split_whitespace().next()?.to_owned())
            })
            .await
    }

    /// A guest asks for a code; gives it as it arrives on the telephone.
    pub async fn asks_code(&self, token: &str, phone: &str) -> Result<String> {
        let had = self.world.texts().len();
        self.core.pickup_code(token, guest_network(), None).await?;
        self.world
            .wait_for("the text message", |world| {
                let texts = world.texts();
                let text = texts.iter().skip(had).find(|t| t.to == phone)?;
                Some(text.text.split_whitespace().next()?.to_owned())
            })
            .await
    }

    /// A guest passes the door, reads, and downloads everything.
    pub async fn picks_up(&self, token: &str, answer: PickupAnswer) -> Result<PickupSession> {
        self.core.pickup_door(token).await?;
        let (secret, _) = self.core.pickup_verify(token, &answer, guest_network(), None).await?;
        let session = self.core.pickup_session(&secret, guest_network(), None).await?;
        let message = self.core.pickup_message(&session).await?;
        for file in message.files {
            self.core.pickup_attachment(&session, file.id).await?;
        }
        Ok(session)
    }
}

fn guest_network() -> Option<IpAddr> {
    Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 45)))
}
