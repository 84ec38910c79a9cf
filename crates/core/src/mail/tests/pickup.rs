use super::{HEALTH, by_sms, claim_one, delivered, draft, finish, to, update};
use crate::Error;
use crate::clock::DAY_US;
use crate::mail::{
    DeliveryContent, DeliveryJob, DraftRecipientInput, ListFilter, NewFile, PickupAnswer, PickupSession, PickupState,
    RecipientOutcome,
};
use crate::testing::{TestCore, TestPerson};
use std::sync::Arc;
use wardpost_model::MessageId;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{Folder, Origin, RecipientState};
use wardpost_store::repo::pickup::{self as pickups, PickupRow};
use wardpost_store::testing::TestDb;
use wardpost_store::{Batch, StoreError, both_engines};

struct Round {
    house: TestCore,
    anna: TestPerson,
    message: MessageId,
    token: String,
}

async fn round(db: TestDb, recipient: DraftRecipientInput) -> Round {
    let house = TestCore::over(db).await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![recipient], HEALTH).await;
    let file = NewFile {
        file_name: "uitslag.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        content_id: None,
        data: "hb;8.1".into(),
    };
    house.attach(&anna.actor, id, file).await.unwrap();
    let message = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
    let job = claim_one(&house).await;
    let token = token_of(&job);
    finish(&house, &job, delivered()).await;
    Round { house, anna, message, token }
}

