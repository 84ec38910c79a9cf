//! Who cares for whom, and a night on which somebody had to know all the same.

use super::super::cast;
use super::stage::{Incoming, Stage};
use anyhow::{Context as _, Result};
use jiff::ToSpan as _;
use jiff::civil::Date;
use wardpost_core::care::{IdentityDocument, NewPatient, NewProxy, NewRelation, RelationTo};
use wardpost_core::people::{NewMailbox, PeopleQuery};
use wardpost_model::PersonId;
use wardpost_model::ground::RelationKind;
use wardpost_model::person::{Actor, MailboxKind};
use wardpost_model::proxy::{ProxyKind, ProxyScope};

/// A shared mailbox whose users open what is about the patients for whom they care, and no more.
const DIABETES: &str = "diabetes@linde.example";

/// The front desk registers two patients and says who cares for them.
pub async fn set_up(s: &Stage) -> Result<()> {
    s.at(0, 7, 35).await?;
    let eva = s.signs_in("eva").await?;
    let everybody = s.core.people_page(&eva.actor, &PeopleQuery::default(), None, 200).await?;
    let id = |login: &str| -> Result<PersonId> {
        let found = everybody.items.iter().find(|p| p.profile.login.to_string().starts_with(login));
        found.map(|p| p.id).with_context(|| format!("nobody is called {login}"))
    };
    let (anna, ben, chantal) = (id("anna")?, id("ben")?, id("chantal")?);
    let team_mail = NewMailbox {
        kind: MailboxKind::Shared,
        address: DIABETES.parse()?,
        name: "Diabetesteam De Linde".to_owned(),
        members: vec![anna, ben, chantal],
        duty: false,
    };
    s.core.create_mailbox(&eva.actor, team_mail).await?;

    s.at(0, 7, 40).await?;
    let desk = s.signs_in("chantal").await?;
    let fatima = NewPatient {
        name: "Fatima El Amrani".to_owned(),
        birth_date: Some("1968-09-02".parse()?),
        references: vec!["BSN 111222333".to_owned(), "P-20418".to_owned()],
        phone: Some("+31612345601".parse()?),
    };
    let fatima = s.core.register_patient(&desk.actor, fatima).await?;
    let willems = NewPatient {
        name: "Jan Willems".to_owned(),
        birth_date: Some("1957-03-14".parse()?),
        references: vec!["BSN 123456782".to_owned()],
        phone: Some("+31612345605".parse()?),
    };
    let willems = s.core.register_patient(&desk.actor, willems).await?;
    let assigned = |to| NewRelation {
        kind: RelationKind::Assigned,
        to: RelationTo::Person(to),
        ends_at: None,
        reason: "Eigen huisarts".to_owned(),
    };
    s.core.relate(&desk.actor, fatima.line.id, assigned(anna)).await?;
    s.core.relate(&desk.actor, willems.line.id, assigned(anna)).await?;
    let team = s.core.create_team(&desk.actor, "Diabetes", &[anna]).await?;
    let cared_for = NewRelation {
        kind: RelationKind::Team,
        to: RelationTo::Team(team.id),
        ends_at: None,
        reason: "Diabetescontrole".to_owned(),
    };
    s.core.relate(&desk.actor, fatima.line.id, cared_for).await?;
    let account = Some((cast::PATIENT.parse()?, IdentityDocument::Passport));
    s.core.set_patient_account(&desk.actor, fatima.line.id, fatima.version, account).await?;

    children(s, &desk.actor, anna).await?;

    s.at(0, 8, 5).await?;
    let anna = s.signs_in("anna").await?;
    let referral = NewRelation {
        kind: RelationKind::Referral,
        to: RelationTo::Person(ben),
        ends_at: None,
        reason: "Controle bloeddruk na ontslag".to_owned(),
    };
    s.core.relate(&anna.actor, willems.line.id, referral).await?;
    Ok(())
}

/// A father acts for his daughter of nine, and for his son of fifteen, who agreed and will be sixteen next month.
async fn children(s: &Stage, desk: &Actor, physician: PersonId) -> Result<()> {
    let today = s.core.today().await?;
    let born =
        |years: i32, days: i32| -> Result<Date> { Ok(today.checked_sub(years.years())?.checked_add(days.days())?) };
    for (name, number, birth_date, consent) in
        [("Sofie de Boer", "P-20431", born(9, -100)?, false), ("Daan de Boer", "P-20432", born(16, 24)?, true)]
    {
        let new = NewPatient {
            name: name.to_owned(),
            birth_date: Some(birth_date),
            references: vec![number.to_owned()],
            phone: None,
        };
        let child = s.core.register_patient(desk, new).await?.line.id;
        let assigned = NewRelation {
            kind: RelationKind::Assigned,
            to: RelationTo::Person(physician),
            ends_at: None,
            reason: "Eigen huisarts".to_owned(),
        };
        s.core.relate(desk, child, assigned).await?;
        let father = NewProxy {
            login: cast::CARER.parse()?,
            kind: ProxyKind::Parent,
            scope: ProxyScope::ALL.into(),
            ends_on: today.checked_add(5.years())?,
            consent,
            basis: "Gezagsregister".to_owned(),
        };
        s.core.register_proxy(desk, child, father).await?;
    }
    Ok(())
}

/// A result comes in; on call, somebody who does not care for the patient needs it.
pub async fn night(s: &Stage) -> Result<()> {
    s.at(3, 19, 40).await?;
    s.arrives(Incoming {
        from: ("Klinisch Chemisch Laboratorium", "lab@zuiderkliniek.example"),
        to: DIABETES,
        subject: "Uitslag glucose en nierfunctie",
        text: "Uitslag voor mevrouw F. El Amrani, 02-09-1968, BSN 111222333.\n\nGlucose (nuchter)  3,4 mmol/l  (laag)\nKreatinine  \
               74 umol/l\neGFR  82 ml/min\n",
        html: None,
        files: Vec::new(),
        tls: true,
    })
    .await?;
    s.at(3, 20, 12).await?;
    let ben = s.signs_in("ben").await?;
    let found = s.core.find_patients(&ben.actor, "111222333", 10).await?;
    let fatima = found.first().context("the patient is not found")?.id;
    let reason = "Avonddienst: mevrouw belt, trillerig en zweten, uitslag en medicatie nodig";
    s.core.break_glass(&ben.actor, fatima, reason).await?;
    let team_mail = s.shared(&ben, DIABETES).await?;
    s.reads(&team_mail, "Uitslag glucose").await?;
    s.at(3, 20, 25).await?;
    s.core.end_break_glass(&ben.actor, fatima).await?;
    Ok(())
}
