//! Day by day.

use super::outside_letters as letters;
use super::stage::{Incoming, Letter, Stage, to};
use crate::demo::papers;
use anyhow::{Result, ensure};
use wardpost_core::mail::{NewFile, PickupAnswer, SentOutcome};
use wardpost_core::people::{NewMailbox, PartnerInput, PeopleQuery};
use wardpost_model::message::Folder;
use wardpost_model::person::MailboxKind;

const DESK: &str = "balie@linde.example";
const CARDIOLOGY: (&str, &str) = ("dr. P. van Dam", "p.vandam@zuiderkliniek.example");
const FATIMA: &str = super::super::cast::PATIENT;
const FATIMAS_PHONE: &str = "+31612345601";
const HENK: &str = "henk.bos@postbus.example";
const SOFIA: &str = "sofia.rossi@oudestad.example";
const SOFIAS_PHONE: &str = "+31612345603";

/// The administrator's morning: a shared mailbox, a partner.
pub async fn set_up(s: &Stage) -> Result<()> {
    s.at(0, 7, 30).await?;
    let eva = s.signs_in("eva").await?;
    let everybody = s.core.people_page(&eva.actor, &PeopleQuery::default(), None, 200).await?;
    let of = |login: &'static str| {
        everybody.items.iter().filter(move |p| p.profile.login.to_string().starts_with(login)).map(|p| p.id)
    };
    let desk = NewMailbox {
        kind: MailboxKind::Shared,
        address: DESK.parse()?,
        name: "Balie Praktijk De Linde".to_owned(),
        members: of("chantal").chain(of("anna")).chain(of("ben")).collect(),
        duty: true,
    };
    s.core.create_mailbox(&eva.actor, desk).await?;
    let postmaster = NewMailbox {
        kind: MailboxKind::Shared,
        address: "postmaster@linde.example".parse()?,
        name: "Postmaster".to_owned(),
        // Nobody lets themselves into mail: not even who makes the mailbox.
        members: of("chantal").collect(),
        duty: false,
    };
    s.core.create_mailbox(&eva.actor, postmaster).await?;
    let partner = PartnerInput {
        name: "Zuiderkliniek".to_owned(),
        domain: "zuiderkliniek.example".parse()?,
        note: "Verwerkersovereenkomst getekend; contact: ict@zuiderkliniek.example".to_owned(),
    };
    let partner = s.core.add_partner(&eva.actor, partner).await?;
    s.core.check_partner(&eva.actor, partner.partner.id).await?;
    Ok(())
}

fn mail(from: (&'static str, &'static str), to: &'static str, subject: &'static str, text: &'static str) -> Incoming {
    Incoming { from, to, subject, text, html: None, files: Vec::new(), tls: true }
}

