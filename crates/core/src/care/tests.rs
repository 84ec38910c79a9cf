//! Access follows care, on the store of the tests.

mod ties;

use super::*;
use crate::mail::{DraftKind, DraftUpdate, Inbound, ListFilter};
use crate::people::NewMailbox;
use crate::testing::{TestCore, TestPerson};
use jiff::Timestamp;
use wardpost_model::message::{Folder, Party, ReceivedInfo, RecipientKind};
use wardpost_model::{MailboxId, RelationId};
use wardpost_store::both_engines;

const BSN: &str = "BSN 111222333";
const TEXT: &str = "Mevrouw De Boer, BSN 111222333, heeft diabetes mellitus type 2.";

/// A house with a shared mailbox that is not on duty, a patient, and a letter about her in it.
struct Scene {
    house: TestCore,
    /// Reads the shared mailbox; nothing ties her to the patient.
    anna: TestPerson,
    /// Too.
    ben: TestPerson,
    /// Front desk: keeps the data.
    chantal: TestPerson,
    /// Privacy officer.
    dirk: TestPerson,
    shared: MailboxId,
    patient: PatientId,
    letter: MessageId,
}

impl Scene {
    async fn set(db: wardpost_store::testing::TestDb, duty: bool) -> Self {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let ben = house.person("clinician", "Ben Carter", "ben@clinic.example").await;
        let chantal = house.person("front_desk", "Chantal Bakker", "chantal@clinic.example").await;
        let dirk = house.person("privacy_officer", "Dirk Mulder", "dirk@clinic.example").await;
        let eva = house.person("administrator", "Eva Smit", "eva@clinic.example").await;
        let shared = NewMailbox {
            kind: MailboxKind::Shared,
            address: "team@clinic.example".parse().unwrap(),
            name: "Team".to_owned(),
            members: vec![anna.id(), ben.id()],
            duty,
        };
        let shared = house.create_mailbox(&eva.actor, shared).await.unwrap().mailbox.id;
        let new = NewPatient {
            name: "Fenna de Boer".to_owned(),
            birth_date: "1956-03-12".parse().ok(),
            references: vec![BSN.to_owned(), "P-1001".to_owned()],
            phone: None,
        };
        let patient = house.register_patient(&chantal.actor, new).await.unwrap().line.id;
        let letter = house.receive(inbound("team@clinic.example", TEXT)).await.unwrap().message_id;
        Self { house, anna, ben, chantal, dirk, shared, patient, letter }
    }
    async fn opens(&self, who: &TestPerson) -> bool {
        match self.house.read_message(&who.actor, self.shared, self.letter).await {
            Ok(_) => true,
            Err(Error::NoRelation { patient }) if patient == self.patient => false,
            other => panic!("{other:?}"),
        }
    }
    async fn assign(&self, kind: RelationKind, to: RelationTo, ends_at: Option<Timestamp>) -> RelationId {
        let new = NewRelation { kind, to, ends_at, reason: "huisarts".to_owned() };
        let made = self.house.relate(&self.chantal.actor, self.patient, new).await.unwrap();
        made.last().unwrap().id
    }
    async fn grounds(&self, kind: AuditKind) -> Vec<Option<String>> {
        self.house.audit_details(kind).await.into_iter().map(|d| d.ground).collect()
    }
    fn in_minutes(&self, minutes: i64) -> Timestamp {
        crate::clock::from_us(self.house.clock().now_us() + minutes * crate::clock::MINUTE_US)
    }
}

fn inbound(to: &str, text: &str) -> Inbound {
    Inbound {
        envelope_from: Some("lab@hospital.example".parse().unwrap()),
        recipients: vec![to.parse().unwrap()],
        received: ReceivedInfo::default(),
        network: None,
        request_id: None,
        from: None,
        to: vec![],
        cc: vec![],
        reply_to: None,
        subject: "Uitslag HbA1c".to_owned(),
        text: text.to_owned(),
        html: Some("<p>Uitslag</p>".to_owned()),
        files: vec![crate::mail::NewFile {
            file_name: "uitslag.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            content_id: None,
            data: b"HbA1c 64".to_vec().into(),
        }],
        rfc_id: Some(format!("{}@hospital.example", text.len())),
        in_reply_to: None,
        references: vec![],
        raw: text.as_bytes().to_vec().into(),
    }
}

