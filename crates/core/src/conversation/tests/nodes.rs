//! Several nodes over one store.

use super::super::lookout::Lookout;
use super::*;
use crate::live::Change;
use wardpost_e2ee::wire::EntryKind;

both_engines! {
    fn two_nodes_put_everything_in_one_order_and_each_passes_all_of_it_on(store) {
        let house = TestCore::over(store).await;
        let other = house.another_node().await;
        let mut lookouts = (Lookout::new(&house), Lookout::new(&other));
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let bert = house.person("nurse", "Bert", "bert@clinic.example").await;
        let mut annas = phone(&house, &anna).await;
        let mut berts = phone(&other, &bert).await;
        let id = annas.begin(Kind::Direct, &[berts.person()], None).await.unwrap();
        lookouts.1.look(&other).await.unwrap();
        berts.join(id).await;
        for _ in 0..5 {
            let asked: Vec<_> = (0..10)
                .flat_map(|_| [&annas, &berts])
                .map(|device| device.link.answer(Op::Append(Box::new(device.message(id, "x", 0)))))
                .collect();
            for answer in futures::future::join_all(asked).await {
                placed(answer).unwrap();
            }
            lookouts.0.look(&house).await.unwrap();
            lookouts.1.look(&other).await.unwrap();
            // What was passed on is not passed on again.
            lookouts.0.look(&house).await.unwrap();
            lookouts.1.look(&other).await.unwrap();
        }
        for device in [&annas, &berts] {
            assert_eq!(numbers_until(&device.link, id, 101).await, (1..=101).collect::<Vec<_>>());
        }
        assert_eq!(standing(&house, id).await.0, 101);
    }

    fn what_a_node_remembers_lets_nobody_write_who_was_removed_on_another(store) {
        let house = TestCore::over(store).await;
        let other = house.another_node().await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let bert = house.person("nurse", "Bert", "bert@clinic.example").await;
        let mut annas = phone(&house, &anna).await;
        let mut berts = phone(&other, &bert).await;
        let id = annas.begin(Kind::Group, &[berts.person()], None).await.unwrap();
        berts.join(id).await;
        // Both nodes remember the conversation from here on.
        berts.say(id, "one").await.unwrap();
        annas.say(id, "two").await.unwrap();
        let person = berts.person();
        assert_eq!(annas.turn(id, &[], &[person], &[]).await, Ok(4));
        assert_eq!(berts.say(id, "three").await, Err(Refusal::NotFound));
        assert_eq!(berts.log(id).await.unwrap().len(), 4);
        // In the other direction: a device that one node removes, and a message by another device on the other.
        let id = annas.begin(Kind::Group, &[person], None).await.unwrap();
        berts.join(id).await;
        berts.say(id, "one").await.unwrap();
        let remove = Op::ChangeDevice { device: annas.device(), name: None };
        done(annas.link.answer(remove).await).unwrap();
        let device = annas.device();
        assert_eq!(berts.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
    }

    fn what_is_read_on_one_node_is_told_on_the_other_once(store) {
        let house = TestCore::over(store).await;
        let other = house.another_node().await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let bert = house.person("nurse", "Bert", "bert@clinic.example").await;
        let mut annas = phone(&house, &anna).await;
        let berts = phone(&other, &bert).await;
        let id = annas.begin(Kind::Direct, &[berts.person()], None).await.unwrap();
        annas.say(id, "one").await.unwrap();
        let mut lookout = Lookout::new(&house);
        for seq in [1, 2] {
            done(berts.link.answer(Op::Mark { conversation: id, seq, read: true }).await).unwrap();
            for _ in 0..2 {
                house.clock.advance_us(300_000);
                lookout.look(&house).await.unwrap();
            }
        }
        // Closing tells that nothing more is on its way.
        done(annas.link.answer(Op::SetOpen { conversation: id, open: false }).await).unwrap();
        let mut told = Vec::new();
        loop {
            match pushed(&annas.link).await {
                Push::Receipt { receipt, .. } => told.push(receipt.seq),
                Push::Entries { entries, .. } if entries.iter().any(|e| e.kind == EntryKind::Closed) => break,
                _ => {}
            }
        }
        assert_eq!(told, [1, 2]);
    }

    fn a_removed_device_is_cut_off_on_the_node_to_which_it_is_connected(store) {
        let house = TestCore::over(store).await;
        let other = house.another_node().await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let bert = house.person("nurse", "Bert", "bert@clinic.example").await;
        let annas = phone(&house, &anna).await;
        let tablet = second(&other, &anna, &annas).await;
        let mut berts = phone(&other, &bert).await;
        berts.begin(Kind::Direct, &[annas.person()], None).await.unwrap();
        let looking = other.clone();
        let task = tokio::spawn(async move { tokio::join!(looking.run_live(), looking.run_conversations()) });
        // The other node listens once it passes something on.
        let asked = until_listening(&other, &house, &tablet);
        asked.await;
        done(annas.link.answer(Op::ChangeDevice { device: tablet.device(), name: None }).await).unwrap();
        assert_eq!(tablet.log(Id([1; 16])).await.unwrap_err(), Refusal::Denied("device_removed".to_owned()), "before it is told");
        let why = until(&tablet.link, |push| match push { Push::Over(why) => Some(why), _ => None });
        assert_eq!(why.await, "device_removed");
        let whose = until(&berts.link, |push| match push { Push::Devices { person } => Some(person), _ => None });
        assert_eq!(whose.await, annas.person());
        task.abort();
    }
}

/// Waits until a node hears what another announces.
async fn until_listening(node: &Core, announcer: &Core, device: &Device) {
    let mut events = node.live().subscribe();
    let person = stored(device.person());
    let heard = async {
        loop {
            let mut batch = wardpost_store::Batch::new();
            announcer.announce(&mut batch, Change::Drafts(person));
            announcer.db().write(batch).await.unwrap();
            if tokio::time::timeout(Duration::from_millis(200), events.recv()).await.is_ok() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), heard).await.expect("it hears");
}