/// The token in a notification's link.
fn token_of(job: &DeliveryJob) -> String {
    let DeliveryContent::Notice { text, .. } = &job.content else { panic!("a notice") };
    text.split("/p#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

const PHONE: &str = "+31612345678";

impl Round {
    async fn sms(db: TestDb) -> Self {
        round(db, by_sms("pat@mail.example", PHONE)).await
    }
    async fn pickup(&self) -> PickupRow {
        pickups::of_message(self.house.db(), self.house.org(), self.message).await.unwrap().remove(0)
    }
    async fn code(&self) -> String {
        self.house.pickup_code(&self.token, None, None).await.unwrap();
        self.house.sms.last_to(PHONE).unwrap().chars().take_while(char::is_ascii_digit).collect()
    }
    async fn verify(&self, code: &str) -> Result<String, Error> {
        let answer = PickupAnswer::Code(code.to_owned());
        self.house.pickup_verify(&self.token, &answer, None, None).await.map(|(s, _)| s)
    }
    async fn inside(&self) -> PickupSession {
        let secret = self.verify(&self.code().await).await.unwrap();
        self.house.pickup_session(&secret, None, None).await.unwrap()
    }
    async fn state(&self) -> RecipientState {
        let view = self.house.read_message(&self.anna.actor, self.anna.mailbox(), self.message).await.unwrap();
        view.recipients[0].state
    }
}

both_engines! {
    fn nta_05_a_guest_reads_and_answers_without_an_account(db) {
        let r = Round::sms(db).await;
        assert_eq!(r.state().await, RecipientState::Delivered);
        let s = r.inside().await;
        let m = r.house.pickup_message(&s).await.unwrap();
        assert_eq!(m.text, HEALTH);
        let file = r.house.pickup_attachment(&s, m.files[0].id).await.unwrap();
        assert_eq!(file.data.as_slice(), b"hb;8.1");
        assert_eq!(r.state().await, RecipientState::Opened);
        let photo = NewFile {
            file_name: "foto.png".to_owned(),
            media_type: "image/png".to_owned(),
            content_id: None,
            data: vec![1; 200_000].into(),
        };
        let attached = r.house.pickup_attach(&s, photo).await.unwrap();
        r.house.pickup_reply(&s, "Dank u wel.", &[attached.id]).await.unwrap();
        let m = r.house.pickup_message(&s).await.unwrap();
        assert_eq!((m.replies.len(), m.replies[0].files.len()), (1, 1));
        let inbox =
            r.house.list_messages(&r.anna.actor, r.anna.mailbox(), Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
        assert_eq!((inbox.lines[0].origin, inbox.lines[0].attachments), (Origin::Portal, 1));
    }

    fn a_link_scanner_burns_nothing(db) {
        let r = Round::sms(db).await;
        for _ in 0..50 {
            assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Ready);
        }
        assert!(r.house.sms.sent().is_empty(), "no code is sent before somebody asks");
        assert_eq!(r.state().await, RecipientState::Delivered);
        r.inside().await;
    }

    fn a_code_works_once_and_for_ten_minutes(db) {
        let r = Round::sms(db).await;
        let code = r.code().await;
        r.house.clock.advance_minutes(11);
        assert!(matches!(r.verify(&code).await, Err(Error::WrongAnswer { tries_left: 4 })));
        let code = r.code().await;
        r.verify(&code).await.unwrap();
        assert!(matches!(r.verify(&code).await, Err(Error::WrongAnswer { .. })));
    }

    fn five_wrong_tries_lock_the_door_and_the_right_code_does_not_open_it_then(db) {
        let r = Round::sms(db).await;
        let code = r.code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for left in (1..=4).rev() {
            assert!(matches!(r.verify(wrong).await, Err(Error::WrongAnswer { tries_left }) if tries_left == left));
        }
        assert!(matches!(r.verify(wrong).await, Err(Error::Locked { .. })));
        assert!(matches!(r.verify(&code).await, Err(Error::Locked { .. })));
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Locked);
        r.house.clock.advance_minutes(16);
        assert!(matches!(r.verify(&code).await, Err(Error::WrongAnswer { .. })), "the code was burnt by the lock");
        r.inside().await;
    }

    fn parallel_tries_cannot_outrun_the_limit(db) {
        let r = Arc::new(Round::sms(db).await);
        let code = r.code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let guesses = (0..40).map(|_| {
            let r = Arc::clone(&r);
            // One who is told to wait a moment tries again at once, on the threads of the runtime.
            tokio::spawn(async move {
                loop {
                    match r.verify(wrong).await {
                        Err(Error::RateLimited { .. }) => tokio::task::yield_now().await,
                        judged => break judged,
                    }
                }
            })
        });
        let judged = futures::future::join_all(guesses).await;
        assert!(judged.iter().all(|j| j.as_ref().unwrap().is_err()));
        let entries = r.house.audit_kinds().await;
        let refused = entries.iter().filter(|(k, o)| k == "pickup.verified" && o == "refused").count();
        let locked = entries.iter().filter(|(k, _)| k == "pickup.locked").count();
        assert_eq!((refused, locked), (4, 1), "five tries are judged and no more");
    }

    fn an_agreed_secret_opens_the_door_in_any_case_and_spacing(db) {
        let mut recipient = to("pat@mail.example");
        recipient.secret = Some("De blauwe Fiets".to_owned());
        let r = round(db, recipient).await;
        let answer = |s: &str| PickupAnswer::Secret(s.to_owned());
        assert!(r.house.pickup_verify(&r.token, &answer("de rode fiets"), None, None).await.is_err());
        assert!(r.house.pickup_verify(&r.token, &answer("  de BLAUWE  fiets "), None, None).await.is_ok());
        assert!(matches!(r.house.pickup_code(&r.token, None, None).await, Err(Error::Conflict(_))));
    }

    fn blanks_are_no_secret(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let mut recipient = to("pat@mail.example");
        recipient.secret = Some(" \t\u{a0}    ".to_owned());
        let (id, version) = draft(&house, &anna, vec![recipient.clone()], HEALTH).await;
        let refused = house.send_draft(&anna.actor, id, version).await;
        assert!(matches!(refused, Err(Error::NotReady(_))), "nobody could tell such a door from an open one");
        recipient.secret = Some("a        b".to_owned());
        let update = update(version, vec![recipient], HEALTH);
        assert!(matches!(house.save_draft(&anna.actor, id, update).await, Err(Error::Validation(_))), "too short");
    }

    fn a_recalled_message_closes_before_a_guest_who_is_inside(db) {
        let r = Round::sms(db).await;
        let s = r.inside().await;
        r.house.recall(&r.anna.actor, r.anna.mailbox(), r.message, None).await.unwrap();
        assert!(matches!(r.house.pickup_message(&s).await, Err(Error::NotFound)));
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Recalled);
        assert_eq!(r.state().await, RecipientState::Recalled);
    }

    fn a_pickup_expires_by_itself_and_the_sender_is_told(db) {
        let r = Round::sms(db).await;
        r.house.clock.advance_us(30 * DAY_US);
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Expired);
        assert_eq!(r.house.keep_house().await.unwrap(), 1);
        assert_eq!(r.house.keep_house().await.unwrap(), 0);
        assert_eq!(r.state().await, RecipientState::Expired);
    }

    fn the_sender_sets_another_expiry(db) {
        let r = Round::sms(db).await;
        let later = crate::clock::from_us(crate::Clock::now_us(&*r.house.clock) + 60 * DAY_US);
        r.house.set_expiry(&r.anna.actor, r.anna.mailbox(), r.message, later).await.unwrap();
        r.house.clock.advance_us(31 * DAY_US);
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Ready);
        let past = crate::clock::from_us(0);
        assert!(matches!(
            r.house.set_expiry(&r.anna.actor, r.anna.mailbox(), r.message, past).await,
            Err(Error::Validation(_))
        ));
    }

    fn a_gateway_that_fails_is_said_and_its_codes_do_not_count(db) {
        let r = Round::sms(db).await;
        r.house.sms.refuse(Some("no credit"));
        for _ in 0..8 {
            assert!(matches!(r.house.pickup_code(&r.token, None, None).await, Err(Error::Unavailable(_))));
            r.house.clock.advance_minutes(1);
        }
        r.house.sms.refuse(None);
        r.inside().await;
        let entries = r.house.audit_kinds().await;
        let failed = entries.iter().filter(|(k, o)| k == "pickup.code_sent" && o == "error").count();
        assert_eq!(failed, 8, "the log says that these codes were not sent");
    }

    fn a_door_locked_by_too_many_codes_opens_again(db) {
        let r = Round::sms(db).await;
        for _ in 0..6 {
            r.code().await;
            r.house.clock.advance_minutes(1);
        }
        assert!(matches!(r.house.pickup_code(&r.token, None, None).await, Err(Error::Locked { .. })));
        r.house.clock.advance_minutes(16);
        r.inside().await;
    }

    fn a_server_that_dies_before_it_judges_the_fifth_try_leaves_the_door_locked(db) {
        let r = Round::sms(db).await;
        let code = r.code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..4 {
            assert!(matches!(r.verify(wrong).await, Err(Error::WrongAnswer { .. })));
        }
        {
            // The fifth is given up as soon as it was counted.
            let mut fifth = Box::pin(r.verify(wrong));
            while r.pickup().await.tries < 5 {
                _ = futures::poll!(&mut fifth);
            }
        }
        assert!(matches!(r.verify(&code).await, Err(Error::Locked { .. })));
    }

    fn a_recall_wins_against_a_reading_that_has_begun(db) {
        let r = Round::sms(db).await;
        let s = r.inside().await;
        let begun = r.house.inside(&s).await.unwrap();
        let reading = r.house.reading(&begun, &s, None).await.unwrap();
        r.house.recall(&r.anna.actor, r.anna.mailbox(), r.message, None).await.unwrap();
        assert!(matches!(r.house.db().write(reading).await, Err(StoreError::Guard(_))));
        assert_eq!(r.state().await, RecipientState::Recalled);
        assert!(matches!(r.house.pickup_message(&s).await, Err(Error::NotFound)));
        assert!(matches!(r.house.pickup_reply(&s, "Dank u.", &[]).await, Err(Error::NotFound)));
    }

    fn a_reading_that_meets_the_end_of_the_delivery_still_shows_as_opened(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", PHONE)], HEALTH).await;
        let message = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        let job = claim_one(&house).await;
        let r = Round { token: token_of(&job), house, anna, message };
        let s = r.inside().await;
        let begun = r.house.inside(&s).await.unwrap();
        let reading = r.house.reading(&begun, &s, None).await.unwrap();
        finish(&r.house, &job, delivered()).await;
        assert!(matches!(r.house.db().write(reading).await, Err(StoreError::Guard(_))), "it is looked at again");
        r.house.pickup_message(&s).await.unwrap();
        assert_eq!(r.state().await, RecipientState::Opened);
    }

    fn one_whose_notification_failed_can_be_recalled(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", PHONE)], HEALTH).await;
        let message = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        let job = claim_one(&house).await;
        let r = Round { token: token_of(&job), house, anna, message };
        let unsure = RecipientOutcome::Failed { detail: "550 5.7.1 perhaps".to_owned() };
        finish(&r.house, &job, unsure).await;
        assert_eq!(r.state().await, RecipientState::Failed);
        r.house.recall(&r.anna.actor, r.anna.mailbox(), r.message, None).await.unwrap();
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Recalled);
        assert_eq!(r.state().await, RecipientState::Recalled);
    }

    fn a_pickup_is_expired_only_when_its_time_is_over_in_that_commit(db) {
        let r = Round::sms(db).await;
        let mut batch = Batch::new();
        r.house.end_pickup(&mut batch, &r.pickup().await, "expired").unwrap();
        assert!(matches!(r.house.db().write(batch).await, Err(StoreError::Guard(_))));
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Ready);
    }

    fn a_guest_sees_the_own_answers_however_much_others_write(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let other = "+31687654321";
        let list = vec![by_sms("pat@mail.example", PHONE), by_sms("kin@mail.example", other)];
        let (id, version) = draft(&house, &anna, list, HEALTH).await;
        house.send_draft(&anna.actor, id, version).await.unwrap();
        let mut sessions = Vec::new();
        for work in house.claim_deliveries(10).await.unwrap() {
            let job = house.prepare_delivery(work).await.unwrap().unwrap();
            let token = token_of(&job);
            house.pickup_code(&token, None, None).await.unwrap();
            let to = if job.recipients[0].1.to_string().starts_with("pat") { PHONE } else { other };
            let code: String = house.sms.last_to(to).unwrap().chars().take_while(char::is_ascii_digit).collect();
            let (secret, _) = house.pickup_verify(&token, &PickupAnswer::Code(code), None, None).await.unwrap();
            sessions.push(house.pickup_session(&secret, None, None).await.unwrap());
        }
        let many = (0..100).map(|_| house.pickup_reply(&sessions[0], "Me.", &[]));
        for answer in futures::future::join_all(many).await {
            answer.unwrap();
        }
        house.pickup_reply(&sessions[0], "Me, last.", &[]).await.unwrap();
        house.pickup_reply(&sessions[1], "Also me.", &[]).await.unwrap();
        let one = house.pickup_message(&sessions[0]).await.unwrap();
        assert_eq!((one.replies.len(), one.replies[99].text.as_str()), (100, "Me, last."), "the newest hundred");
        let two = house.pickup_message(&sessions[1]).await.unwrap();
        assert_eq!(two.replies.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["Also me."]);
    }

    fn what_happens_at_the_door_names_the_patient_and_the_number(db) {
        let r = Round::sms(db).await;
        r.inside().await;
        for kind in [AuditKind::PickupCodeSent, AuditKind::PickupVerified] {
            assert_eq!(r.house.audit_details(kind).await[0].patient.as_deref(), Some("BSN 111222333"));
        }
        let sent = r.house.audit_details(AuditKind::PickupCodeSent).await;
        assert_eq!(sent[0].more.get("telephone").map(String::as_str), Some(PHONE));
    }

    fn a_guest_session_ends_when_it_is_not_used(db) {
        let r = Round::sms(db).await;
        let secret = r.verify(&r.code().await).await.unwrap();
        r.house.clock.advance_minutes(31);
        assert!(matches!(r.house.pickup_session(&secret, None, None).await, Err(Error::Unauthenticated)));
    }
}