/// A discharge letter, a hand-over, a result that is picked up and answered, a newsletter.
pub async fn first(s: &Stage) -> Result<()> {
    s.at(0, 8, 40).await?;
    let brief = papers::pdf(
        "Ontslagbrief Willems.pdf",
        &[
            "Ontslagbrief cardiologie",
            "Patient: J. Willems, geb. 14-03-1957, BSN 123456782",
            "Diagnose: paroxysmaal atriumfibrilleren",
            "Medicatie: apixaban 5 mg 2dd, metoprolol 50 mg 1dd",
            "Controle: bloeddruk en nierfunctie over twee weken",
        ],
    );
    s.arrives(Incoming {
        files: vec![brief],
        ..mail(CARDIOLOGY, "anna@linde.example", "Ontslagbrief J. Willems", letters::DISCHARGE)
    })
    .await?;

    s.at(0, 9, 10).await?;
    let anna = s.signs_in("anna").await?;
    s.reads(&anna, "Ontslagbrief").await?;
    s.at(0, 9, 25).await?;
    s.sends(&anna, Letter {
        to: vec![to("Ben Carter", "ben@linde.example")],
        subject: "Overdracht: dhr. Willems",
        text: "Ben,\n\nDe heer Willems (14-03-1957) komt donderdag bij jou voor controle van de bloeddruk. Hij is net ontslagen na \
               atriumfibrilleren en gebruikt nu apixaban. Let je op de nierfunctie? Lab is aangevraagd.\n\nAnna\n",
        patient: Some("123456782"),
        ..Letter::default()
    }).await?;

    s.at(0, 10, 5).await?;
    s.sends(&anna, Letter {
        to: vec![to("Fatima El Amrani", FATIMA).phone(FATIMAS_PHONE)],
        subject: "Uitslag van uw bloedonderzoek",
        text: "Beste mevrouw El Amrani,\n\nDe uitslag van uw bloedonderzoek is binnen. Uw HbA1c is 58 mmol/mol; dat is hoger dan de vorige \
               keer. Ik stel voor dat we de dosis metformine aanpassen. In de bijlage vindt u de volledige uitslag (BSN 111222333).\n\nHeeft u \
               vragen, dan kunt u op deze pagina antwoorden.\n\nMet vriendelijke groet,\nAnna de Vries, huisarts\n",
        patient: Some("111222333"),
        files: vec![papers::pdf("Labuitslag El Amrani.pdf", &["Laboratoriumuitslag", "F. El Amrani, geb. 02-09-1968, BSN 111222333", "HbA1c           58 mmol/mol   (streef < 53)", "Kreatinine      71 umol/l", "eGFR            86 ml/min"])],
        ..Letter::default()
    }).await?;
    let token = s.notified(FATIMA).await?;

    s.at(0, 12, 31).await?;
    let code = s.asks_code(&token, FATIMAS_PHONE).await?;
    let session = s.picks_up(&token, PickupAnswer::Code(code)).await?;
    let photo = papers::csv(
        "thuismetingen.csv",
        &[&["datum", "nuchter (mmol/l)"], &["maandag", "8,1"], &["dinsdag", "7,9"], &["woensdag", "8,4"]],
    );
    let file = s.core.pickup_attach(&session, photo).await?;
    let answer = "Dank u wel dokter. Ik heb thuis ook gemeten, zie de bijlage. Moet ik de hogere dosis 's ochtends of 's avonds nemen?";
    s.core.pickup_reply(&session, answer, &[file.id]).await?;

    s.at(0, 14, 2).await?;
    let paper = ("Zorgmagazine", "nieuwsbrief@zorgmagazine.example");
    let hostile = mail(paper, "anna@linde.example", "Vijf trends in de eerste lijn", letters::NEWSLETTER_TEXT);
    s.arrives(Incoming { html: Some(letters::NEWSLETTER), tls: false, ..hostile }).await?;

    s.at(0, 16, 45).await?;
    let anna = s.signs_in("anna").await?;
    let question = s.reads(&anna, "Uitslag van uw bloedonderzoek").await?;
    s.sends(&anna, Letter {
        to: vec![to("Fatima El Amrani", FATIMA).phone(FATIMAS_PHONE)],
        subject: "Re: Uitslag van uw bloedonderzoek",
        text: "Beste mevrouw El Amrani,\n\nNeemt u de metformine bij het avondeten; dan heeft u minder last van uw maag. Over drie maanden prikken \
               we opnieuw uw HbA1c.\n\nMet vriendelijke groet,\nAnna de Vries\n",
        patient: Some("111222333"),
        answers: Some(question),
        ..Letter::default()
    }).await?;
    Ok(())
}

