/**
 * What the pages and the worker that keeps the conversations tell each other. The worker holds the keys, the log and the
 * connection (`crates/e2ee`, compiled to WebAssembly); pages ask and show. Mirrors `crates/e2ee/src/client/api.rs`.
 * Ids are UUIDs; times are milliseconds since the epoch.
 */

export type ConversationKind = "direct" | "group" | "patient";
export type MemberRole = "staff" | "patient" | "custodian";

export interface Member {
  person: string;
  name: string;
  function: string;
  role: MemberRole;
  /** False when no member any more. */
  present: boolean;
  /** Whether the account's keys changed since they were last looked at. */
  keys_changed: boolean;
  /** False when the person hasn't opened conversations on any device yet: they can read it once they have. */
  has_device: boolean;
}

export interface Conversation {
  id: string;
  kind: ConversationKind;
  subject: string | null;
  patient: string | null;
  open: boolean;
  /** Whether one is a member now; otherwise what was said until then can still be read. */
  member: boolean;
  unread: number;
  changed_at: number;
  members: Member[];
  /** The last message, for the list. */
  last: { person: string; text: string; at: number; deleted: boolean; files: number; urgent: boolean } | null;
  /** Messages that wait to be sent. */
  waiting: number;
  /** Who is writing now. */
  typing: string[];
}

export interface FileRef {
  id: string;
  name: string;
  media_type: string;
  size: number;
  /** Of a picture or a recording. */
  width?: number;
  height?: number;
  seconds?: number;
}

export interface Reaction {
  emoji: string;
  persons: string[];
}

export interface Reached {
  person: string;
  at: number;
}

export type NoticeKind = "begun" | "added" | "removed" | "left" | "closed" | "reopened" | "subject" | "keys_changed";

export type Item =
  | {
      kind: "message";
      /** The message's own id, the same before and after it was sent. */
      id: string;
      /** Its place in the log; null while it waits to be sent. */
      seq: number | null;
      at: number;
      person: string;
      mine: boolean;
      text: string;
      edited_at: number | null;
      deleted: boolean;
      urgent: boolean;
      reply_to: { id: string; person: string; text: string } | null;
      mentions: string[];
      forwarded_from: { person: string; name: string; at: number } | null;
      files: FileRef[];
      reactions: Reaction[];
      pinned: boolean;
      state: "waiting" | "sent" | "failed" | "unreadable";
      /** Of `failed` a [`CommandError`]; of `unreadable` either `not_genuine`, or `key` when its key isn't here yet. */
      why: string | null;
      /** Only of one's own messages: when it reached whom. */
      delivered: Reached[];
      read: Reached[];
    }
  | { kind: "notice"; id: string; seq: number; at: number; person: string; notice: NoticeKind; persons: string[]; text: string | null };

export interface Pinned {
  id: string;
  person: string;
  text: string;
}

export interface Timeline {
  conversation: string;
  /** Everything that is loaded, oldest first; `older` makes it longer at its beginning. What waits stands last. */
  items: Item[];
  /** Whether there are older ones that aren't loaded. */
  more: boolean;
  /** First unread entry when the conversation was opened. */
  unread_from: number | null;
  /** All that is pinned, the newest last, also what isn't loaded. Left out: only what is loaded can be looked through. */
  pinned?: Pinned[];
}

export interface Device {
  id: string;
  name: string;
  added_at: number;
  seen_at: number;
  removed_at: number | null;
  /** The one that this page runs on. */
  current: boolean;
}

export interface Backup {
  id: string;
  kind: "recovery" | "passkey";
  label: string;
}

/** Where the worker stands. */
export type Status =
  /** Reading what is stored here. */
  | { state: "starting" }
  /** The account has no keys yet: this is the first device. */
  | { state: "new_account" }
  /** The account has keys, this device has none: link it. `ways` are those that can be used. */
  | { state: "new_device"; backups: Backup[]; other_devices: boolean }
  /** Everything is there. */
  | { state: "ready"; online: boolean; me: { person: string; device: string } }
  /** The session ended, or the device was removed. */
  | { state: "over"; reason: "signed_out" | "device_removed" | "other" };

