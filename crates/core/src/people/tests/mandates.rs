//! Delegation (NTA-16, NL-02, NL-03): acting for a colleague under one's own name, for as long as it was said.

use super::*;
use crate::care::{NewPatient, NewRelation, RelationTo};
use crate::clock::{DAY_US, HOUR_US, from_us};
use crate::mail::{DraftKind, Inbound, ListFilter, SentOutcome, Submission};
use crate::people::{MandateStanding, NewMandate};
use jiff::Timestamp;
use wardpost_model::ground::RelationKind;
use wardpost_model::message::{Folder, Party, ReceivedInfo, RecipientKind};
use wardpost_model::person::MandateKind;
use wardpost_model::plan::Action;
use wardpost_model::{MandateId, MessageId, PatientId};

const BSN: &str = "BSN 111222333";

/// Anna, for whom Ben covers and Chantal writes; a patient of Anna's, and a letter about her to Anna.
struct Scene {
    house: TestCore,
    anna: TestPerson,
    ben: TestPerson,
    /// Front desk.
    chantal: TestPerson,
    eva: TestPerson,
    patient: PatientId,
    letter: MessageId,
    plain: MessageId,
}

impl Scene {
    async fn set(db: wardpost_store::testing::TestDb) -> Self {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben Carter", "ben@clinic.example").await;
        let chantal = house.person("front_desk", "Chantal Bakker", "chantal@clinic.example").await;
        let eva = house.person("administrator", "Eva Smit", "eva@clinic.example").await;
        let new = NewPatient {
            name: "Fenna de Boer".to_owned(),
            birth_date: None,
            references: vec![BSN.to_owned()],
            phone: None,
        };
        let patient = house.register_patient(&chantal.actor, new).await.unwrap().line.id;
        let to = RelationTo::Person(anna.id());
        let new = NewRelation { kind: RelationKind::Assigned, to, ends_at: None, reason: "huisarts".to_owned() };
        house.relate(&chantal.actor, patient, new).await.unwrap();
        let letter = house.receive(inbound("Uitslag", "Over BSN 111222333: diabetes mellitus.")).await.unwrap();
        let plain = house.receive(inbound("Vergadering", "Om tien uur.")).await.unwrap();
        let (letter, plain) = (letter.message_id, plain.message_id);
        Self { house, anna, ben, chantal, eva, patient, letter, plain }
    }
    fn cover(&self, may_send: bool, with_patients: bool) -> NewMandate {
        NewMandate {
            kind: MandateKind::Cover,
            mailbox: self.anna.mailbox(),
            holder: self.ben.id(),
            may_send,
            with_patients,
            starts_at: None,
            ends_at: Some(self.at(DAY_US)),
            note: "Vakantie".to_owned(),
        }
    }
    async fn give(&self, new: NewMandate) -> MandateId {
        self.house.give_mandate(&self.anna.actor, new).await.unwrap().mandate.id
    }
    fn at(&self, in_us: i64) -> Timestamp {
        from_us(self.house.clock().now_us() + in_us)
    }
    async fn reads(&self, who: &TestPerson, id: MessageId) -> Result<String, Error> {
        let view = self.house.read_message(&who.actor, self.anna.mailbox(), id).await?;
        Ok(view.line.subject)
    }
    async fn lists(&self, who: &TestPerson) -> Result<usize, Error> {
        let all = (Folder::Inbox, ListFilter::All);
        Ok(self.house.list_messages(&who.actor, self.anna.mailbox(), all.0, all.1, None, 10).await?.lines.len())
    }
    /// Ben writes to Chantal from Anna's mailbox.
    async fn sends(&self, who: &TestPerson) -> Result<MessageId, Error> {
        let draft = self.house.create_draft(&who.actor, self.anna.mailbox(), DraftKind::New).await?;
        let update = crate::mail::DraftUpdate {
            version: draft.version,
            mailbox_id: None,
            recipients: vec![crate::mail::DraftRecipientInput {
                party: Party { name: String::new(), address: self.chantal.login.clone() },
                kind: RecipientKind::To,
                phone: None,
                secret: None,
                confirmed: true,
            }],
            subject: "Namens Anna".to_owned(),
            text: "Tot morgen.".to_owned(),
            patient: None,
            ask_pickup: false,
            expires_days: None,
        };
        let saved = self.house.save_draft(&who.actor, draft.id, update).await?;
        let sent = self.house.send_draft(&who.actor, draft.id, saved.version).await?;
        assert_eq!(sent.outcome, SentOutcome::Sent);
        Ok(sent.message_id)
    }
    /// Somebody writes to a patient outside from Anna's mailbox, which policy holds.
    async fn holds(&self, who: &TestPerson) -> MessageId {
        let draft = self.house.create_draft(&who.actor, self.anna.mailbox(), DraftKind::New).await.unwrap();
        let update = crate::mail::DraftUpdate {
            version: draft.version,
            mailbox_id: None,
            recipients: vec![crate::mail::DraftRecipientInput {
                party: Party { name: String::new(), address: address("pat@mail.example") },
                kind: RecipientKind::To,
                phone: Some("+31612345678".parse().unwrap()),
                secret: None,
                confirmed: true,
            }],
            subject: "Uitslag".to_owned(),
            text: "Jan Willems, BSN 123456782: diabetes mellitus.".to_owned(),
            patient: None,
            ask_pickup: false,
            expires_days: None,
        };
        let saved = self.house.save_draft(&who.actor, draft.id, update).await.unwrap();
        let sent = self.house.send_draft(&who.actor, draft.id, saved.version).await.unwrap();
        assert_eq!(sent.outcome, SentOutcome::Held);
        sent.message_id
    }
}