/// A referral to the partner, an agreed secret, mail for the desk.
pub async fn second(s: &Stage) -> Result<()> {
    s.at(1, 9, 0).await?;
    let ben = s.signs_in("ben").await?;
    let handover = s.reads(&ben, "Overdracht").await?;
    s.sends(&ben, Letter {
        to: vec![to("Anna de Vries", "anna@linde.example")],
        subject: "Re: Overdracht: dhr. Willems",
        text: "Anna,\n\nNoted, thanks. I'll check his blood pressure and renal function on Thursday and adjust the metoprolol if needed.\n\nBen\n",
        patient: Some("123456782"),
        answers: Some(handover),
        ..Letter::default()
    }).await?;
    s.at(1, 10, 20).await?;
    s.sends(&ben, Letter {
        to: vec![to(CARDIOLOGY.0, CARDIOLOGY.1)],
        subject: "Referral: Mrs Hughes, palpitations",
        text: "Dear Dr van Dam,\n\nWould you kindly see Mrs Margaret Hughes, born 21 June 1962 (BSN 111222333)? She has had palpitations for six \
               weeks, without syncope. Blood pressure 148/88, pulse 62. The ECG of this morning is attached; I wonder about a first-degree AV \
               block.\n\nKind regards,\nBen Carter, GP\n",
        patient: Some("Hughes 21-06-1962"),
        files: vec![
            papers::pdf("Referral Hughes.pdf", &["Referral letter", "Mrs M. Hughes, born 21 June 1962", "Palpitations for six weeks, no syncope", "BP 148/88, pulse 62, ECG attached"]),
            papers::ecg("ecg-hughes.png"),
        ],
        ..Letter::default()
    }).await?;

    s.at(1, 11, 15).await?;
    let chantal = s.signs_in("chantal").await?;
    let desk = s.shared(&chantal, DESK).await?;
    s.sends(&desk, Letter {
        to: vec![to("Henk Bos", HENK).secret("het konijn heet Sjors")],
        subject: "Voorbereiding op uw darmonderzoek",
        text: "Beste meneer Bos,\n\nU heeft volgende week dinsdag een coloscopie in de Zuiderkliniek in verband met de poliepen. In de bijlage \
               staat hoe u zich voorbereidt. U opent dit bericht met het geheim dat we aan de telefoon hebben afgesproken.\n\nMet \
               vriendelijke groet,\nChantal Bakker, doktersassistente\n",
        patient: Some("Bos 11-11-1950"),
        files: vec![papers::pdf("Voorbereiding coloscopie.pdf", &["Voorbereiding op uw coloscopie", "De dag ervoor: alleen heldere dranken na 12 uur", "Stop drie dagen vooraf met ijzertabletten"])],
        ..Letter::default()
    }).await?;
    s.notified(HENK).await?;

    s.at(1, 13, 40).await?;
    let patient = ("Oliver Grant", "oliver.grant@postbus.example");
    s.arrives(Incoming { tls: false, ..mail(patient, DESK, "Travel vaccinations", letters::QUESTION) }).await?;
    s.at(1, 15, 5).await?;
    s.arrives(mail(
        CARDIOLOGY,
        "ben@linde.example",
        "Re: Referral: Mrs Hughes, palpitations",
        letters::REFERRAL_ANSWER,
    ))
    .await?;
    s.at(1, 15, 30).await?;
    s.arrives(mail(("Medisupply", "facturen@medisupply.example"), DESK, "Factuur 2210", letters::INVOICE)).await
}

fn recall_list(name: &str) -> NewFile {
    papers::csv(
        name,
        &[
            &["naam", "geboortedatum", "BSN", "diagnose", "HbA1c"],
            &["F. El Amrani", "02-09-1968", "111222333", "diabetes mellitus type 2", "58"],
            &["J. Willems", "14-03-1957", "123456782", "diabetes mellitus type 2", "49"],
            &["P. de Groot", "30-01-1949", "999999011", "diabetes mellitus type 2", "66"],
            &["M. Visser", "17-05-1971", "111222333", "hypertensie", "41"],
        ],
    )
}

/// Lists of many patients: one released by the privacy officer, one still waiting. A mail program at work. A bounce.
pub async fn third(s: &Stage) -> Result<()> {
    s.at(2, 8, 50).await?;
    let chantal = s.signs_in("chantal").await?;
    let list = |subject, file| Letter {
        to: vec![to("Diabetespoli", "diabetespoli@zuiderkliniek.example").secret("tussen linde en zuid")],
        subject,
        text: "Beste collega's,\n\nIn de bijlage de patiënten die bij ons voor de diabetescontrole in beeld zijn, met hun laatste HbA1c.\n\nMet \
               vriendelijke groet,\nChantal Bakker\n",
        files: vec![recall_list(file)],
        ..Letter::default()
    };
    let sent = s.sends(&chantal, list("Oproeplijst diabetescontrole, deel 1", "oproeplijst-1.csv")).await?;
    ensure!(sent.outcome == SentOutcome::Held, "a list of many patients was not held: {:?}", sent.plan);

    s.at(2, 9, 35).await?;
    let dirk = s.signs_in("dirk").await?;
    s.core.held_message(&dirk.actor, sent.message_id).await?;
    s.core.release_held(&dirk.actor, sent.message_id, "Afgesproken met de diabetespoli; minimale gegevens.").await?;

    s.at(2, 10, 10).await?;
    let anna = s.signs_in("anna").await?;
    s.sends(&anna, Letter {
        to: vec![to("Peter de Groot", "onbekend.pdegroot@postbus.example").phone("+31612345604")],
        subject: "Uw afspraak en de uitslag",
        text: "Beste meneer De Groot,\n\nUw PSA is gestegen naar 6,1. Ik verwijs u naar de uroloog. U krijgt daarvoor een oproep.\n\nAnna de \
               Vries, huisarts\n",
        patient: Some("999999011"),
        ..Letter::default()
    }).await?;

    s.at(2, 11, 20).await?;
    let ben = s.signs_in("ben").await?;
    s.reads(&ben, "Referral").await?;
    let device = s.core.create_app_password(&ben.actor, "Thunderbird on the laptop").await?;
    s.at(2, 11, 32).await?;
    let text = "Dear colleague,\n\nThe 24-hour blood pressure of Mrs Hughes (21 June 1962) was 139/84 on average; I have not changed her \
                medication.\n\nBen Carter\n";
    s.submits(&ben, &device.password, CARDIOLOGY, "Mrs Hughes: 24-hour blood pressure", text).await?;
    s.submits(
        &ben,
        &device.password,
        ("Anna de Vries", "anna@linde.example"),
        "Lunch meeting Friday",
        "Shall we go through the flu campaign on Friday at 12:30?\n\nBen\n",
    )
    .await?;

    s.at(2, 14, 25).await?;
    let sent = s.sends(&chantal, list("Oproeplijst diabetescontrole, deel 2", "oproeplijst-2.csv")).await?;
    ensure!(sent.outcome == SentOutcome::Held, "a list of many patients was not held");
    s.at(2, 16, 0).await?;
    let training = mail(
        ("Training desk", "training@zuiderkliniek.example"),
        "ben@linde.example",
        "Refresher: basic life support",
        "The next session is on Thursday the 14th.",
    );
    s.arrives(Incoming { html: Some(letters::TRAINING), ..training }).await
}

