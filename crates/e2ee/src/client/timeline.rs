//! From the log to what is shown: edits, reactions, pins and receipts brought to the messages that they are about.

use super::api::{
    FileRef, ForwardedFrom, Item, Message, Notice, NoticeKind, Quoted, Reached, Reaction, Sent, Timeline,
};
use super::room::{Outgoing, Room, Seen, Unread};
use crate::Id;
use crate::content::{Content, Text};
use crate::wire::{EntryKind, FLAG_URGENT, Receipt};
use std::collections::{BTreeMap, HashMap};

/// What later entries say of a message.
#[derive(Default)]
struct Marks {
    edit: Option<(String, Vec<Id>, i64)>,
    deleted: bool,
    pinned: bool,
    reactions: BTreeMap<String, Vec<Id>>,
}

/// Milliseconds of microseconds.
const fn ms(us: i64) -> i64 {
    us.div_euclid(1000)
}

/// What is loaded of a conversation, as it is shown to `me`.
pub(super) fn timeline(room: &Room, me: Id) -> Timeline {
    let marks = marks(room, me);
    let mut items: Vec<Item> = room.entries.values().filter_map(|seen| item(room, seen, me, &marks)).collect();
    for out in room.outbox.iter().filter(|o| matches!(o.content, Content::Text(_))) {
        let known = items.iter().any(|i| matches!(i, Item::Message(m) if m.id == out.client_id));
        if !known {
            items.extend(waiting(room, out, me, &marks));
        }
    }
    Timeline {
        conversation: room.summary.id,
        items,
        more: room.low > room.summary.first.max(1),
        unread_from: room.unread_from,
    }
}

/// The text that a message has now, for lists and quotes: empty when it was taken back or can't be read.
pub(super) fn text_now(room: &Room, seen: &Seen) -> (String, bool) {
    let Ok(Content::Text(text)) = &seen.content else { return (String::new(), false) };
    let mut now = (text.text.clone(), false);
    for (_, person, content) in annotations(room) {
        if person != seen.entry.person {
            continue;
        }
        match content {
            Content::Edit { of, text, .. } if *of == seen.entry.client_id => now.0.clone_from(text),
            Content::Delete { of } if *of == seen.entry.client_id => return (String::new(), true),
            _ => {}
        }
    }
    now
}

/// What was said about other messages: of the log, and of what waits to be sent; with time in microseconds and person.
fn annotations(room: &Room) -> impl Iterator<Item = (i64, Id, &Content)> {
    room.entries.values().filter_map(|s| Some((s.entry.at_us, s.entry.person, s.content.as_ref().ok()?)))
}

fn marks(room: &Room, me: Id) -> HashMap<Id, Marks> {
    let authors: HashMap<Id, Id> = room
        .entries
        .values()
        .filter(|s| s.entry.kind == EntryKind::Message)
        .map(|s| (s.entry.client_id, s.entry.person))
        .chain(room.outbox.iter().map(|o| (o.client_id, me)))
        .collect();
    let waiting = room.outbox.iter().filter(|o| !o.failed).map(|o| (o.at_us, me, &o.content));
    let mut marks: HashMap<Id, Marks> = HashMap::new();
    for (at_us, person, content) in annotations(room).chain(waiting) {
        match content {
            // Only who wrote it may change it.
            Content::Edit { of, text, mentions } if authors.get(of) == Some(&person) => {
                marks.entry(*of).or_default().edit = Some((text.clone(), mentions.clone(), at_us));
            }
            Content::Delete { of } if authors.get(of) == Some(&person) => marks.entry(*of).or_default().deleted = true,
            Content::Pin { of, on } => marks.entry(*of).or_default().pinned = *on,
            Content::Reaction { of, emoji, on } => {
                let persons = marks.entry(*of).or_default().reactions.entry(emoji.clone()).or_default();
                persons.retain(|p| *p != person);
                if *on {
                    persons.push(person);
                }
            }
            _ => {}
        }
    }
    marks
}

fn item(room: &Room, seen: &Seen, me: Id, marks: &HashMap<Id, Marks>) -> Option<Item> {
    let entry = &seen.entry;
    let notice = |notice, persons: Vec<Id>, text| {
        Some(Item::Notice(Notice {
            id: entry.client_id,
            seq: entry.seq,
            at: ms(entry.at_us),
            person: entry.person,
            notice,
            persons,
            text,
        }))
    };
    match entry.kind {
        EntryKind::Closed => notice(NoticeKind::Closed, Vec::new(), None),
        EntryKind::Reopened => notice(NoticeKind::Reopened, Vec::new(), None),
        EntryKind::Commit if entry.seq == 1 => notice(NoticeKind::Begun, entry.added.clone(), None),
        EntryKind::Commit if !entry.added.is_empty() => notice(NoticeKind::Added, entry.added.clone(), None),
        EntryKind::Commit if entry.removed == [entry.person] => notice(NoticeKind::Left, Vec::new(), None),
        EntryKind::Commit if !entry.removed.is_empty() => notice(NoticeKind::Removed, entry.removed.clone(), None),
        EntryKind::Commit => None,
        EntryKind::Message => match &seen.content {
            Ok(Content::Text(text)) => {
                let mut message = message(room, entry.client_id, entry.person, entry.at_us, text, marks);
                message.seq = Some(entry.seq);
                message.mine = entry.person == me;
                message.urgent = entry.flags & FLAG_URGENT != 0;
                if message.mine {
                    (message.delivered, message.read) = reached(room, entry.seq, me);
                }
                Some(Item::Message(Box::new(message)))
            }
            Ok(Content::Subject { text }) => notice(NoticeKind::Subject, Vec::new(), Some(text.clone())),
            Ok(Content::Unknown) => Some(unreadable(seen, me, "newer")),
            Ok(_) | Err(Unread::NoMessage) => None,
            Err(why) => Some(unreadable(seen, me, why.code())),
        },
    }
}

