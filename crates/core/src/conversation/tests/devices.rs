//! Accounts, devices, key packages, backups.

use super::*;
use wardpost_e2ee::account::{AccountSecret, DeviceKey};
use wardpost_e2ee::wire::Backup;
use wardpost_model::audit::AuditKind;

fn denied(code: &str) -> Refusal {
    Refusal::Denied(code.to_owned())
}
fn malformed(code: &str) -> Refusal {
    Refusal::Malformed(code.to_owned())
}

both_engines! {
    fn a_device_proves_itself_to_the_connection_that_asks(store) {
        let house = TestCore::over(store).await;
        let two = Two::of(&house).await;
        let (connection, challenge) = connected(&house, &two.anna).await;
        let (nonce, person) = challenged(&challenge);
        assert_eq!(person, two.annas.person());
        let hello = |device: Id, signature: Vec<u8>| {
            connection.answer(Op::Hello { device, signature: signature.into() })
        };
        let sign = |phone: &Device, nonce: &[u8]| {
            phone.key.sign(&wardpost_e2ee::wire::hello_bytes(nonce, person, phone.device())).unwrap()
        };
        assert_eq!(done(connection.answer(Op::Fetch { conversation: person, after: 0, before: None, limit: 1 }).await), Err(denied("hello")));
        assert_eq!(done(hello(two.annas.device(), sign(&two.annas, b"another challenge")).await), Err(denied("device")));
        assert_eq!(done(hello(two.berts.device(), sign(&two.berts, &nonce)).await), Err(denied("device")), "Bert's, in Anna's session");
        assert_eq!(done(hello(Id([9; 16]), sign(&two.annas, &nonce)).await), Err(denied("device")));
        let Reply::Hello { packages, unlock, .. } = hello(two.annas.device(), sign(&two.annas, &nonce)).await
        else { panic!() };
        assert_eq!((packages.len(), unlock.len()), (3, 32));
        let tablet = second(&house, &two.anna, &two.annas).await;
        assert_eq!(done(hello(tablet.device(), sign(&tablet, &nonce)).await), Err(denied("device")), "one connection, one device");
        let unlock_of = async |phone: &Device| {
            let (connection, challenge) = connected(&house, &two.anna).await;
            let signature = sign(phone, &challenged(&challenge).0);
            match connection.answer(Op::Hello { device: phone.device(), signature: signature.into() }).await {
                Reply::Hello { unlock, .. } => unlock,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(unlock_of(&two.annas).await, unlock);
        assert_ne!(unlock_of(&tablet).await, unlock);
    }

    fn only_ones_own_account_certifies_a_device(store) {
        let house = TestCore::over(store).await;
        let two = Two::of(&house).await;
        let (connection, _) = connected(&house, &two.anna).await;
        let put = async |certificate: Vec<u8>| {
            done(connection.answer(Op::PutDevice { certificate: certificate.into(), name: "Tablet".to_owned() }).await)
        };
        let key = DeviceKey::generate().unwrap();
        let (me, id) = (two.annas.person(), random_id().unwrap());
        let (annas, berts) = (&two.annas.account.secret, &two.berts.account.secret);
        assert_eq!(put(berts.certify(me, id, &key.public(), 1).unwrap().encode()).await, Err(malformed("forged")));
        assert_eq!(put(berts.certify(two.berts.person(), id, &key.public(), 1).unwrap().encode()).await, Err(malformed("forged")));
        assert_eq!(put(vec![1, 2, 3]).await, Err(malformed("form")));
        let taken = annas.certify(me, two.berts.device(), &key.public(), 1).unwrap();
        assert_eq!(put(taken.encode()).await, Err(malformed("device")), "Bert's id");
        let good = annas.certify(me, id, &key.public(), 1).unwrap().encode();
        assert_eq!(put(good.clone()).await, Ok(()));
        assert_eq!(put(good).await, Ok(()), "again");
        let other_key = annas.certify(me, id, &DeviceKey::generate().unwrap().public(), 1).unwrap();
        assert_eq!(put(other_key.encode()).await, Err(malformed("device")));
        let Reply::Account { devices, keys, .. } = connection.answer(Op::Account).await else { panic!() };
        assert_eq!(devices.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["Phone", "Tablet"]);
        assert_eq!(keys.unwrap().to_vec(), two.annas.account.keys.encode());
        let directory = two.berts.directory(&[me]).await;
        assert!(directory[0].devices.iter().all(|d| d.name.is_empty() && d.seen_us == 0), "names are one's own affair");
    }

    fn a_device_that_is_removed_is_out_at_once(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let mut tablet = second(&house, &two.bert, &two.berts).await;
        let id = two.annas.begin(Kind::Group, &[two.berts.person()], None).await.unwrap();
        two.berts.join(id).await;
        tablet.join(id).await;
        two.annas.say(id, "one").await.unwrap();
        let gone = Op::ChangeDevice { device: tablet.device(), name: None };
        assert_eq!(done(two.annas.link.answer(gone.clone()).await), Err(Refusal::NotFound), "nobody removes another's");
        done(two.berts.link.answer(gone.clone()).await).unwrap();
        assert_eq!(done(two.berts.link.answer(gone).await), Err(Refusal::NotFound));
        let last = until(&tablet.link, |push| match push { Push::Over(why) => Some(why), _ => None }).await;
        assert_eq!(last, "device_removed");
        assert!(matches!(tablet.link.answer(Op::Ping).await, Reply::Refused(_)));
        // Neither does another connection help, nor is anything kept for it.
        let (connection, challenge) = connected(&house, &two.bert).await;
        tablet.link = connection;
        assert_eq!(done(tablet.hello(&challenged(&challenge).0).await), Err(denied("device_removed")));
        assert!(two.annas.claim(&[two.berts.person()]).await.len() == 1, "the telephone's only");
        let device = tablet.device();
        assert_eq!(two.annas.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(two.annas.turn(id, &[], &[], &[device]).await, Ok(3));
        assert_eq!(two.annas.say(id, "two").await, Ok(4));
        assert!(came_and_went(&two.annas.log(id).await.unwrap()).len() == 1, "Bert is still there");
        // What it wrote stays verifiable.
        let line = two.annas.directory(&[two.berts.person()]).await.remove(0);
        assert!(line.devices.iter().any(|d| d.device == device && d.removed_us.is_some()));
        let told = house.audit_details(AuditKind::ConversationDeviceRemoved).await;
        assert_eq!(told[0].more["name"], "Phone");
    }

    fn a_new_version_of_keys_follows_the_last_or_begins_anew(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        two.annas.say(id, "one").await.unwrap();
        let me = two.annas.person();
        let put = async |keys: Vec<u8>| done(two.annas.link.answer(Op::PutAccount { keys: keys.into() }).await);
        let first = &two.annas.account.secret;
        let next = first.next().unwrap();
        assert_eq!(put(two.berts.account.keys.encode()).await, Err(malformed("person")));
        assert_eq!(put(AccountSecret::generate().unwrap().public(me).unwrap().encode()).await, Err(malformed("version")));
        assert_eq!(put(two.annas.account.keys.encode()).await, Ok(()), "again");
        let followed = next.public_after(me, first).unwrap().encode();
        assert_eq!(put(followed.clone()).await, Ok(()));
        let lines = two.berts.directory(&[me]).await;
        assert_eq!(lines[0].keys.iter().map(|k| k.to_vec()).collect::<Vec<_>>(), [two.annas.account.keys.encode(), followed]);
        assert_eq!(two.annas.say(id, "two").await, Ok(3), "devices stay");
        // Not signed by the last: the secret was lost. The actor of the tests has no session that could be recent.
        let mut lost = vec![1, 0, 0, 0, 3];
        lost.extend([7; 32]);
        let lost = AccountSecret::from_bytes(&lost).unwrap().public(me).unwrap().encode();
        assert_eq!(put(lost.clone()).await, Err(denied("recent_sign_in")));
        let (session, _) = house.open_session(two.anna.id()).await;
        let mut actor = two.anna.actor.clone();
        actor.session_id = Some(session);
        let recent = house.connect_conversations(actor).await.unwrap();
        done(recent.answer(Op::PutAccount { keys: lost.into() }).await).unwrap();
        let how: Vec<_> = house.audit_details(AuditKind::ConversationKeysChanged).await.into_iter().map(|d| d.why.unwrap()).collect();
        assert_eq!(how, ["entered", "entered", "changed", "reset"]);
        let device = two.annas.device();
        assert_eq!(two.berts.say(id, "three").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(two.annas.log(id).await, Err(denied("device_removed")));
    }

    fn key_packages_are_good_once_and_the_last_one_stays(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let berts = two.berts.person();
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.extend(two.annas.claim(&[berts]).await);
        }
        assert_eq!(taken.len(), 4);
        assert!(taken[0] != taken[1] && taken[1] != taken[2] && taken[0] != taken[2]);
        assert_eq!(taken[2], taken[3], "nobody makes somebody unreachable");
        assert!(two.annas.claim(&[Id([8; 16])]).await.is_empty());
        two.berts.stock(2).await;
        let fresh = two.annas.claim(&[berts, berts]).await;
        assert!(fresh.len() == 1 && !taken.contains(&fresh[0]));
        // Another device's, and what is none.
        let stolen = Op::PutKeyPackages { packages: vec![fresh[0].clone().into()] };
        assert_eq!(done(two.annas.link.answer(stolen).await), Err(malformed("forged")));
        let garbage = Op::PutKeyPackages { packages: vec![vec![0; 50].into()] };
        assert_eq!(done(two.annas.link.answer(garbage).await), Err(malformed("form")));
        // Two who take at the same time get different ones.
        two.berts.stock(3).await;
        let whose = [berts];
        let (one, other) = tokio::join!(two.annas.claim(&whose), two.annas.claim(&whose));
        assert_ne!(one, other);
        let ask = Op::ClaimKeyPackages { persons: vec![berts], suite: 1 };
        let mut answers = Vec::new();
        for _ in 0..100 {
            answers.push(two.annas.link.answer(ask.clone()).await);
        }
        assert!(answers.iter().any(|a| matches!(a, Reply::Refused(Refusal::Slower(_)))));
    }

    fn backups_are_kept_for_their_owner(store) {
        let house = TestCore::over(store).await;
        let two = Two::of(&house).await;
        let (link, other) = (&two.annas.link, &two.berts.link);
        let backup = |kind: &str, version| Backup {
            id: Id([3; 16]), kind: kind.to_owned(), label: "blue notebook".to_owned(), version, sealed: vec![9; 80].into(),
        };
        let put = async |b: Backup| done(link.answer(Op::PutBackup(b)).await);
        assert_eq!(put(backup("guess", 1)).await, Err(malformed("kind")));
        assert_eq!(put(backup("recovery", 2)).await, Err(malformed("version")));
        put(backup("recovery", 1)).await.unwrap();
        put(backup("passkey", 1)).await.unwrap();
        let of = async |link: &Arc<Connection>| match link.answer(Op::Account).await {
            Reply::Account { backups, .. } => backups,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(link).await, [backup("passkey", 1)]);
        assert!(of(other).await.is_empty());
        // The same id is each one's own.
        assert_eq!(done(other.answer(Op::DropBackup { id: Id([3; 16]) }).await), Err(Refusal::NotFound));
        done(link.answer(Op::DropBackup { id: Id([3; 16]) }).await).unwrap();
        assert!(of(link).await.is_empty());
        let how: Vec<_> = house.audit_details(AuditKind::ConversationBackupChanged).await.into_iter().map(|d| d.why.unwrap()).collect();
        assert_eq!(how, ["kept", "kept", "dropped"]);
    }

    fn who_may_not_converse_is_refused_and_that_is_written_down(store) {
        let house = TestCore::over(store).await;
        let vera = house.person("administrator", "Vera", "vera@clinic.example").await;
        let refused = house.connect_conversations(vera.actor.clone()).await.err().unwrap().refusal();
        assert_eq!(refused, denied("missing_permission"));
        assert!(house.audit_kinds().await.contains(&("access.denied".to_owned(), "refused".to_owned())));
        let two = Two::of(&house).await;
        let mut ward = two.anna.actor.clone();
        ward.circumstances.read_only = true;
        let reading = house.connect_conversations(ward).await.unwrap();
        let put = Op::PutAccount { keys: two.annas.account.keys.encode().into() };
        assert_eq!(done(reading.answer(put).await), Err(denied("zone_read_only")));
        assert!(matches!(reading.answer(Op::Account).await, Reply::Account { .. }));
    }
}