fn code<T: std::fmt::Debug>(r: Result<T>) -> &'static str {
    match r {
        Err(Error::Denied(code) | Error::Conflict(code)) => code,
        Err(Error::Validation(fields)) => fields[0].code,
        Err(Error::NoRelation { .. }) => "no_relation",
        Err(Error::NotFound) => "not_found",
        other => panic!("{other:?}"),
    }
}

both_engines! {
    /// ASVS 8.2.2: every road to a message about a patient asks for a ground; the list tells nothing.
    fn without_a_ground_no_road_leads_to_the_message(db) {
        let s = Scene::set(db, false).await;
        let (h, a, m, l) = (&s.house, &s.anna.actor, s.shared, s.letter);
        let page = h.list_messages(a, m, Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
        let json = serde_json::to_string(&page.lines).unwrap();
        for word in ["Uitslag", "HbA1c", "Boer", "diabetes", "hospital", "111222333"] {
            assert!(!json.contains(word), "{word} in {json}");
        }
        assert_eq!(page.lines[0].closed_for, Some(s.patient));
        assert_eq!(page.lines[0].attachments, 0);
        assert_eq!(code(h.read_message(a, m, l).await), "no_relation");
        assert_eq!(code(h.message_html(a, m, l).await), "no_relation");
        assert_eq!(code(h.message_trail(a, m, l).await), "no_relation");
        assert_eq!(code(h.change_message(a, m, l, Some(true), None, None).await), "no_relation");
        assert_eq!(code(h.recall(a, m, l, None).await), "no_relation");
        assert_eq!(code(h.set_expiry(a, m, l, s.in_minutes(60)).await), "no_relation");
        for kind in [DraftKind::Reply(m, l), DraftKind::ReplyAll(m, l), DraftKind::Forward(m, l)] {
            assert_eq!(code(h.create_draft(a, m, kind).await), "no_relation");
        }
        assert!(h.drafts(a, None, 10).await.unwrap().is_empty(), "no draft was left behind");
        // With a ground the file opens, without one it does not: its id alone is no way in.
        s.assign(RelationKind::Assigned, RelationTo::Person(s.ben.id()), None).await;
        let file = h.read_message(&s.ben.actor, m, l).await.unwrap().files[0].id;
        assert_eq!(code(h.read_attachment(a, m, l, file).await), "no_relation");
        h.read_attachment(&s.ben.actor, m, l, file).await.unwrap();
        assert_eq!(s.grounds(AuditKind::AttachmentRead).await, [Some("assigned".to_owned())]);
        let refused = h.audit_details(AuditKind::AccessDenied).await;
        assert!(refused.iter().all(|d| d.why.as_deref() == Some("no_relation") && d.patient.as_deref() == Some(BSN)));
        // Who is no user of the mailbox learns nothing of the patient.
        let other = h.read_message(&s.chantal.actor, m, l).await;
        assert!(matches!(other, Err(Error::Denied(_) | Error::NotFound)), "{other:?}");
    }

    fn relations_open_and_close_at_once_on_every_node(db) {
        let s = Scene::set(db, false).await;
        let node = s.house.another_node().await;
        assert!(!s.opens(&s.anna).await);
        let relation = s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        assert!(s.opens(&s.anna).await && !s.opens(&s.ben).await);
        assert!(node.read_message(&s.anna.actor, s.shared, s.letter).await.is_ok());
        s.house.end_relation(&s.chantal.actor, relation).await.unwrap();
        assert!(!s.opens(&s.anna).await);
        assert_eq!(code(node.read_message(&s.anna.actor, s.shared, s.letter).await), "no_relation");
        assert_eq!(code(s.house.end_relation(&s.chantal.actor, relation).await), "not_found");
        // A team opens for whoever is in it.
        let team = s.house.create_team(&s.chantal.actor, "Diabetes", &[s.anna.id()]).await.unwrap();
        s.assign(RelationKind::Team, RelationTo::Team(team.id), None).await;
        assert!(s.opens(&s.anna).await && !s.opens(&s.ben).await);
        let changed = s.house.change_team(&s.chantal.actor, team.id, team.version, "Diabetes", &[s.ben.id()]).await.unwrap();
        assert_eq!(changed.member_names, ["Ben Carter"]);
        assert!(!s.opens(&s.anna).await && s.opens(&s.ben).await);
    }

    fn standing_in_ends_by_itself_to_the_microsecond(db) {
        let s = Scene::set(db, false).await;
        let to = RelationTo::Person(s.ben.id());
        let relate = async |kind, ends_at| {
            let new = NewRelation { kind, to, ends_at, reason: String::new() };
            s.house.relate(&s.chantal.actor, s.patient, new).await
        };
        assert_eq!(code(relate(RelationKind::Cover, None).await), "required");
        assert_eq!(code(relate(RelationKind::Cover, Some(s.in_minutes(43 * 24 * 60))).await), "range");
        assert_eq!(code(relate(RelationKind::Cover, Some(s.in_minutes(-1))).await), "range");
        assert_eq!(code(relate(RelationKind::Team, None).await), "invalid");
        let ends = s.in_minutes(60);
        relate(RelationKind::Cover, Some(ends)).await.unwrap();
        assert!(s.opens(&s.ben).await);
        assert_eq!(s.grounds(AuditKind::MessageRead).await.last().unwrap().as_deref(), Some("cover"));
        // The clock goes on by one with each look: the last look that opens is before the end.
        s.house.clock.advance_us(ends.as_microsecond() - s.house.clock().now_us() - 100);
        assert!(s.opens(&s.ben).await);
        s.house.clock.advance_us(100);
        assert!(!s.opens(&s.ben).await);
        assert!(s.house.relations(&s.chantal.actor, s.patient).await.unwrap().is_empty());
    }

    /// Nobody opens a patient for themselves, nor for others a patient whom they do not know.
    fn nobody_makes_their_own_relation(db) {
        let s = Scene::set(db, false).await;
        let new = |to| NewRelation { kind: RelationKind::Assigned, to, ends_at: None, reason: String::new() };
        let own = new(RelationTo::Person(s.anna.id()));
        assert_eq!(code(s.house.relate(&s.anna.actor, s.patient, own.clone()).await), "own_relation");
        let ben = new(RelationTo::Person(s.ben.id()));
        assert_eq!(code(s.house.relate(&s.anna.actor, s.patient, ben.clone()).await), "no_relation");
        assert_eq!(code(s.house.create_team(&s.anna.actor, "Mine", &[s.anna.id()]).await), "own_relation");
        let team = s.house.create_team(&s.anna.actor, "Diabetes", &[s.ben.id()]).await.unwrap();
        let joined = s.house.change_team(&s.anna.actor, team.id, team.version, "Diabetes", &[s.anna.id(), s.ben.id()]).await;
        assert_eq!(code(joined), "own_relation");
        // Who cares for the patient refers them on.
        s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        let referral = NewRelation { kind: RelationKind::Referral, ..ben };
        s.house.relate(&s.anna.actor, s.patient, referral).await.unwrap();
        assert!(s.opens(&s.ben).await);
        assert_eq!(s.grounds(AuditKind::MessageRead).await.last().unwrap().as_deref(), Some("referral"));
        // Who can't know patients can't be made to care for one; nor is a privacy officer told who cares for whom to.
        assert_eq!(code(s.house.relate(&s.chantal.actor, s.patient, new(RelationTo::Person(s.dirk.id()))).await), "unknown");
        assert_eq!(code(s.house.relate(&s.dirk.actor, s.patient, own).await), "missing_permission");
    }

    /// NL-04, 164.312(a)(2)(ii): a reason, a limit, a notice in the same commit, a judgement by somebody else.
    fn emergency_access_opens_for_a_time_and_is_told(db) {
        let s = Scene::set(db, false).await;
        let (h, ben) = (&s.house, &s.ben.actor);
        assert_eq!(code(h.break_glass(ben, s.patient, "spoed!").await), "too_short");
        assert_eq!(code(h.break_glass(&s.chantal.actor, s.patient, "Spoed op de huisartsenpost").await), "missing_permission");
        let before = h.unread(s.dirk.mailbox()).await.unwrap();
        let grant = h.break_glass(ben, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        assert_eq!(h.unread(s.dirk.mailbox()).await.unwrap(), before + 1, "in the same commit");
        let inbox = h.list_messages(&s.dirk.actor, s.dirk.mailbox(), Folder::Inbox, ListFilter::All, None, 1).await.unwrap();
        let notice = h.read_message(&s.dirk.actor, s.dirk.mailbox(), inbox.lines[0].id).await.unwrap();
        assert!(notice.text.contains("bewusteloos") && notice.text.contains("Ben Carter") && notice.text.contains("F. d. B."));
        assert!(!notice.text.contains("Boer") && !notice.text.contains("111222333"));
        assert!(s.opens(&s.ben).await && !s.opens(&s.anna).await);
        assert_eq!(s.grounds(AuditKind::MessageRead).await.last().unwrap().as_deref(), Some("break_glass"));
        assert_eq!(code(h.break_glass(ben, s.patient, "Nog een keer, zekerheidshalve").await), "already_open");
        assert_eq!(h.my_break_glass(ben).await.unwrap()[0].patient_name, "Fenna de Boer");
        h.clock.advance_us(grant.ends_at.as_microsecond() - h.clock().now_us() - 100);
        assert!(s.opens(&s.ben).await);
        h.clock.advance_us(100);
        assert!(!s.opens(&s.ben).await && h.my_break_glass(ben).await.unwrap().is_empty());
        // Only by a new reason again; ended at once when asked.
        h.break_glass(ben, s.patient, "Opnieuw gebeld door ambulance").await.unwrap();
        assert!(s.opens(&s.ben).await);
        h.end_break_glass(ben, s.patient).await.unwrap();
        assert!(!s.opens(&s.ben).await);
        assert_eq!(code(h.end_break_glass(ben, s.patient).await), "not_found");

        let queue = h.break_glass_queue(&s.dirk.actor, None, 10).await.unwrap();
        assert_eq!(queue.iter().map(|g| g.person_name.as_str()).collect::<Vec<_>>(), ["Ben Carter", "Ben Carter"]);
        assert_eq!(code(h.break_glass_queue(ben, None, 10).await), "missing_permission");
        assert_eq!(code(h.review_break_glass(&s.dirk.actor, queue[0].id, Verdict::NotJustified, "").await), "required");
        h.review_break_glass(&s.dirk.actor, queue[0].id, Verdict::Justified, "").await.unwrap();
        let twice = h.review_break_glass(&s.dirk.actor, queue[0].id, Verdict::NotJustified, "toch niet").await;
        assert_eq!(code(twice), "state");
        assert_eq!(h.break_glass_queue(&s.dirk.actor, None, 10).await.unwrap().len(), 1);
        // Who cares for the patient needs none.
        s.assign(RelationKind::Assigned, RelationTo::Person(s.ben.id()), None).await;
        assert_eq!(code(h.break_glass(ben, s.patient, "Uit gewoonte gevraagd").await), "not_needed");
    }

    /// NL-06, NL-08: the patient sees who, when, in which role and on which ground; nobody else's account does.
    fn the_patient_sees_who_looked_and_why(db) {
        let s = Scene::set(db, false).await;
        let h = &s.house;
        let fenna = h.person("patient", "Fenna de Boer", "fenna@clinic.example").await;
        let other = h.person("patient", "Jan Willems", "jan@clinic.example").await;
        let view = h.patient(&s.chantal.actor, s.patient).await.unwrap();
        let tie = async |login: &TestPerson, version| {
            let account = Some((login.login.clone(), IdentityDocument::Passport));
            h.set_patient_account(&s.chantal.actor, s.patient, version, account).await
        };
        assert_eq!(code(tie(&s.anna, view.version).await), "unknown");
        assert_eq!(code(h.who_looked_at_mine(&fenna.actor, (None, None), None, 50).await), "not_found");
        tie(&fenna, view.version).await.unwrap();
        h.break_glass(&s.ben.actor, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        assert!(s.opens(&s.ben).await);
        // A letter that names her by her other number is hers too.
        s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        let d = h.create_draft(&s.anna.actor, s.anna.mailbox(), DraftKind::New).await.unwrap();
        let to = crate::mail::DraftRecipientInput {
            party: Party { name: String::new(), address: "team@clinic.example".parse().unwrap() },
            kind: RecipientKind::To,
            phone: None,
            secret: None,
            confirmed: true,
        };
        let update = DraftUpdate {
            version: d.version,
            mailbox_id: None,
            recipients: vec![to],
            subject: "Controle".to_owned(),
            text: "Graag een afspraak.".to_owned(),
            patient: Some("p-1001".to_owned()),
            ask_pickup: false,
            expires_days: None,
        };
        let saved = h.save_draft(&s.anna.actor, d.id, update).await.unwrap();
        let sent = h.send_draft(&s.anna.actor, saved.id, saved.version).await.unwrap();
        h.read_message(&s.ben.actor, s.shared, sent.message_id).await.unwrap();

        let log = h.who_looked_at_mine(&fenna.actor, (None, None), None, 50).await.unwrap();
        let seen: Vec<_> = log.items.iter().map(|l| (l.who.as_str(), l.kind.as_str(), l.ground.as_deref())).collect();
        for expected in [
            ("Ben Carter", "access.break_glass", Some("break_glass")),
            ("Ben Carter", "message.read", Some("break_glass")),
            ("Chantal Bakker", "patient.read", Some("administration")),
            ("Fenna de Boer", "access.log_read", Some("own")),
        ] {
            assert!(seen.contains(&expected), "{expected:?} in {seen:?}");
        }
        assert_eq!(seen.iter().filter(|l| l.1 == "message.read").count(), 2, "under both numbers: {seen:?}");
        assert!(log.items.iter().any(|l| l.why.as_deref() == Some("Spoed: bewusteloos binnengebracht")));
        assert!(log.items.windows(2).all(|w| w[0].at >= w[1].at), "newest first");
        assert_eq!(log.items.iter().find(|l| l.who == "Ben Carter").unwrap().roles, ["Physician"]);
        assert_eq!(log.organisation, "Clinic");
        // In pages, without gap or overlap.
        let (mut ids, mut before) = (Vec::new(), None);
        loop {
            let page = h.looks_for_test(s.patient, before, 2).await;
            ids.extend(page.items.iter().map(|l| l.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(ids, log.items.iter().map(|l| l.id).collect::<Vec<_>>());
        assert_eq!(code(h.who_looked_at_mine(&other.actor, (None, None), None, 50).await), "not_found");
        assert_eq!(code(h.who_looked(&fenna.actor, s.patient, (None, None), None, 50).await), "missing_permission");
        assert!(h.who_looked(&s.dirk.actor, s.patient, (None, None), None, 50).await.unwrap().items.len() > 4);
        assert_eq!(code(h.patient(&fenna.actor, s.patient).await), "missing_permission");
    }

    fn mailboxes_on_duty_and_ones_own_open_by_themselves(db) {
        let s = Scene::set(db, true).await;
        assert!(s.opens(&s.anna).await);
        assert_eq!(s.grounds(AuditKind::MessageRead).await, [Some("duty".to_owned())]);
        let mine = s.house.receive(inbound("anna@clinic.example", "Over BSN 111222333: suiker.")).await.unwrap().message_id;
        s.house.read_message(&s.anna.actor, s.anna.mailbox(), mine).await.unwrap();
        assert_eq!(s.grounds(AuditKind::MessageRead).await.last().unwrap().as_deref(), Some("correspondence"));
        let nobody = s.house.receive(inbound("anna@clinic.example", "Over niemand in het bijzonder.")).await.unwrap().message_id;
        s.house.read_message(&s.anna.actor, s.anna.mailbox(), nobody).await.unwrap();
        assert_eq!(s.grounds(AuditKind::MessageRead).await.last().unwrap(), &None, "about nobody who is registered");
    }

    /// The security officer's rules hold at once.
    fn the_rules_are_the_organisations(db) {
        let s = Scene::set(db, true).await;
        let officer = s.house.person("security_officer", "Sara Vos", "sara@clinic.example").await;
        let put = async |change: &dyn Fn(&mut AccessRules)| {
            let now = s.house.security(&officer.actor).await.unwrap();
            let mut policy = now.policy.clone();
            change(&mut policy.access);
            s.house.put_security(&officer.actor, now.version, policy, "proef").await
        };
        put(&|a| a.duty = false).await.unwrap();
        assert!(!s.opens(&s.anna).await);
        put(&|a| a.break_glass_minutes = 5).await.unwrap();
        let grant = s.house.break_glass(&s.ben.actor, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        assert!(grant.ends_at < s.in_minutes(6));
        put(&|a| a.strict = false).await.unwrap();
        assert!(s.opens(&s.anna).await);
        assert_eq!(s.grounds(AuditKind::MessageRead).await, [Some("house".to_owned())]);
        assert_eq!(code(put(&|a| a.break_glass_minutes = 721).await), "range");
    }

    fn an_answer_is_about_whom_its_thread_is_about(db) {
        let s = Scene::set(db, false).await;
        let mut answer = inbound("team@clinic.example", "Dank, tot morgen.");
        answer.in_reply_to = Some(format!("{}@hospital.example", TEXT.len()));
        let id = s.house.receive(answer).await.unwrap().message_id;
        assert_eq!(code(s.house.read_message(&s.anna.actor, s.shared, id).await), "no_relation");
    }

    fn a_reading_on_another_ground_is_another_entry(db) {
        let s = Scene::set(db, false).await;
        let mut actor = s.ben.actor.clone();
        actor.session_id = Some(wardpost_model::SessionId(uuid::Uuid::new_v4()));
        let read = async || s.house.read_message(&actor, s.shared, s.letter).await.unwrap();
        s.house.break_glass(&actor, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        read().await;
        read().await;
        s.assign(RelationKind::Assigned, RelationTo::Person(s.ben.id()), None).await;
        read().await;
        read().await;
        let grounds = s.grounds(AuditKind::MessageRead).await;
        assert_eq!(grounds, [Some("break_glass".to_owned()), Some("assigned".to_owned())]);
    }

    fn patients_are_shown_by_initials_to_whom_nothing_ties_them(db) {
        let s = Scene::set(db, false).await;
        let h = &s.house;
        let find = async |who: &TestPerson, q: &str| h.find_patients(&who.actor, q, 10).await.unwrap();
        for q in ["111222333", "bsn 111.222.333", "p-1001", "fenna"] {
            let found = find(&s.anna, q).await;
            assert_eq!(found.len(), 1, "{q}");
            assert_eq!((found[0].name.as_str(), found[0].ground), ("F. d. B.", None), "{q}");
            assert!(found[0].references.is_empty() && found[0].birth_date.is_none());
        }
        assert!(find(&s.anna, "112").await.is_empty() && find(&s.anna, "x").await.is_empty() && find(&s.anna, "").await.is_empty());
        let closed = h.patient(&s.anna.actor, s.patient).await.unwrap();
        assert_eq!((closed.line.name.as_str(), closed.line.ground, closed.phone), ("F. d. B.", None, None));
        assert_eq!(code(h.relations(&s.anna.actor, s.patient).await), "no_relation");
        assert_eq!(find(&s.chantal, "boer").await[0].name, "Fenna de Boer");
        s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        assert_eq!(find(&s.anna, "").await[0].name, "Fenna de Boer", "whom one cares for");
        assert_eq!(h.patient(&s.anna.actor, s.patient).await.unwrap().line.references, [BSN, "P-1001"]);
        // Numbers are one patient's each.
        let twin = |references: &[&str]| NewPatient {
            name: "Jan Willems".to_owned(),
            birth_date: None,
            references: references.iter().map(|r| (*r).to_owned()).collect(),
            phone: None,
        };
        assert_eq!(code(h.register_patient(&s.chantal.actor, twin(&["111222333"])).await), "taken");
        assert_eq!(code(h.register_patient(&s.chantal.actor, twin(&[" "])).await), "required");
        assert_eq!(code(h.register_patient(&s.anna.actor, twin(&["P-7"])).await), "missing_permission");
        let made = h.register_patient(&s.chantal.actor, twin(&["P-7", "p 7"])).await.unwrap();
        let update = PatientUpdate { version: made.version, patient: twin(&["P-8"]) };
        h.change_patient(&s.chantal.actor, made.line.id, update.clone()).await.unwrap();
        assert!(matches!(h.change_patient(&s.chantal.actor, made.line.id, update).await, Err(Error::VersionConflict)));
        assert!(find(&s.chantal, "P-7").await.is_empty() && find(&s.chantal, "P-8").await.len() == 1);
    }
}

impl Core {
    /// A page of the looks at a patient, without an entry of its own.
    async fn looks_for_test(
        &self,
        patient: PatientId,
        before: Option<wardpost_model::AuditId>,
        limit: u32,
    ) -> AccessLog {
        let row = patients::get(self.db(), self.org(), patient).await.unwrap().unwrap();
        self.looks(&row, (None, None), before, limit).await.unwrap()
    }
}