fn unreadable(seen: &Seen, me: Id, why: &'static str) -> Item {
    let mut message = blank(seen.entry.client_id, seen.entry.person, seen.entry.at_us);
    message.seq = Some(seen.entry.seq);
    message.mine = seen.entry.person == me;
    message.state = Sent::Unreadable;
    message.why = Some(why);
    Item::Message(Box::new(message))
}

fn waiting(room: &Room, out: &Outgoing, me: Id, marks: &HashMap<Id, Marks>) -> Option<Item> {
    let Content::Text(text) = &out.content else { return None };
    let mut message = message(room, out.client_id, me, out.at_us, text, marks);
    message.mine = true;
    message.urgent = out.flags & FLAG_URGENT != 0;
    message.seq = out.seq;
    message.state = match (out.failed, out.seq) {
        (true, _) => Sent::Failed,
        (false, Some(_)) => Sent::Sent,
        (false, None) => Sent::Waiting,
    };
    Some(Item::Message(Box::new(message)))
}

fn blank(id: Id, person: Id, at_us: i64) -> Message {
    Message {
        id,
        seq: None,
        at: ms(at_us),
        person,
        mine: false,
        text: String::new(),
        edited_at: None,
        deleted: false,
        urgent: false,
        reply_to: None,
        mentions: Vec::new(),
        forwarded_from: None,
        files: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        state: Sent::Sent,
        why: None,
        delivered: Vec::new(),
        read: Vec::new(),
    }
}

fn message(room: &Room, id: Id, person: Id, at_us: i64, text: &Text, marks: &HashMap<Id, Marks>) -> Message {
    let mut message = blank(id, person, at_us);
    let marks = marks.get(&id);
    if marks.is_some_and(|m| m.deleted) {
        message.deleted = true;
        return message;
    }
    message.text.clone_from(&text.text);
    message.mentions.clone_from(&text.mentions);
    message.files = text.files.iter().map(file_ref).collect();
    message.reply_to = text.reply_to.map(|id| quoted(room, id));
    message.forwarded_from =
        text.forwarded_from.as_ref().map(|f| ForwardedFrom { person: f.person, name: f.name.clone(), at: ms(f.at_us) });
    let Some(marks) = marks else { return message };
    if let Some((text, mentions, at_us)) = &marks.edit {
        message.text.clone_from(text);
        message.mentions.clone_from(mentions);
        message.edited_at = Some(ms(*at_us));
    }
    message.pinned = marks.pinned;
    message.reactions = marks
        .reactions
        .iter()
        .filter(|(_, persons)| !persons.is_empty())
        .map(|(emoji, persons)| Reaction { emoji: emoji.clone(), persons: persons.clone() })
        .collect();
    message
}

fn quoted(room: &Room, id: Id) -> Quoted {
    let of = room.entries.values().find(|s| s.entry.client_id == id && s.entry.kind == EntryKind::Message);
    match of {
        Some(seen) => Quoted { id, person: seen.entry.person, text: shortened(&text_now(room, seen).0, 140) },
        // It isn't loaded: the quote leads there all the same.
        None => Quoted { id, person: Id::default(), text: String::new() },
    }
}

/// The beginning of a text, in characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

pub(super) fn file_ref(file: &crate::content::File) -> FileRef {
    FileRef {
        id: file.id,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        width: file.width,
        height: file.height,
        seconds: file.seconds,
    }
}

/// To whom an entry of mine came, and who read it: the first receipt that covers it.
fn reached(room: &Room, seq: u64, me: Id) -> (Vec<Reached>, Vec<Reached>) {
    let of = |person: Id, read: bool| {
        let covers = |r: &&Receipt| r.person == person && r.seq >= seq && (r.read || !read);
        room.receipts.iter().filter(covers).map(|r| r.at_us).min().map(|at| Reached { person, at: ms(at) })
    };
    let others = || room.summary.members.iter().map(|m| m.person).filter(|p| *p != me);
    (others().filter_map(|p| of(p, false)).collect(), others().filter_map(|p| of(p, true)).collect())
}
