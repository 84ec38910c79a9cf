use super::{HEALTH, by_sms, claim_one, delivered, draft, finish, to};
use crate::Error;
use crate::clock::DAY_US;
use crate::mail::{
    DeliveryContent, DraftRecipientInput, ListFilter, NewFile, PickupAnswer, PickupSession, PickupState,
};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::message::{Folder, Origin, RecipientState};

struct Round {
    house: TestCore,
    anna: TestPerson,
    message: MessageId,
    token: String,
}

async fn round(recipient: DraftRecipientInput) -> Round {
    let house = TestCore::new().await;
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
    let DeliveryContent::Notice { text, .. } = &job.content else { panic!("a notice") };
    let token = text.split("/p#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    finish(&house, &job, delivered()).await;
    Round { house, anna, message, token }
}

const PHONE: &str = "+31612345678";

impl Round {
    async fn sms() -> Self {
        round(by_sms("pat@mail.example", PHONE)).await
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

#[tokio::test]
async fn nta_05_a_guest_reads_and_answers_without_an_account() {
    let r = Round::sms().await;
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

#[tokio::test]
async fn a_link_scanner_burns_nothing() {
    let r = Round::sms().await;
    for _ in 0..50 {
        assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Ready);
    }
    assert!(r.house.sms.sent().is_empty(), "no code is sent before somebody asks");
    assert_eq!(r.state().await, RecipientState::Delivered);
    r.inside().await;
}

#[tokio::test]
async fn a_code_works_once_and_for_ten_minutes() {
    let r = Round::sms().await;
    let code = r.code().await;
    r.house.clock.advance_minutes(11);
    assert!(matches!(r.verify(&code).await, Err(Error::Unauthenticated)));
    let code = r.code().await;
    r.verify(&code).await.unwrap();
    assert!(matches!(r.verify(&code).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn five_wrong_tries_lock_the_door_and_the_right_code_does_not_open_it_then() {
    let r = Round::sms().await;
    let code = r.code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        assert!(matches!(r.verify(wrong).await, Err(Error::Unauthenticated)));
    }
    assert!(matches!(r.verify(wrong).await, Err(Error::Locked { .. })));
    assert!(matches!(r.verify(&code).await, Err(Error::Locked { .. })));
    assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Locked);
    r.house.clock.advance_minutes(16);
    assert!(matches!(r.verify(&code).await, Err(Error::Unauthenticated)), "the code was burnt by the lock");
    r.inside().await;
}

#[tokio::test]
async fn parallel_tries_cannot_outrun_the_limit() {
    let r = Round::sms().await;
    let code = r.code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let tries = futures::future::join_all((0..40).map(|_| r.verify(wrong))).await;
    let judged = tries.iter().filter(|t| matches!(t, Err(Error::Unauthenticated | Error::Locked { .. }))).count();
    assert!(judged <= 40 && tries.iter().all(Result::is_err));
    let entries = r.house.audit_kinds().await;
    let refused = entries.iter().filter(|(k, o)| k == "pickup.verified" && o == "refused").count();
    assert!(refused <= 4, "{refused} tries were judged before the lock");
}

#[tokio::test]
async fn an_agreed_secret_opens_the_door_in_any_case_and_spacing() {
    let mut recipient = to("pat@mail.example");
    recipient.secret = Some("De blauwe Fiets".to_owned());
    let r = round(recipient).await;
    let answer = |s: &str| PickupAnswer::Secret(s.to_owned());
    assert!(r.house.pickup_verify(&r.token, &answer("de rode fiets"), None, None).await.is_err());
    assert!(r.house.pickup_verify(&r.token, &answer("  de BLAUWE  fiets "), None, None).await.is_ok());
    assert!(matches!(r.house.pickup_code(&r.token, None, None).await, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn a_recalled_message_closes_before_a_guest_who_is_inside() {
    let r = Round::sms().await;
    let s = r.inside().await;
    r.house.recall(&r.anna.actor, r.anna.mailbox(), r.message, None).await.unwrap();
    assert!(matches!(r.house.pickup_message(&s).await, Err(Error::NotFound)));
    assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Recalled);
    assert_eq!(r.state().await, RecipientState::Recalled);
}

#[tokio::test]
async fn a_pickup_expires_by_itself_and_the_sender_is_told() {
    let r = Round::sms().await;
    r.house.clock.advance_us(30 * DAY_US);
    assert_eq!(r.house.pickup_door(&r.token).await.unwrap().state, PickupState::Expired);
    assert_eq!(r.house.keep_house().await.unwrap(), 1);
    assert_eq!(r.house.keep_house().await.unwrap(), 0);
    assert_eq!(r.state().await, RecipientState::Expired);
}

#[tokio::test]
async fn the_sender_sets_another_expiry() {
    let r = Round::sms().await;
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

#[tokio::test]
async fn a_gateway_that_fails_is_said_and_the_code_does_not_count() {
    let r = Round::sms().await;
    r.house.sms.refuse(Some("no credit"));
    assert!(matches!(r.house.pickup_code(&r.token, None, None).await, Err(Error::Unavailable(_))));
    r.house.sms.refuse(None);
    r.house.clock.advance_minutes(1);
    r.inside().await;
}

#[tokio::test]
async fn a_guest_session_ends_when_it_is_not_used() {
    let r = Round::sms().await;
    let secret = r.verify(&r.code().await).await.unwrap();
    r.house.clock.advance_minutes(31);
    assert!(matches!(r.house.pickup_session(&secret, None, None).await, Err(Error::Unauthenticated)));
}