/** Linking a device by comparing numbers. */
export type LinkStatus =
  /** New device: waits for one of the person's other devices. */
  | { state: "waiting" }
  /** Old device: somebody asks to link. */
  | { state: "asked"; name: string }
  /** Both: compare. */
  | { state: "compare"; numbers: string }
  | { state: "done" }
  | { state: "failed"; why: "refused" | "different" | "timeout" | "gone" };

export interface SafetyNumber {
  person: string;
  /** Sixty digits in twelve groups of five. */
  digits: string;
  /** What the QR code holds. */
  code: string;
  changed: boolean;
  devices: number;
}

export interface Hit {
  conversation: string;
  id: string;
  seq: number;
  person: string;
  at: number;
  text: string;
  /** Where the words stand in `text`, in UTF-16 code units: from, until. In order. */
  marks: [number, number][];
}

/** Everything a page can ask. The answer's type stands beside it. */
export interface Commands {
  /** First device of an account: makes its keys, and a backup under the recovery code that is answered. */
  set_up: [{ device_name: string }, { recovery_code: string }];
  /** New device: asks the person's other devices. What becomes of it comes as `link`; again: begins anew. */
  link_begin: [{ device_name: string }, Record<string, never>];
  /** The numbers are the same (or not). On the old device this gives the new one the account's secret. */
  link_decide: [{ same: boolean }, Record<string, never>];
  recover: [{ code: string; device_name: string }, Record<string, never>];
  /** A new recovery code; the old one is void. */
  renew_recovery: [Record<string, never>, { recovery_code: string }];
  /** Who of these people has conversations on any device already; who isn't known is left out. */
  directory: [{ persons: string[] }, { people: { person: string; has_device: boolean }[] }];
  create: [
    { kind: ConversationKind; members: string[]; patient: string | null; subject: string | null },
    { conversation: string },
  ];
  /** Shows a conversation: its newest page comes as `timeline`, and changes of it until `leave_view`. */
  open: [{ conversation: string }, Timeline];
  older: [{ conversation: string }, Timeline];
  leave_view: [{ conversation: string }, Record<string, never>];
  send: [
    {
      conversation: string;
      text: string;
      urgent: boolean;
      reply_to: string | null;
      mentions: string[];
      files: FileRef[];
    },
    { id: string },
  ];
  edit: [{ conversation: string; id: string; text: string }, Record<string, never>];
  delete: [{ conversation: string; id: string }, Record<string, never>];
  react: [{ conversation: string; id: string; emoji: string; on: boolean }, Record<string, never>];
  pin: [{ conversation: string; id: string; on: boolean }, Record<string, never>];
  forward: [{ conversation: string; id: string; to: string }, { id: string }];
  retry: [{ conversation: string; id: string }, Record<string, never>];
  subject: [{ conversation: string; text: string }, Record<string, never>];
  read: [{ conversation: string; seq: number }, Record<string, never>];
  typing: [{ conversation: string }, Record<string, never>];
  add_members: [{ conversation: string; persons: string[] }, Record<string, never>];
  remove_member: [{ conversation: string; person: string }, Record<string, never>];
  leave: [{ conversation: string }, Record<string, never>];
  set_open: [{ conversation: string; open: boolean }, Record<string, never>];
  search: [{ text: string; conversation: string | null }, { hits: Hit[] }];
  devices: [Record<string, never>, { devices: Device[]; backups: Backup[] }];
  rename_device: [{ device: string; name: string }, Record<string, never>];
  remove_device: [{ device: string }, Record<string, never>];
  safety_number: [{ person: string }, SafetyNumber];
  /** The changed keys were looked at. */
  accept_keys: [{ person: string }, Record<string, never>];
}

/** Why a command failed: a stable code, for words of the page's own. */
export type CommandError =
  | "offline"
  | "not_allowed"
  | "not_found"
  | "no_device"
  | "closed"
  | "too_large"
  | "wrong_code"
  | "too_late"
  | "failed";

/** What the worker says unasked. */
export type WorkerEvent =
  | { event: "status"; status: Status }
  | { event: "conversations"; conversations: Conversation[] }
  | { event: "timeline"; timeline: Timeline }
  | { event: "link"; link: LinkStatus };