/// A provider whose certificate can't be verified: a pick-up under way. A message withdrawn.
pub async fn fourth(s: &Stage) -> Result<()> {
    s.at(3, 9, 15).await?;
    let ben = s.signs_in("ben").await?;
    s.sends(&ben, Letter {
        to: vec![to("Sofia Rossi", SOFIA).phone(SOFIAS_PHONE)],
        subject: "Your X-ray result",
        text: "Dear Ms Rossi,\n\nThe X-ray of your wrist shows a small, undisplaced fracture of the distal radius. The plaster room of the \
               Zuiderkliniek expects you tomorrow at 9:30. Please keep the splint on until then.\n\nKind regards,\nBen Carter, GP\n",
        patient: Some("Rossi 08-12-1985"),
        files: vec![papers::pdf("X-ray report Rossi.pdf", &["Radiology report", "S. Rossi, born 8 December 1985", "Wrist, left, two views", "Undisplaced fracture of the distal radius"])],
        days: Some(14),
        ..Letter::default()
    }).await?;
    let token = s.notified(SOFIA).await?;
    s.at(3, 9, 48).await?;
    // She has opened the link and asked for a code, and was called away.
    s.asks_code(&token, SOFIAS_PHONE).await?;

    s.at(3, 10, 30).await?;
    let anna = s.signs_in("anna").await?;
    s.sends(&anna, Letter {
        to: vec![to("Jan Willems", "jan.willems@postbus.example").phone("+31612345605")],
        subject: "Controle van uw nierfunctie",
        text: "Beste meneer Willems,\n\nUw nierfunctie is goed (eGFR 78). U kunt de apixaban in dezelfde dosis blijven gebruiken.\n\nAnna de \
               Vries, huisarts\n",
        patient: Some("123456782"),
        ..Letter::default()
    }).await?;
    s.at(3, 10, 41).await?;
    let wrong = s.finds(&anna, Folder::Sent, "Controle van uw nierfunctie").await?;
    s.core.recall(&anna.actor, wrong.mailbox_id, wrong.id, None).await?;

    s.at(3, 11, 5).await?;
    let patient = ("Marijke Visser", "m.visser@postbus.example");
    s.arrives(Incoming { tls: false, ..mail(patient, DESK, "Herhaalrecept", letters::PRESCRIPTION) }).await?;
    s.at(3, 13, 20).await?;
    let chantal = s.signs_in("chantal").await?;
    let desk = s.shared(&chantal, DESK).await?;
    let question = s.reads(&desk, "Travel vaccinations").await?;
    s.sends(&desk, Letter {
        to: vec![to("Oliver Grant", "oliver.grant@postbus.example").secret("blue bicycle at the gate")],
        subject: "Re: Travel vaccinations",
        text: "Dear Mr Grant,\n\nPlease book a separate appointment of twenty minutes; the walk-in hour is too short for travel advice.\n\nKind \
               regards,\nChantal Bakker\n",
        answers: Some(question),
        ..Letter::default()
    }).await?;
    let invoice = s.reads(&desk, "Factuur").await?;
    s.core.change_message(&desk.actor, invoice.mailbox_id, invoice.id, None, None, Some(Folder::Archive)).await?;
    Ok(())
}