fn inbound(subject: &str, text: &str) -> Inbound {
    Inbound {
        envelope_from: Some("lab@hospital.example".parse().unwrap()),
        recipients: vec![address("anna@clinic.example")],
        received: ReceivedInfo::default(),
        network: None,
        request_id: None,
        from: None,
        to: vec![],
        cc: vec![],
        reply_to: None,
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: None,
        files: vec![],
        rfc_id: Some(format!("{subject}@hospital.example")),
        in_reply_to: None,
        references: vec![],
        raw: text.as_bytes().to_vec().into(),
    }
}

fn code<T: std::fmt::Debug>(r: Result<T, Error>) -> &'static str {
    match r {
        Err(Error::Denied(code) | Error::Conflict(code)) => code,
        Err(Error::NoRelation { .. }) => "no_relation",
        Err(Error::NotFound) => "not_found",
        Err(Error::Validation(fields)) => fields[0].code,
        other => panic!("{other:?}"),
    }
}

both_engines! {
    /// NTA-16, ASVS 8.2.2, 8.3.3: a mandate to read opens reading and nothing else; without one there is no such mailbox.
    fn a_mandate_to_read_opens_reading_and_nothing_else(db) {
        let s = Scene::set(db).await;
        assert_eq!(code(s.lists(&s.ben).await), "not_found");
        let id = s.give(s.cover(false, false)).await;
        assert_eq!(s.lists(&s.ben).await.unwrap(), 2, "both letters");
        assert_eq!(s.reads(&s.ben, s.plain).await.unwrap(), "Vergadering");
        assert_eq!(code(s.reads(&s.ben, s.letter).await), "no_relation", "patients were not given");
        assert_eq!(code(s.sends(&s.ben).await), "mandate_reads_only");
        assert!(!s.house.may_send_from(&s.ben.actor, &s.anna.login).await.unwrap());
        let recall = s.house.recall(&s.ben.actor, s.anna.mailbox(), s.plain, None).await;
        assert_eq!(code(recall), "mandate_reads_only");
        let of_ben = s.house.mandated_mailboxes(s.ben.id()).await.unwrap();
        assert_eq!((of_ben[0].grantor_name.as_str(), of_ben[0].may_send), ("Anna Jansen", false));
        // Nobody else gets anything of it, and colleagues do not learn of it.
        assert_eq!(code(s.lists(&s.chantal).await), "not_found");
        assert_eq!(code(s.house.end_mandate(&s.chantal.actor, id).await), "not_found");
        let unknown = MandateId(uuid::Uuid::new_v4());
        assert_eq!(code(s.house.end_mandate(&s.chantal.actor, unknown).await), "not_found");
        let log = &s.house.audit_details(AuditKind::MessageRead).await[0];
        assert_eq!((log.agent_name.as_deref(), log.on_behalf_of.as_deref()), (Some("Ben Carter"), Some("anna@clinic.example")));
        assert_eq!((log.more["acts_for"].as_str(), log.more["mandate_id"].clone()), ("Anna Jansen", id.to_string()));
    }

    /// NL-02, NL-03: what is written on behalf of somebody says so, to the reader and in the log; a mail program's too.
    fn what_is_written_on_behalf_of_a_colleague_says_so(db) {
        let s = Scene::set(db).await;
        s.give(s.cover(true, false)).await;
        let id = s.sends(&s.ben).await.unwrap();
        let inbox = s.house.list_messages(&s.chantal.actor, s.chantal.mailbox(), Folder::Inbox, ListFilter::All, None, 10);
        let line = inbox.await.unwrap().lines.remove(0);
        assert_eq!((line.from.name.as_str(), line.written_by.as_deref()), ("Anna Jansen", Some("Ben Carter")));
        let opened = s.house.read_message(&s.chantal.actor, s.chantal.mailbox(), id).await.unwrap();
        assert_eq!(opened.line.written_by.as_deref(), Some("Ben Carter"));
        let log = s.house.audit_details(AuditKind::MessageSent).await.remove(0);
        assert_eq!((log.agent_name.as_deref(), log.more["acts_for"].as_str()), (Some("Ben Carter"), "Anna Jansen"));
        // The own mailbox needs no such words.
        let own = s.sends(&s.anna).await.unwrap();
        let own = s.house.read_message(&s.chantal.actor, s.chantal.mailbox(), own).await.unwrap();
        assert_eq!(own.line.written_by, None);

        s.house.outside.verified("partner.example");
        assert!(s.house.may_send_from(&s.ben.actor, &s.anna.login).await.unwrap());
        let submission = Submission {
            from: s.anna.login.clone(),
            recipients: vec![(Party { name: String::new(), address: address("lab@partner.example") }, RecipientKind::To)],
            subject: "Vraag".to_owned(),
            text: "Tot morgen.".to_owned(),
            html: None,
            files: vec![],
            rfc_id: None,
            in_reply_to: None,
            references: vec![],
            size: 100,
            raw: None,
        };
        s.house.submit(&s.ben.actor, submission.clone()).await.unwrap();
        let work = s.house.claim_deliveries(1).await.unwrap().remove(0);
        let job = s.house.prepare_delivery(work).await.unwrap().unwrap();
        let crate::mail::DeliveryContent::Composed { from, sender, .. } = job.content else { panic!("composed") };
        let sender = sender.unwrap();
        assert_eq!((from.address, sender.address, sender.name.as_str()), (s.anna.login.clone(), s.ben.login.clone(), "Ben Carter"));
        // After its end the mail program is anybody's.
        s.house.clock.advance_us(DAY_US);
        assert!(!s.house.may_send_from(&s.ben.actor, &s.anna.login).await.unwrap());
        assert_eq!(code(s.house.submit(&s.ben.actor, submission).await), "not_your_address");
    }

    /// It ends by the clock alone, to the microsecond, for everything begun under it: open drafts, what was sent, held mail.
    fn after_its_end_everything_of_it_is_gone(db) {
        let s = Scene::set(db).await;
        s.give(s.cover(true, false)).await;
        let sent = s.sends(&s.ben).await.unwrap();
        let (ben, anna) = (&s.ben.actor, s.anna.mailbox());
        let open = s.house.create_draft(ben, anna, DraftKind::Reply(anna, s.plain)).await.unwrap();
        assert_eq!(s.house.drafts(ben, None, 10).await.unwrap().len(), 1);
        s.house.clock.advance_us(DAY_US - HOUR_US);
        s.house.draft(ben, open.id).await.unwrap();
        s.house.clock.advance_us(HOUR_US);
        assert_eq!(code(s.lists(&s.ben).await), "not_found");
        assert_eq!(code(s.reads(&s.ben, s.plain).await), "not_found");
        assert_eq!(code(s.reads(&s.ben, sent).await), "not_found");
        assert_eq!(code(s.house.draft(ben, open.id).await), "not_found");
        assert_eq!(code(s.house.send_draft(ben, open.id, open.version).await), "not_found");
        assert!(s.house.drafts(ben, None, 10).await.unwrap().is_empty());
        assert_eq!(s.house.counts(ben, s.ben.mailbox()).await.unwrap().drafts, 0);
        s.house.discard_draft(ben, open.id).await.unwrap();
        assert!(s.house.mandated_mailboxes(s.ben.id()).await.unwrap().is_empty());
        assert_eq!(s.house.my_mandates(ben).await.unwrap()[0].standing, MandateStanding::Ended);
    }

    /// Begins by itself as well; both sides are told of the beginning and the end, once, whichever node comes first.
    fn it_begins_and_ends_by_itself_and_both_sides_are_told(db) {
        let s = Scene::set(db).await;
        let new = NewMandate { starts_at: Some(s.at(HOUR_US)), ..s.cover(false, false) };
        s.give(new).await;
        let notices = async |who: &TestPerson| {
            let all = s.house.list_messages(&who.actor, who.mailbox(), Folder::Inbox, ListFilter::All, None, 50);
            let lines = all.await.unwrap().lines.into_iter();
            lines.filter(|l| l.origin == wardpost_model::message::Origin::System).map(|l| l.subject).collect::<Vec<_>>()
        };
        assert_eq!(notices(&s.ben).await, ["You are cover for Anna Jansen"], "told when it was given");
        assert!(notices(&s.anna).await.is_empty(), "she gave it herself");
        assert_eq!(s.house.tend_mandates().await.unwrap(), 0);
        assert_eq!(code(s.lists(&s.ben).await), "not_found");
        assert_eq!(s.house.my_mandates(&s.anna.actor).await.unwrap()[0].standing, MandateStanding::Planned);
        let next = s.house.house().await.unwrap().next_mandate_change(s.ben.id(), s.house.clock().now_us());
        assert!(next.is_some());

        s.house.clock.advance_us(HOUR_US);
        assert!(s.lists(&s.ben).await.is_ok(), "by the clock, before anybody looked after it");
        let other = s.house.another_node().await;
        let (a, b) = tokio::join!(s.house.tend_mandates(), other.tend_mandates());
        assert_eq!(a.unwrap() + b.unwrap(), 1);
        assert_eq!(notices(&s.anna).await, ["Ben Carter is cover for you"]);
        assert_eq!(notices(&s.ben).await.len(), 2);

        s.house.clock.advance_us(DAY_US);
        assert_eq!(code(s.lists(&s.ben).await), "not_found");
        assert_eq!(s.house.tend_mandates().await.unwrap(), 1);
        assert_eq!(s.house.tend_mandates().await.unwrap(), 0);
        assert_eq!(notices(&s.ben).await[0], "Ended: cover for Anna Jansen");
        assert_eq!(notices(&s.anna).await[0], "Ended: cover by Ben Carter");
        assert_eq!(s.house.audit_details(AuditKind::MandateEnded).await[0].more["holder"], "Ben Carter");
    }

    /// What several mandates open is what any of them opens; the end of one takes only what it opened.
    fn overlapping_mandates_open_what_any_of_them_opens(db) {
        let s = Scene::set(db).await;
        s.give(s.cover(false, true)).await;
        let send = s.give(NewMandate { ends_at: Some(s.at(HOUR_US)), ..s.cover(true, false) }).await;
        assert_eq!(s.reads(&s.ben, s.letter).await.unwrap(), "Uitslag");
        s.sends(&s.ben).await.unwrap();
        let one = s.house.mandated_mailboxes(s.ben.id()).await.unwrap();
        assert_eq!((one.len(), one[0].may_send), (1, true), "one mailbox, however many mandates");
        s.house.end_mandate(&s.ben.actor, send).await.unwrap();
        assert_eq!(code(s.sends(&s.ben).await), "mandate_reads_only");
        assert_eq!(s.reads(&s.ben, s.letter).await.unwrap(), "Uitslag");
        assert_eq!(code(s.house.end_mandate(&s.ben.actor, send).await), "not_found", "once");
    }

    /// NL-06: cover with patients opens what the colleague's own care opens, everywhere; a secretary what is in the mailbox.
    fn patients_open_on_the_ground_of_cover(db) {
        let s = Scene::set(db).await;
        assert_eq!(s.house.patient(&s.ben.actor, s.patient).await.unwrap().line.ground, None);
        let id = s.give(s.cover(false, true)).await;
        assert_eq!(s.reads(&s.ben, s.letter).await.unwrap(), "Uitslag");
        let read = s.house.audit_details(AuditKind::MessageRead).await.pop().unwrap();
        assert_eq!((read.ground.as_deref(), read.more["ground_id"].clone()), (Some("cover"), id.to_string()));
        let ground = s.house.patient(&s.ben.actor, s.patient).await.unwrap().line.ground.unwrap();
        assert_eq!(ground.as_str(), "cover");
        let found = s.house.find_patients(&s.ben.actor, "", 10).await.unwrap();
        assert_eq!(found.len(), 1, "among those for whom he cares now");
        // Access in an emergency is neither needed nor given.
        assert_eq!(code(s.house.break_glass(&s.ben.actor, s.patient, "Patiënt op de spoedpost").await), "not_needed");
        s.house.end_mandate(&s.anna.actor, id).await.unwrap();
        assert_eq!(code(s.reads(&s.ben, s.letter).await), "not_found");
        assert_eq!(s.house.patient(&s.ben.actor, s.patient).await.unwrap().line.ground, None);

        let secretary = NewMandate { kind: MandateKind::Secretary, ends_at: None, ..s.cover(true, true) };
        s.give(secretary).await;
        assert_eq!(s.reads(&s.ben, s.letter).await.unwrap(), "Uitslag");
        let line = s.house.list_messages(&s.ben.actor, s.anna.mailbox(), Folder::Inbox, ListFilter::All, None, 10);
        assert!(line.await.unwrap().lines.iter().all(|l| l.closed_for.is_none()));
        assert_eq!(s.house.patient(&s.ben.actor, s.patient).await.unwrap().line.ground, None, "beside the mail nothing");
    }

    /// Who can't sign in any more neither acts nor is acted for; who leaves takes the mandates along.
    fn a_disabled_side_suspends_a_mandate_and_leaving_ends_it(db) {
        let s = Scene::set(db).await;
        s.give(s.cover(true, true)).await;
        let admin = &s.eva.actor;
        s.house.disable_person(admin, s.anna.id()).await.unwrap();
        assert_eq!(code(s.lists(&s.ben).await), "not_found");
        assert_eq!(s.house.my_mandates(&s.ben.actor).await.unwrap()[0].standing, MandateStanding::Suspended);
        s.house.enable_person(admin, s.anna.id()).await.unwrap();
        assert!(s.lists(&s.ben).await.is_ok());
        s.house.disable_person(admin, s.ben.id()).await.unwrap();
        assert_eq!(code(s.lists(&s.ben).await), "not_found", "whatever his session still believes");
        s.house.enable_person(admin, s.ben.id()).await.unwrap();

        // Anna leaves; Ben goes on with her patients. Her mailbox closes.
        let team = s.house.create_team(&s.chantal.actor, "Diabetes", &[s.anna.id()]).await.unwrap();
        let preview = s.house.preview_leave(admin, s.anna.id()).await.unwrap();
        assert_eq!((preview.relations, preview.teams, preview.mandates), (1, 1, 1));
        let handover = vec![Handover { mailbox: s.anna.mailbox(), to: None }];
        let how = |patients| Leave { version: preview.person.version, handover: handover.clone(), patients, at: None };
        assert_eq!(code(s.house.leave(admin, s.anna.id(), &how(Some(s.eva.id()))).await), "yourself");
        assert_eq!(code(s.house.leave(admin, s.anna.id(), &how(Some(s.anna.id()))).await), "unknown");
        s.house.leave(admin, s.anna.id(), &how(Some(s.ben.id()))).await.unwrap();
        assert_eq!(s.house.my_mandates(&s.ben.actor).await.unwrap()[0].standing, MandateStanding::Ended);
        let relations = s.house.relations(&s.chantal.actor, s.patient).await.unwrap();
        assert_eq!((relations.len(), relations[0].name.as_str()), (1, "Ben Carter"));
        assert_eq!(relations[0].reason, "Anna Jansen → Ben Carter");
        let teams = s.house.care_teams(&s.chantal.actor).await.unwrap();
        assert_eq!(teams.iter().find(|t| t.id == team.id).unwrap().members, [s.ben.id()]);
        assert_eq!(s.house.audit_details(AuditKind::RelationEnded).await.len(), 1);
    }

    /// NTA-16: what waits for review leaves in a colleague's name only while the mandate holds; the colleague reads why not.
    fn what_waits_for_review_does_not_outlive_its_mandate(db) {
        let s = Scene::set(db).await;
        let vera = s.house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        s.house.outside.verified("mail.example");
        let mut policy = s.house.policy_current().await.unwrap().policy.clone();
        (policy.identifier.pickup, policy.health.pickup) = (Action::Hold, Action::Hold);
        s.house.put_policy(&vera.actor, 1, policy, "Test").await.unwrap();
        let mandate = s.give(s.cover(true, false)).await;
        let held = [s.holds(&s.ben).await, s.holds(&s.ben).await, s.holds(&s.ben).await, s.holds(&s.anna).await];
        let over = async |id| s.house.held_message(&vera.actor, id).await.unwrap().mandate_over;
        assert!(!over(held[0]).await);
        s.house.release_held(&vera.actor, held[0], "").await.unwrap();
        s.house.end_mandate(&s.anna.actor, mandate).await.unwrap();
        for id in [held[1], held[2]] {
            assert!(over(id).await);
            assert_eq!(code(s.house.release_held(&vera.actor, id, "").await), "mandate_over");
        }
        assert_eq!(s.house.claim_deliveries(10).await.unwrap().len(), 1, "only what left before");
        // What Anna wrote herself is nobody's mandate; what is refused she reads of, in her own mailbox.
        assert!(!over(held[3]).await);
        s.house.release_held(&vera.actor, held[3], "").await.unwrap();
        s.house.refuse_held(&vera.actor, held[1], "Ben vervangt Anna niet meer").await.unwrap();
        let inbox = s.house.list_messages(&s.anna.actor, s.anna.mailbox(), Folder::Inbox, ListFilter::All, None, 20).await;
        let told = inbox.unwrap().lines[0].id;
        let notice = s.house.read_message(&s.anna.actor, s.anna.mailbox(), told).await.unwrap();
        assert!(notice.text.contains("Ben vervangt Anna niet meer"), "{}", notice.text);
        // A new mandate lets go what was written under the one before.
        s.give(s.cover(true, false)).await;
        s.house.release_held(&vera.actor, held[2], "").await.unwrap();
    }
}

