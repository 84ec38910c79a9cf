//! Commits: one wins each epoch, they do what they say, and people come and go by them.

use super::*;
use wardpost_model::audit::AuditKind;

both_engines! {
    fn of_two_commits_of_one_epoch_one_wins(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let members = [two.annas.person(), two.berts.person()];
        let mut asked = Vec::new();
        for device in [&mut two.annas, &mut two.berts] {
            let prepared = device.groups.get_mut(&id).unwrap().prepare(&device.key, &[], &[]).unwrap();
            let commit = device.commit_of(id, &prepared, (&[], &[]), &members).await;
            asked.push(device.link.answer(Op::Commit(Box::new(commit))));
        }
        let mut answers: Vec<_> = futures::future::join_all(asked).await.into_iter().map(placed).collect();
        answers.sort_by_key(Result::is_err);
        assert_eq!(answers, [Ok(2), Err(Refusal::Epoch { current: 2 })]);
        assert_eq!(standing(&house, id).await, (2, 2));
    }

    fn a_commit_whose_answer_was_lost_is_answered_again(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let members = [two.annas.person(), two.berts.person()];
        let prepared = two.annas.groups.get_mut(&id).unwrap().prepare(&two.annas.key, &[], &[]).unwrap();
        let commit = Box::new(two.annas.commit_of(id, &prepared, (&[], &[]), &members).await);
        for _ in 0..2 {
            assert_eq!(placed(two.annas.link.answer(Op::Commit(commit.clone())).await), Ok(2));
        }
        let answer = placed(two.berts.link.answer(Op::Commit(commit)).await);
        assert_eq!(answer, Err(Refusal::Denied("client_id".to_owned())));
        assert_eq!(standing(&house, id).await, (2, 2));
    }

    fn foreign_forged_and_false_commits_change_nothing(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let other = two.annas.begin(Kind::Group, &[two.berts.person()], None).await.unwrap();
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        let members = [two.annas.person(), two.berts.person()];
        let prepared = two.annas.groups.get_mut(&id).unwrap().prepare(&two.annas.key, &[], &[]).unwrap();
        let good = two.annas.commit_of(id, &prepared, (&[], &[]), &members).await;
        let foreign = two.annas.groups.get_mut(&other).unwrap().prepare(&two.annas.key, &[], &[]).unwrap();
        let foreign = two.annas.commit_of(id, &foreign, (&[], &[]), &members).await;
        let refused = async |device: &Device, commit: wardpost_e2ee::wire::Commit| {
            placed(device.link.answer(Op::Commit(Box::new(commit))).await).unwrap_err()
        };
        let malformed = |code: &str| Refusal::Malformed(code.to_owned());
        let mut flipped = good.clone();
        let middle = flipped.commit.len() / 2;
        flipped.commit[middle] ^= 1;
        assert!(matches!(refused(&two.annas, flipped).await, Refusal::Malformed(_)));
        let garbage = wardpost_e2ee::wire::Commit { commit: vec![7; 100].into(), ..good.clone() };
        assert_eq!(refused(&two.annas, garbage).await, malformed("form"));
        assert!(matches!(refused(&two.annas, foreign.clone()).await, Refusal::Malformed(_)), "of another group");
        let info = wardpost_e2ee::wire::Commit { group_info: foreign.group_info.clone(), ..good.clone() };
        assert!(matches!(refused(&two.annas, info).await, Refusal::Malformed(_)), "another group's GroupInfo");
        // Genuine, but another's: nobody commits in somebody else's name.
        assert_eq!(refused(&two.berts, good.clone()).await, malformed("device"));
        assert_eq!(refused(&coras, good.clone()).await, Refusal::NotFound);
        let said = |add: &[Id], remove: &[Id]| wardpost_e2ee::wire::Commit {
            add: add.to_vec(), remove: remove.to_vec(), ..good.clone()
        };
        // Says that Bert goes, and leaves his device in the group.
        assert_eq!(refused(&two.annas, said(&[], &[two.berts.person()])).await, malformed("people"));
        assert_eq!(refused(&two.annas, said(&[], &[two.annas.person()])).await, malformed("people"));
        assert_eq!(refused(&two.annas, said(&[], &[coras.person()])).await, malformed("people"));
        assert_eq!(refused(&two.annas, said(&[two.berts.person()], &[])).await, malformed("people"));
        let welcome = wardpost_e2ee::wire::Commit { welcome: Some(vec![1].into()), ..good.clone() };
        assert!(matches!(refused(&two.annas, welcome).await, Refusal::Malformed(_)));
        let keys = wardpost_e2ee::wire::Commit { keys: good.keys[..1].to_vec(), ..good.clone() };
        assert_eq!(refused(&two.annas, keys).await, Refusal::Denied("keys".to_owned()));
        assert_eq!(standing(&house, id).await, (1, 1));
        assert_eq!(placed(two.annas.link.answer(Op::Commit(Box::new(good))).await), Ok(2));
    }

    fn a_device_of_nobody_in_the_conversation_does_not_come_into_the_group(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        let members = [two.annas.person(), two.berts.person()];
        let packages = two.annas.claim(&[coras.person()]).await;
        let prepared = two.annas.groups.get_mut(&id).unwrap().prepare(&two.annas.key, &packages, &[]).unwrap();
        let hidden = two.annas.commit_of(id, &prepared, (&[], &[]), &members).await;
        let answer = placed(two.annas.link.answer(Op::Commit(Box::new(hidden))).await);
        assert_eq!(answer, Err(Refusal::Malformed("people".to_owned())), "nobody comes in unseen");
        two.annas.groups.get_mut(&id).unwrap().discard().unwrap();
        assert_eq!(standing(&house, id).await, (1, 1));
    }

    fn who_goes_reads_what_was_said_until_then_and_who_comes_back_what_is_said_from_then(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let mut coras = phone(&house, &cora).await;
        let id = two.begin(Kind::Group).await;
        two.annas.say(id, "before Cora").await.unwrap();
        assert_eq!(two.annas.turn(id, &[coras.person()], &[], &[]).await, Ok(3));
        coras.join(id).await;
        assert_eq!(coras.say(id, "here I am").await, Ok(4));
        assert_eq!(two.annas.turn(id, &[], &[coras.person()], &[]).await, Ok(5));
        // She can't go on, neither in the old epoch nor by coming back herself.
        assert_eq!(coras.say(id, "and another thing").await, Err(Refusal::NotFound));
        assert_eq!(coras.rejoin(id).await, Err(Refusal::NotFound));
        assert_eq!(two.annas.say(id, "without Cora").await, Ok(6));
        two.annas.turn(id, &[], &[], &[]).await.unwrap();
        let texts = |read: Vec<(u64, Id, String)>| read.into_iter().map(|(_, _, t)| t).collect::<Vec<_>>();
        let seqs = |log: Vec<Entry>| log.iter().map(|e| e.seq).collect::<Vec<_>>();
        assert_eq!(texts(coras.read(id).await), ["here I am"]);
        assert_eq!(seqs(coras.log(id).await.unwrap()), [3, 4, 5]);
        let keys = coras.keys(id).await;
        let mut epochs: Vec<_> = keys.keys().copied().collect();
        epochs.sort_unstable();
        assert_eq!(epochs, [2], "no key of a time when she wasn't in it");
        let listed = coras.listed(id).await.unwrap();
        assert!(!listed.member && listed.last == 5 && listed.first == 3);
        assert_eq!(two.annas.turn(id, &[coras.person()], &[], &[]).await, Ok(8));
        coras.groups.remove(&id);
        coras.join(id).await;
        assert_eq!(coras.say(id, "again").await, Ok(9));
        assert_eq!(seqs(coras.log(id).await.unwrap()), [3, 4, 5, 8, 9]);
        let Reply::Entries { entries, last } =
            coras.link.answer(Op::Fetch { conversation: id, after: 0, before: Some(9), limit: 3 }).await
        else { panic!() };
        assert_eq!((seqs(entries), last), (vec![8, 5, 4], 9), "newest first, over the gap");
        let log = two.annas.log(id).await.unwrap();
        assert_eq!(came_and_went(&log), [(1, 2, 0), (3, 1, 0), (5, 0, 1), (8, 1, 0)]);
        let details = house.audit_details(AuditKind::ConversationMembersChanged).await;
        let told: Vec<_> = details.iter().map(|d| (d.more.get("added"), d.more.get("removed"))).collect();
        let cora = &"Cora".to_owned();
        assert_eq!(told, [(Some(cora), None), (None, Some(cora)), (Some(cora), None)]);
        // Pushed to her were just the entries of her times.
        let mut pushed = numbers_until(&coras.link, id, 9).await;
        pushed.dedup();
        assert_eq!(pushed, [3, 4, 5, 8, 9]);
    }

    fn a_device_that_lost_its_group_joins_from_outside_and_reads_everything(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        two.annas.say(id, "one").await.unwrap();
        two.berts.groups.remove(&id);
        assert_eq!(two.berts.rejoin(id).await, Ok(3));
        two.annas.catch_up(id).await;
        assert_eq!(two.annas.say(id, "two").await, Ok(4));
        assert_eq!(two.berts.say(id, "three").await, Ok(5));
        // A new device was in no epoch before this one, and reads all of them.
        let mut tablet = second(&house, &two.bert, &two.berts).await;
        assert_eq!(tablet.rejoin(id).await, Ok(6));
        let read = tablet.read(id).await;
        assert_eq!(read.iter().map(|(_, _, t)| t.as_str()).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert_eq!(came_and_went(&tablet.log(id).await.unwrap()), [(1, 2, 0)], "devices are no people");
    }

    fn between_two_nobody_comes_or_goes(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        let id = two.begin(Kind::Direct).await;
        let denied = Err(Refusal::Denied("direct".to_owned()));
        assert_eq!(two.annas.turn(id, &[coras.person()], &[], &[]).await, denied);
        let berts = two.berts.person();
        assert_eq!(two.annas.turn(id, &[], &[berts], &[]).await, denied);
        let leave = Op::Leave { conversation: id };
        assert_eq!(done(two.berts.link.answer(leave).await).map(|()| 0), denied);
        assert_eq!(two.annas.turn(id, &[], &[], &[]).await, Ok(2), "new keys are no change of people");
    }

    fn who_leaves_is_out_at_once_and_their_devices_with_the_next_commit(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        two.annas.say(id, "one").await.unwrap();
        done(two.berts.link.answer(Op::Leave { conversation: id }).await).unwrap();
        let (annas, berts) = (two.annas.person(), two.berts.person());
        assert_eq!(two.annas.members(id).await, [annas]);
        assert_eq!(two.berts.say(id, "still here").await, Err(Refusal::NotFound));
        assert_eq!(done(two.berts.link.answer(Op::Leave { conversation: id }).await), Err(Refusal::NotFound));
        let device = two.berts.device();
        assert_eq!(two.annas.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
        // A turn that leaves it in is taken, and doesn't help.
        assert_eq!(two.annas.turn(id, &[], &[], &[]).await, Ok(3));
        assert_eq!(two.annas.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(two.annas.turn(id, &[], &[], &[device]).await, Ok(4));
        assert_eq!(two.annas.say(id, "two").await, Ok(5));
        let log = two.annas.log(id).await.unwrap();
        assert_eq!(log.iter().find(|e| e.seq == 4).unwrap().removed, [berts], "the log says who went");
        assert_eq!(two.berts.log(id).await.unwrap().len(), 2);
    }

    fn who_is_disabled_writes_no_more_and_goes_by_the_next_commit(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let vera = house.person("administrator", "Vera", "vera@clinic.example").await;
        house.person("administrator", "Wim", "wim@clinic.example").await;
        let id = two.begin(Kind::Group).await;
        two.berts.say(id, "one").await.unwrap();
        house.disable_person(&vera.actor, two.bert.id()).await.unwrap();
        // By the connection that he still has.
        let device = two.berts.device();
        assert_eq!(two.berts.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(two.annas.say(id, "two").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(two.annas.turn(id, &[], &[], &[device]).await, Ok(3));
        assert_eq!(two.annas.say(id, "two").await, Ok(4));
        assert_eq!(two.berts.say(id, "three").await, Err(Refusal::NotFound));
        let annas = two.annas.person();
        assert_eq!(two.annas.members(id).await, [annas], "he is no member any more");
        assert_eq!(came_and_went(&two.annas.log(id).await.unwrap()), [(1, 2, 0), (3, 0, 1)]);
    }

    fn a_closed_conversation_takes_nothing_until_it_is_opened_again(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let set = async |open| done(two.berts.link.answer(Op::SetOpen { conversation: id, open }).await).unwrap();
        set(false).await;
        set(false).await;
        assert_eq!(two.annas.say(id, "x").await, Err(Refusal::Denied("closed".to_owned())));
        assert!(!two.annas.listed(id).await.unwrap().open);
        set(true).await;
        assert_eq!(two.annas.say(id, "x").await, Ok(4));
        assert_eq!(numbers_until(&two.annas.link, id, 4).await, [1, 2, 3, 4]);
        let kinds = house.audit_kinds().await;
        let told: Vec<_> = kinds.iter().filter(|(k, _)| k.starts_with("conversation.")).map(|(k, _)| &k[13..]).collect();
        assert_eq!(told, ["created", "closed", "reopened"]);
    }

    fn a_conversation_begins_only_with_a_group_of_its_people(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let vera = house.person("administrator", "Vera", "vera@clinic.example").await;
        let coras = phone(&house, &cora).await;
        let (a, b, c) = (two.annas.person(), two.berts.person(), coras.person());
        let refused = async |create: wardpost_e2ee::wire::Create| {
            done(two.annas.link.answer(Op::Create(Box::new(create))).await).unwrap_err()
        };
        let malformed = |code: &str| Refusal::Malformed(code.to_owned());
        let (good, _) = two.annas.beginning(Kind::Group, &[a, b], None).await;
        let with = |members: &[Id]| wardpost_e2ee::wire::Create { members: members.to_vec(), ..good.clone() };
        assert_eq!(refused(with(&[a])).await, malformed("members"));
        assert_eq!(refused(with(&[b, c])).await, malformed("members"), "not without who begins it");
        assert_eq!(refused(with(&[a, c])).await, malformed("group"), "Bert's device is in the group");
        assert_eq!(refused(with(&[a, b, wired(&vera)])).await, Refusal::Denied("member".to_owned()));
        assert_eq!(refused(with(&[a, b, Id([9; 16])])).await, Refusal::Denied("member".to_owned()));
        assert_eq!(refused(wardpost_e2ee::wire::Create { kind: Kind::Direct, ..with(&[a, b, c]) }).await, malformed("members"));
        assert_eq!(refused(wardpost_e2ee::wire::Create { keys: vec![], ..good.clone() }).await, Refusal::Denied("keys".to_owned()));
        assert_eq!(refused(wardpost_e2ee::wire::Create { welcome: None, ..good.clone() }).await, malformed("welcome"));
        let renamed = wardpost_e2ee::wire::Create { conversation: Id([5; 16]), ..good.clone() };
        assert_eq!(refused(renamed).await, malformed("refused"), "a group of another conversation");
        let patient = wardpost_e2ee::wire::Create { patient: Some(Id([5; 16])), ..good.clone() };
        assert_eq!(refused(patient).await, Refusal::NotFound);
        // A group that another made, and into which she was only invited.
        let (stolen, _) = coras.beginning(Kind::Group, &[a, c], None).await;
        assert_eq!(refused(stolen).await, malformed("welcome"));
        let ask = |device: &Device| device.link.answer(Op::Create(Box::new(good.clone())));
        done(ask(&two.annas).await).unwrap();
        done(ask(&two.annas).await).expect("whose answer was lost");
        assert_eq!(done(ask(&two.berts).await), Err(malformed("conversation")));
        assert_eq!(standing(&house, good.conversation).await, (1, 1));
        two.berts.join(good.conversation).await;
    }

    fn who_has_no_device_yet_is_a_member_and_comes_in_later(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let members = [two.berts.person(), wired(&cora)];
        let id = two.annas.begin(Kind::Group, &members, None).await.unwrap();
        two.annas.say(id, "one").await.unwrap();
        let mut coras = phone(&house, &cora).await;
        assert_eq!(coras.rejoin(id).await, Ok(3));
        two.annas.catch_up(id).await;
        assert_eq!(two.annas.say(id, "two").await, Ok(4));
        assert_eq!(coras.say(id, "three").await, Ok(5));
        let epochs = coras.keys(id).await;
        assert!(epochs.contains_key(&2) && !epochs.contains_key(&1));
    }
}
