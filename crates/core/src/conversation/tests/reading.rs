//! Wraps, receipts, lists, what is said in passing.

use super::*;
use wardpost_e2ee::history;
use wardpost_e2ee::wire::{EpochKey, FLAG_QUIET, FLAG_SUBJECT};

both_engines! {
    fn an_account_keeps_its_own_wraps_in_place_of_what_was_sealed_to_it(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        two.annas.say(id, "one").await.unwrap();
        two.annas.turn(id, &[], &[], &[]).await.unwrap();
        let secret = &two.berts.account.secret;
        let own = |epoch: u64, key: &_| EpochKey {
            epoch, own: true, wrap: history::wrap(secret, id, epoch, key).unwrap().into(),
        };
        let keys = two.berts.keys(id).await;
        let put = async |keys: Vec<EpochKey>| {
            done(two.berts.link.answer(Op::PutKeys { conversation: id, keys }).await)
        };
        put(keys.iter().map(|(epoch, key)| own(*epoch, key)).collect()).await.unwrap();
        let Reply::Keys { keys: kept } = two.berts.link.answer(Op::Keys { conversation: id, from: 2 }).await
        else { panic!() };
        assert!(kept.len() == 1 && kept[0].own);
        assert_eq!(two.berts.read(id).await.len(), 1, "by own wraps");
        assert_eq!(two.annas.read(id).await.len(), 1, "another's are as they were");
        let key = &keys[&1];
        assert_eq!(put(vec![own(3, key)]).await, Err(Refusal::Malformed("epoch".to_owned())));
        assert_eq!(put(vec![EpochKey { own: false, ..own(1, key) }]).await, Err(Refusal::Malformed("own".to_owned())));
        assert_eq!(put(vec![EpochKey { wrap: vec![0; 5000].into(), ..own(1, key) }]).await, Err(Refusal::Malformed("too_large".to_owned())));
    }

    fn receipts_go_on_and_never_back(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Direct).await;
        for _ in 0..3 {
            two.annas.say(id, "x").await.unwrap();
        }
        let berts = two.berts.person();
        let mark = async |seq, read| done(two.berts.link.answer(Op::Mark { conversation: id, seq, read }).await).unwrap();
        assert_eq!(two.berts.listed(id).await.unwrap().unread, 3);
        mark(4, false).await;
        mark(2, true).await;
        mark(2, true).await;
        mark(1, true).await;
        assert_eq!(two.berts.listed(id).await.unwrap().unread, 2);
        mark(99, true).await;
        let listed = two.berts.listed(id).await.unwrap();
        assert_eq!((listed.read, listed.unread), (4, 0));
        let receipts = async |from| match two.annas.link.answer(Op::Receipts { conversation: id, from }).await {
            Reply::Receipts { receipts } => receipts.iter().map(|r| (r.person == berts, r.seq, r.read)).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(receipts(0).await, [(true, 4, false), (true, 2, true), (true, 4, true)]);
        assert_eq!(receipts(3).await, [(true, 4, false), (true, 4, true)]);
        let mut told = Vec::new();
        while told.len() < 3 {
            told.push(until(&two.annas.link, |push| match push {
                Push::Receipt { receipt, .. } => Some((receipt.seq, receipt.read)),
                _ => None,
            }).await);
        }
        assert_eq!(told, [(4, false), (2, true), (4, true)]);
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        assert_eq!(done(coras.link.answer(Op::Mark { conversation: id, seq: 1, read: true }).await), Err(Refusal::NotFound));
    }

    fn the_list_says_what_it_is_called_and_what_is_new(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let quiet = two.begin(Kind::Group).await;
        let id = two.begin(Kind::Group).await;
        let append = async |device: &Device, flags| {
            placed(device.link.answer(Op::Append(Box::new(device.message(id, "x", flags)))).await).unwrap()
        };
        append(&two.annas, FLAG_SUBJECT | FLAG_QUIET).await;
        append(&two.annas, 0).await;
        let named = append(&two.annas, FLAG_SUBJECT | FLAG_QUIET).await;
        append(&two.annas, FLAG_QUIET).await;
        append(&two.berts, 0).await;
        let listed = two.berts.listed(id).await.unwrap();
        assert_eq!((listed.unread, listed.last, listed.first), (1, 6, 1));
        assert_eq!(listed.subject.map(|e| e.seq), Some(named));
        let page = async |before_us, limit| match two.berts.link.answer(Op::Conversations { before_us, limit }).await {
            Reply::Conversations { conversations, more } => (conversations, more),
            other => panic!("{other:?}"),
        };
        let (first, more) = page(None, 1).await;
        assert!(first.len() == 1 && first[0].id == id && more, "changed last");
        let (next, more) = page(Some(first[0].changed_us), 1).await;
        assert!(next.len() == 1 && next[0].id == quiet && !more);
        assert!(page(Some(next[0].changed_us), 1).await.0.is_empty());
        let members: Vec<_> = first[0].members.iter().map(|m| (m.name.as_str(), m.since, m.until)).collect();
        assert!(members.contains(&("Anna", 1, None)) && members.contains(&("Bert", 1, None)));
        let (over_http, _) = house.conversations_of(&two.bert.actor, None, 50).await.unwrap();
        assert_eq!(over_http.len(), 2);
    }

    fn who_writes_is_told_to_the_others_only(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Direct).await;
        done(two.annas.link.answer(Op::Typing { conversation: id }).await).unwrap();
        let who = until(&two.berts.link, |push| match push {
            Push::Typing { conversation, person } => Some((conversation, person)),
            _ => None,
        });
        assert_eq!(who.await, (id, two.annas.person()));
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        assert_eq!(done(coras.link.answer(Op::Typing { conversation: id }).await), Err(Refusal::NotFound));
    }

    fn a_new_device_is_linked_through_ones_own_connections(store) {
        let house = TestCore::over(store).await;
        let two = Two::of(&house).await;
        let (new, _) = connected(&house, &two.anna).await;
        let (mine, answer_to) = (Id([1; 16]), Id([2; 16]));
        let post = |to, from, body: &[u8]| Op::Post { to, from, body: body.to_vec().into() };
        done(new.answer(post(None, mine, b"who is there")).await).unwrap();
        let heard = until(&two.annas.link, |push| match push { Push::Post { from, body } => Some((from, body.to_vec())), _ => None });
        assert_eq!(heard.await, (mine, b"who is there".to_vec()));
        done(two.annas.link.answer(post(Some(mine), answer_to, b"me")).await).unwrap();
        let heard = until(&new, |push| match push { Push::Post { from, body } => Some((from, body.to_vec())), _ => None });
        assert_eq!(heard.await, (answer_to, b"me".to_vec()));
        let large = vec![0; (64 << 10) + 1];
        assert_eq!(done(new.answer(post(None, mine, &large)).await), Err(Refusal::Malformed("too_large".to_owned())));
        let others = tokio::time::timeout(Duration::ZERO, two.berts.link.next());
        assert!(others.await.is_err(), "nothing of it is for anybody else");
    }
}