#[tokio::test]
async fn who_may_give_what_to_whom() {
    let s = Scene::set(wardpost_store::testing::TestDb::sqlite().await).await;
    let give = async |who: &TestPerson, new: NewMandate| s.house.give_mandate(&who.actor, new).await;
    let new = || s.cover(true, false);
    assert_eq!(code(give(&s.chantal, new()).await), "not_found", "not hers to give");
    assert_eq!(code(give(&s.ben, new()).await), "not_found", "nor his to take");
    assert_eq!(code(give(&s.anna, NewMandate { holder: s.anna.id(), ..new() }).await), "yourself");
    assert_eq!(code(give(&s.anna, NewMandate { holder: s.eva.id(), ..new() }).await), "unknown", "reads no mail");
    assert_eq!(code(give(&s.eva, NewMandate { holder: s.eva.id(), ..new() }).await), "own_mandate");
    assert_eq!(code(give(&s.anna, NewMandate { ends_at: None, ..new() }).await), "required");
    assert_eq!(code(give(&s.anna, NewMandate { ends_at: Some(s.at(43 * DAY_US)), ..new() }).await), "range");
    assert_eq!(code(give(&s.anna, NewMandate { starts_at: Some(s.at(2 * DAY_US)), ..new() }).await), "range");
    let shared = NewMailbox {
        kind: MailboxKind::Shared,
        address: address("balie@clinic.example"),
        name: "Balie".to_owned(),
        members: vec![s.anna.id()],
        duty: true,
    };
    let shared = s.house.create_mailbox(&s.eva.actor, shared).await.unwrap().mailbox.id;
    assert_eq!(code(give(&s.anna, NewMandate { mailbox: shared, ..new() }).await), "not_found", "it has users instead");
    let by_admin = give(&s.eva, new()).await.unwrap();
    assert_eq!((by_admin.grantor_name.as_str(), by_admin.by.as_str()), ("Anna Jansen", "Eva Smit"));
    assert_eq!(code(s.house.all_mandates(&s.anna.actor).await), "missing_permission");
    assert_eq!(s.house.all_mandates(&s.eva.actor).await.unwrap().len(), 1);
    let choices = s.house.mandate_choices(&s.anna.actor).await.unwrap();
    assert_eq!(choices.mailboxes.len(), 1, "her own");
    assert!(choices.people.iter().any(|p| p.id == s.ben.id()) && choices.people.iter().all(|p| p.id != s.eva.id()));
    s.house.end_mandate(&s.eva.actor, by_admin.mandate.id).await.unwrap();
    // A mandate does not live longer than the grantor's hold on the mailbox, however that came to an end.
    give(&s.anna, new()).await.unwrap();
    let mut batch = wardpost_store::Batch::new();
    wardpost_store::repo::mailbox::put_members(&mut batch, s.house.org(), s.anna.mailbox(), &[s.chantal.id()]);
    s.house.write_house(batch).await.unwrap();
    assert_eq!(code(s.lists(&s.ben).await), "not_found");
}

/// ASVS 7.5.3: giving somebody a mailbox wants a fresh proof, where there is a session to prove it in.
#[tokio::test]
async fn giving_wants_a_fresh_proof() {
    use crate::identity::Factor;
    let s = Scene::set(wardpost_store::testing::TestDb::sqlite().await).await;
    s.house.clock.advance_us(31_000_000);
    let pending = s.house.sign_in(&s.anna.login.to_string(), PASSWORD, &client()).await.unwrap();
    let factor = Factor::Totp(s.anna.code(&s.house.clock));
    let signed = s.house.second_factor(&pending.secret, &factor, &client()).await.unwrap().signed_in().unwrap();
    s.house.give_mandate(&signed.actor, s.cover(false, false)).await.unwrap();
    s.house.clock.advance_minutes(16);
    assert_eq!(code(s.house.give_mandate(&signed.actor, s.cover(false, false)).await), "recent_sign_in");
}