/// Drafts, a flag, mail to be read.
pub async fn fifth(s: &Stage) -> Result<()> {
    s.at(4, 8, 55).await?;
    let anna = s.signs_in("anna").await?;
    let letter = s.reads(&anna, "Ontslagbrief").await?;
    s.core.change_message(&anna.actor, letter.mailbox_id, letter.id, None, Some(true), None).await?;
    s.drafts(&anna, Letter {
        to: vec![to(CARDIOLOGY.0, CARDIOLOGY.1)],
        subject: "Verwijzing: de heer De Groot",
        text: "Geachte collega,\n\nGraag uw beoordeling van de heer P. de Groot, 30-01-1949, wegens een gestegen PSA en ",
        patient: Some("999999011"),
        files: vec![papers::pdf("PSA-verloop.pdf", &["PSA-verloop", "P. de Groot, 30-01-1949", "4,2 - 5,0 - 6,1 ug/l"])],
        ..Letter::default()
    }).await?;
    s.drafts(
        &anna,
        Letter {
            to: vec![to("Fatima El Amrani", FATIMA).phone(FATIMAS_PHONE)],
            subject: "Afspraak diabetesverpleegkundige",
            text: "Beste mevrouw El Amrani,\n\n",
            ..Letter::default()
        },
    )
    .await?;
    s.at(4, 9, 40).await?;
    let ben = s.signs_in("ben").await?;
    s.drafts(
        &ben,
        Letter {
            to: vec![to("Sofia Rossi", SOFIA).phone(SOFIAS_PHONE)],
            subject: "Your appointment at the plaster room",
            text: "Dear Ms Rossi,\n\nDid you manage to ",
            ..Letter::default()
        },
    )
    .await?;
    s.at(4, 11, 50).await?;
    let pharmacy = ("Apotheek Zuid", "balie@apotheekzuid.example");
    s.arrives(mail(pharmacy, "anna@linde.example", "Interactie metformine", letters::PHARMACY)).await?;
    s.at(4, 15, 10).await?;
    let table = papers::csv(
        "spoedbepalingen.csv",
        &[&["monster", "bepaling", "uitslag"], &["A-1021", "CRP", "84 mg/l"], &["A-1022", "kalium", "5,6 mmol/l"]],
    );
    let lab = mail(
        ("Klinisch laboratorium", "lab@zuiderkliniek.example"),
        "anna@linde.example",
        "Spoedbepalingen",
        letters::LAB,
    );
    s.arrives(Incoming { files: vec![table], ..lab }).await
}

/// What came in before the demo was opened.
pub async fn this_morning(s: &Stage) -> Result<()> {
    s.minutes_ago(150).await?;
    let colleague = ("dr. L. Peeters", "l.peeters@zuiderkliniek.example");
    s.arrives(mail(colleague, "anna@linde.example", "Terugkoppeling multidisciplinair overleg", "Beste Anna,\n\nHet overleg over de valpreventie is verplaatst naar volgende week woensdag om 12:00 uur. Neem je de cijfers mee?\n\nLiesbeth\n")).await?;
    s.minutes_ago(95).await?;
    let chantal = s.signs_in("chantal").await?;
    s.sends(&chantal, Letter {
        to: vec![to("Ben Carter", "ben@linde.example")],
        subject: "Ms Rossi called",
        text: "Ben,\n\nMs Rossi called: she got a text message with a code but could not open your message in time. She will try again tonight.\n\nChantal\n",
        ..Letter::default()
    }).await?;
    s.minutes_ago(40).await?;
    let patient = ("Fatima El Amrani", FATIMA);
    s.arrives(Incoming {
        tls: false,
        ..mail(
            patient,
            DESK,
            "Afspraak verzetten",
            "Goedemorgen,\n\nKan mijn afspraak van donderdag naar vrijdag?\n\nFatima El Amrani\n",
        )
    })
    .await?;
    s.minutes_ago(12).await?;
    let anna = s.signs_in("anna").await?;
    let sent = s.sends(&anna, Letter {
        to: vec![to("Willem Prins", "vol.prins@postbus.example").phone("+31612345606")],
        subject: "Uw longfoto",
        text: "Beste meneer Prins,\n\nOp uw longfoto zijn geen bijzonderheden gezien; de hoest past bij bronchitis. Komt u terug als u koorts \
               krijgt?\n\nAnna de Vries, huisarts\n",
        patient: Some("Prins 03-03-1960"),
        ..Letter::default()
    }).await?;
    ensure!(sent.outcome == SentOutcome::Sent, "the last letter was held");
    // His mailbox is full: the notification waits for its next try when the demo is opened.
    Ok(())
}
