//! Encrypted conversations over the real port: devices that converse, are linked, removed, cut off, killed, restored.

mod chaos;
mod host;

use crate::harness::{House, Node, Person};
use host::Device;
use hyper::Method;
use serde_json::json;

/// Who somebody is.
pub async fn id_of(person: &mut Person) -> String {
    let session = person.api.ok(Method::GET, "/session", None).await;
    session["person"]["id"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned()
}

/// Somebody with a device.
pub async fn member(house: &House, node: &Node, name: &str) -> (Person, String, Device, String) {
    let mut person = house.person(node, "clinician", name).await;
    let id = id_of(&mut person).await;
    let mut device = Device::start(&person, node);
    let code = device.set_up().await;
    (person, id, device, code)
}

pub async fn begin(device: &Device, with: &[&str], subject: &str) -> String {
    let begun = device
        .ok(json!({ "command": "create", "kind": "group", "members": with, "patient": null, "subject": subject }))
        .await;
    begun["conversation"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_converse_and_a_new_device_has_the_history() {
    let house = House::new("");
    let node = house.start();
    let (anna_person, anna_id, anna, code) = member(&house, &node, "anna").await;
    let (_, bram_id, bram, _) = member(&house, &node, "bram").await;
    let talk = begin(&anna, &[&bram_id], "plantedsubject").await;
    anna.say(&talk, "plantedquestion").await;
    bram.shows(&talk, &["plantedquestion"]).await;
    bram.say(&talk, "plantedanswer").await;
    anna.shows(&talk, &["plantedquestion", "plantedanswer"]).await;

    let mut phone = Device::start(&anna_person, &node);
    phone.recover(&code).await;
    phone.shows(&talk, &["plantedquestion", "plantedanswer"]).await;
    phone.say(&talk, "plantedphone").await;
    bram.shows(&talk, &["plantedquestion", "plantedanswer", "plantedphone"]).await;

    // A third joins and reads from then on; is removed and reads no more.
    let (_, cees_id, cees, _) = member(&house, &node, "cees").await;
    bram.ok(json!({ "command": "add_members", "conversation": talk, "persons": [cees_id] })).await;
    bram.say(&talk, "plantedwelcome").await;
    cees.shows(&talk, &["plantedwelcome"]).await;
    anna.ok(json!({ "command": "remove_member", "conversation": talk, "person": cees_id })).await;
    anna.say(&talk, "plantedsecret").await;
    bram.shows(&talk, &["plantedquestion", "plantedanswer", "plantedphone", "plantedwelcome", "plantedsecret"]).await;
    cees.shows(&talk, &["plantedwelcome"]).await;

    // After a crash everything is there.
    node.kill();
    let node = house.start();
    for device in [&anna, &bram, &phone] {
        device.turn_to(&node);
    }
    bram.say(&talk, "plantedafter").await;
    phone
        .shows(
            &talk,
            &["plantedquestion", "plantedanswer", "plantedphone", "plantedwelcome", "plantedsecret", "plantedafter"],
        )
        .await;
    assert_ne!(anna_id, bram_id);
    node.stop();
    // Nothing of it can be read in what the server keeps or says.
    for file in files(house.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(7).any(|w| w == b"planted"), "{} holds words", file.display());
    }
}

/// All files of a folder, those in folders within too.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}
