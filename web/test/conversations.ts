/** Conversations in memory: one house, a client for each device, with the same answers and events as the worker's. */

import { CommandFailure, type ConversationsClient } from "@/conversations/client";
import type {
  Backup,
  CommandError,
  Commands,
  Conversation,
  ConversationKind,
  Device,
  Item,
  LinkStatus,
  Member,
  MemberRole,
  NoticeKind,
  Reached,
  Status,
  Timeline,
  WorkerEvent,
} from "@/conversations/protocol";

type Name = keyof Commands;
type MessageItem = Extract<Item, { kind: "message" }>;

interface Person {
  id: string;
  name: string;
  function: string;
  role: MemberRole;
  hasDevice: boolean;
  keysChanged: boolean;
  devices: Device[];
  backups: Backup[];
  code: string;
}

interface Stored {
  id: string;
  seq: number;
  at: number;
  person: string;
  text: string;
  edited: number | null;
  deleted: boolean;
  urgent: boolean;
  replyTo: string | null;
  mentions: string[];
  from: MessageItem["forwarded_from"];
  pinned: boolean;
  reactions: Map<string, Set<string>>;
}
type Entry = ({ kind: "message" } & Stored) | Extract<Item, { kind: "notice" }>;

interface Room {
  id: string;
  kind: ConversationKind;
  subject: string | null;
  patient: string | null;
  open: boolean;
  changed: number;
  /** Since which entry, and until which. */
  members: Map<string, { since: number; until: number | null }>;
  log: Entry[];
  delivered: Map<string, { seq: number; at: number }[]>;
  read: Map<string, { seq: number; at: number }[]>;
  typing: Set<string>;
}

const PAGE = 40;
export const NUMBERS = "48 15 16 23";
export const CODE = "KTGN-7QXW-3M2P-HV9R";

export class House {
  readonly people = new Map<string, Person>();
  readonly rooms = new Map<string, Room>();
  readonly clients: MemoryClient[] = [];
  #next = 1;

  id = (kind: string): string => `${kind}-${this.#next++}`;

  person(id: string, name: string, work = "", more: Partial<Person> = {}): Person {
    const made: Person = { id, name, function: work, role: "staff", hasDevice: true, keysChanged: false, devices: [], backups: [], code: CODE, ...more };
    this.people.set(id, made);
    return made;
  }

  /** A device of somebody. */
  client(person: string, state: "ready" | "new_account" | "new_device" = "ready"): MemoryClient {
    const made = new MemoryClient(this, person, state);
    this.clients.push(made);
    return made;
  }

  begin(by: string, members: readonly string[], more: Partial<Pick<Room, "kind" | "subject" | "patient">> = {}): Room {
    const room: Room = {
      id: this.id("room"),
      kind: members.length > 1 ? "group" : "direct",
      subject: null,
      patient: null,
      open: true,
      changed: Date.now(),
      members: new Map([by, ...members].map((one) => [one, { since: 1, until: null }])),
      log: [],
      delivered: new Map(),
      read: new Map(),
      typing: new Set(),
      ...more,
    };
    this.rooms.set(room.id, room);
    this.notice(room, by, "begun", [...members]);
    return room;
  }

  notice(room: Room, person: string, notice: NoticeKind, persons: string[] = [], text: string | null = null): void {
    const seq = room.log.length + 1;
    room.log.push({ kind: "notice", id: this.id("notice"), seq, at: Date.now(), person, notice, persons, text });
    room.changed = Date.now();
    this.tell(room);
  }

  /** Adds a message to the log: the second with the same id is the first. */
  append(room: Room, person: string, text: string, more: Partial<Stored> = {}): Stored {
    const id = more.id ?? this.id("message");
    const known = room.log.find((one): one is { kind: "message" } & Stored => one.kind === "message" && one.id === id);
    if (known) return known;
    const made = {
      kind: "message" as const,
      id,
      at: Date.now(),
      person,
      text,
      edited: null,
      deleted: false,
      urgent: false,
      replyTo: null,
      mentions: [],
      from: null,
      pinned: false,
      reactions: new Map<string, Set<string>>(),
      ...more,
      seq: room.log.length + 1,
    };
    room.log.push(made);
    room.changed = made.at;
    room.typing.delete(person);
    this.reach(room, "read", person, made.seq);
    this.tell(room);
    return made;
  }

  reach(room: Room, what: "delivered" | "read", person: string, seq: number): void {
    const list = room[what].get(person) ?? [];
    if ((list.at(-1)?.seq ?? 0) >= seq) return;
    room[what].set(person, [...list, { seq, at: Date.now() }]);
  }

  tell(room: Room): void {
    for (const one of this.clients) if (one.online && one.ready) this.reach(room, "delivered", one.person, room.log.length);
    for (const one of this.clients) one.changed(room.id);
  }
}

export class MemoryClient implements ConversationsClient {
  online = true;
  /** Commands that fail, and how. */
  readonly faults = new Map<Name, CommandError>();
  /** Every command, as it came. */
  readonly asked: { name: Name; args: unknown }[] = [];
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #views = new Map<string, number>();
  readonly #unreadFrom = new Map<string, number | null>();
  #waiting: { room: string; message: MessageItem }[] = [];
  #status: Status;
  #list: Conversation[] = [];
  readonly device: string;

  constructor(
    readonly house: House,
    readonly person: string,
    state: "ready" | "new_account" | "new_device",
  ) {
    this.device = house.id("device");
    const { devices, backups } = this.#self;
    this.#status =
      state === "ready"
        ? this.#readyStatus()
        : state === "new_account"
          ? { state }
          : { state, backups: [...backups], other_devices: devices.some((one) => one.removed_at === null) };
    if (state === "ready") this.#enter("This browser");
    this.#list = this.#lines();
  }

  get ready(): boolean {
    return this.#status.state === "ready";
  }

  get #self(): Person {
    const found = this.house.people.get(this.person);
    if (!found) throw new Error(`nobody is ${this.person}`);
    return found;
  }

  subscribe(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  status = (): Status => this.#status;
  conversations = (): Conversation[] => this.#list;

  async command<N extends Name>(name: N, args: Commands[N][0]): Promise<Commands[N][1]> {
    this.asked.push({ name, args });
    await Promise.resolve();
    const fault = this.faults.get(name);
    if (fault) throw new CommandFailure(fault);
    const act = this.#acts[name] as (args: Commands[N][0]) => Commands[N][1];
    return act(args);
  }

  /** Loses the connection, or finds it again and sends what waited. */
  setOnline(online: boolean): void {
    this.online = online;
    if (this.ready) this.#setStatus(this.#readyStatus());
    if (!online) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { room, message } of waiting) this.#put(this.#room(room), message);
    for (const room of this.house.rooms.values()) this.house.tell(room);
  }

  link(link: LinkStatus): void {
    this.#say({ event: "link", link });
  }

  changed(room: string): void {
    if (!this.ready) return;
    this.#list = this.#lines();
    this.#say({ event: "conversations", conversations: this.#list });
    if (this.#views.has(room)) this.#say({ event: "timeline", timeline: this.#timeline(this.#room(room)) });
  }

  /** The device is removed, or the session ends. */
  end(reason: "signed_out" | "device_removed" | "other"): void {
    this.#setStatus({ state: "over", reason });
  }

  #readyStatus(): Status {
    return { state: "ready", online: this.online, me: { person: this.person, device: this.device } };
  }

  #setStatus(status: Status): void {
    this.#status = status;
    this.#say({ event: "status", status });
  }

  #say(event: WorkerEvent): void {
    for (const one of this.#listeners) one(event);
  }

  #enter(name: string): void {
    const now = Date.now();
    this.#self.hasDevice = true;
    this.#self.devices.push({ id: this.device, name, added_at: now, seen_at: now, removed_at: null, current: false });
  }

  /** This device has the keys from now on, and with them all that was said. */
  #getKeys(name: string): void {
    this.#enter(name);
    this.#setStatus(this.#readyStatus());
    this.#list = this.#lines();
    this.#say({ event: "conversations", conversations: this.#list });
  }

  #room(id: string): Room {
    const found = this.house.rooms.get(id);
    if (!found?.members.has(this.person)) throw new CommandFailure("not_found");
    return found;
  }

  #writable(id: string): Room {
    const room = this.#room(id);
    if (room.members.get(this.person)?.until !== null) throw new CommandFailure("not_allowed");
    if (!room.open) throw new CommandFailure("closed");
    return room;
  }

  #connected(): void {
    if (!this.online) throw new CommandFailure("offline");
  }

  #message(room: Room, id: string): { kind: "message" } & Stored {
    const found = room.log.find((one): one is { kind: "message" } & Stored => one.kind === "message" && one.id === id);
    if (!found) throw new CommandFailure("not_found");
    return found;
  }

  #visible(room: Room): Entry[] {
    const { since, until } = room.members.get(this.person) ?? { since: Infinity, until: 0 };
    return room.log.filter((one) => one.seq >= since && (until === null || one.seq <= until));
  }

  #unread(room: Room): Entry[] {
    const read = room.read.get(this.person)?.at(-1)?.seq ?? 0;
    return this.#visible(room).filter((one) => one.kind === "message" && !one.deleted && one.person !== this.person && one.seq > read);
  }

  #members(room: Room): Member[] {
    return [...room.members].flatMap(([id, { until }]) => {
      const one = this.house.people.get(id);
      return one
        ? [{ person: id, name: one.name, function: one.function, role: one.role, present: until === null, keys_changed: one.keysChanged, has_device: one.hasDevice }]
        : [];
    });
  }

  #lines(): Conversation[] {
    return [...this.house.rooms.values()]
      .filter((room) => room.members.has(this.person))
      .map((room) => {
        const last = [...this.#visible(room)].reverse().find((one) => one.kind === "message");
        const mine = this.#waiting.filter((one) => one.room === room.id).at(-1)?.message;
        return {
          id: room.id,
          kind: room.kind,
          subject: room.subject,
          patient: room.patient,
          open: room.open,
          member: room.members.get(this.person)?.until === null,
          unread: this.#unread(room).length,
          changed_at: mine?.at ?? room.changed,
          members: this.#members(room),
          last: mine
            ? { person: this.person, text: mine.text, at: mine.at, deleted: false, files: 0, urgent: mine.urgent }
            : last?.kind === "message"
              ? { person: last.person, text: last.text, at: last.at, deleted: last.deleted, files: 0, urgent: last.urgent }
              : null,
          waiting: this.#waiting.filter((one) => one.room === room.id).length,
          typing: [...room.typing],
        };
      })
      .sort((a, b) => b.changed_at - a.changed_at);
  }

  #item(room: Room, entry: Entry): Item {
    if (entry.kind === "notice") return entry;
    const quoted = entry.replyTo === null ? undefined : room.log.find((one) => one.kind === "message" && one.id === entry.replyTo);
    const reached = (what: "delivered" | "read"): Reached[] =>
      entry.person !== this.person
        ? []
        : [...room[what]].flatMap(([person, list]) => {
            const at = list.find((one) => one.seq >= entry.seq)?.at;
            return at === undefined || person === this.person ? [] : [{ person, at }];
          });
    return {
      kind: "message",
      id: entry.id,
      seq: entry.seq,
      at: entry.at,
      person: entry.person,
      mine: entry.person === this.person,
      text: entry.deleted ? "" : entry.text,
      edited_at: entry.edited,
      deleted: entry.deleted,
      urgent: entry.urgent,
      reply_to: quoted?.kind === "message" ? { id: quoted.id, person: quoted.person, text: quoted.deleted ? "" : quoted.text } : null,
      mentions: entry.mentions,
      forwarded_from: entry.from,
      files: [],
      reactions: [...entry.reactions].filter(([, who]) => who.size > 0).map(([emoji, who]) => ({ emoji, persons: [...who] })),
      pinned: entry.pinned,
      state: "sent",
      why: null,
      delivered: reached("delivered"),
      read: reached("read"),
    };
  }

  #timeline(room: Room): Timeline {
    const entries = this.#visible(room);
    const loaded = this.#views.get(room.id) ?? PAGE;
    return {
      conversation: room.id,
      items: [
        ...entries.slice(-loaded).map((one) => this.#item(room, one)),
        ...this.#waiting.filter((one) => one.room === room.id).map((one) => one.message),
      ],
      more: entries.length > loaded,
      unread_from: this.#unreadFrom.get(room.id) ?? null,
      pinned: entries.flatMap((one) => (one.kind === "message" && one.pinned && !one.deleted ? [{ id: one.id, person: one.person, text: one.text }] : [])),
    };
  }

  #put(room: Room, message: MessageItem): void {
    const { id, text, urgent, mentions, at } = message;
    this.house.append(room, this.person, text, { id, urgent, mentions, at, replyTo: message.reply_to?.id ?? null });
  }

  /** Before a shared entry: `open` may be asked for anything that one has ever been in. */
  readonly #acts: { [N in Name]: (args: Commands[N][0]) => Commands[N][1] } = {
    set_up: ({ device_name }) => {
      this.#connected();
      this.#self.backups = [{ id: this.house.id("backup"), kind: "recovery", label: "" }];
      this.#getKeys(device_name);
      return { recovery_code: this.#self.code };
    },
    link_begin: ({ device_name }) => {
      this.#connected();
      this.link({ state: "waiting" });
      for (const other of this.#others()) other.link({ state: "asked", name: device_name });
      this.#asked = device_name;
      return {};
    },
    link_decide: ({ same }) => {
      const others = this.#others();
      if (!same) {
        this.link({ state: "failed", why: "different" });
        for (const other of others) other.link({ state: "failed", why: this.ready ? "refused" : "different" });
        return {};
      }
      this.#decided = true;
      const pair = [this, ...others];
      const fresh = pair.find((one) => one.#asked !== undefined);
      if (fresh && others.some((one) => one.#decided)) {
        for (const one of pair) one.link({ state: "done" });
        fresh.#getKeys(fresh.#asked ?? "");
        for (const one of pair) one.#decided = false;
      }
      return {};
    },
    recover: ({ code, device_name }) => {
      this.#connected();
      const plain = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
      if (plain(code) !== plain(this.#self.code)) throw new CommandFailure("wrong_code");
      this.#getKeys(device_name);
      return {};
    },
    renew_recovery: () => {
      this.#connected();
      this.#self.code = `${CODE.slice(0, -4)}NEW2`;
      this.#self.backups = [{ id: this.house.id("backup"), kind: "recovery", label: "" }];
      return { recovery_code: this.#self.code };
    },
    directory: ({ persons }) => {
      this.#connected();
      return {
        people: persons.flatMap((id) => {
          const one = this.house.people.get(id);
          return one ? [{ person: id, has_device: one.hasDevice }] : [];
        }),
      };
    },
    create: ({ kind, members, patient, subject }) => {
      this.#connected();
      const room = this.house.begin(this.person, members, { kind, patient, subject });
      return { conversation: room.id };
    },
    open: ({ conversation }) => {
      const room = this.#room(conversation);
      this.#views.set(conversation, PAGE);
      this.#unreadFrom.set(conversation, this.#unread(room)[0]?.seq ?? null);
      return this.#timeline(room);
    },
    older: ({ conversation }) => {
      this.#views.set(conversation, (this.#views.get(conversation) ?? PAGE) + PAGE);
      return this.#timeline(this.#room(conversation));
    },
    leave_view: ({ conversation }) => {
      this.#views.delete(conversation);
      return {};
    },
    send: ({ conversation, text, urgent, reply_to, mentions }) => {
      const room = this.#writable(conversation);
      const quoted = reply_to === null ? undefined : this.#message(room, reply_to);
      const message: MessageItem = {
        kind: "message",
        id: this.house.id("message"),
        seq: null,
        at: Date.now(),
        person: this.person,
        mine: true,
        text,
        edited_at: null,
        deleted: false,
        urgent,
        reply_to: quoted ? { id: quoted.id, person: quoted.person, text: quoted.text } : null,
        mentions,
        forwarded_from: null,
        files: [],
        reactions: [],
        pinned: false,
        state: "waiting",
        why: null,
        delivered: [],
        read: [],
      };
      if (this.online) this.#put(room, message);
      else {
        this.#waiting.push({ room: conversation, message });
        this.changed(conversation);
      }
      return { id: message.id };
    },
    edit: ({ conversation, id, text }) => {
      this.#connected();
      const room = this.#writable(conversation);
      const message = this.#message(room, id);
      if (message.person !== this.person) throw new CommandFailure("not_allowed");
      Object.assign(message, { text, edited: Date.now() });
      this.house.tell(room);
      return {};
    },
    delete: ({ conversation, id }) => {
      const before = this.#waiting.length;
      this.#waiting = this.#waiting.filter((one) => one.message.id !== id);
      if (this.#waiting.length < before) {
        this.changed(conversation);
        return {};
      }
      this.#connected();
      const room = this.#writable(conversation);
      const message = this.#message(room, id);
      if (message.person !== this.person) throw new CommandFailure("not_allowed");
      message.deleted = true;
      this.house.tell(room);
      return {};
    },
    react: ({ conversation, id, emoji, on }) => {
      this.#connected();
      const room = this.#writable(conversation);
      const { reactions } = this.#message(room, id);
      const who = reactions.get(emoji) ?? new Set();
      if (on) who.add(this.person);
      else who.delete(this.person);
      reactions.set(emoji, who);
      this.house.tell(room);
      return {};
    },
    pin: ({ conversation, id, on }) => {
      this.#connected();
      const room = this.#writable(conversation);
      this.#message(room, id).pinned = on;
      this.house.tell(room);
      return {};
    },
    forward: ({ conversation, id, to }) => {
      this.#connected();
      const message = this.#message(this.#room(conversation), id);
      const from = { person: message.person, name: this.house.people.get(message.person)?.name ?? "", at: message.at };
      return { id: this.house.append(this.#writable(to), this.person, message.text, { from }).id };
    },
    retry: ({ conversation, id }) => {
      this.#connected();
      const waits = this.#waiting.find((one) => one.message.id === id);
      if (!waits) throw new CommandFailure("not_found");
      this.#waiting = this.#waiting.filter((one) => one !== waits);
      this.#put(this.#writable(conversation), waits.message);
      return {};
    },
    subject: ({ conversation, text }) => {
      this.#connected();
      const room = this.#writable(conversation);
      room.subject = text || null;
      this.house.notice(room, this.person, "subject", [], text);
      return {};
    },
    read: ({ conversation, seq }) => {
      const room = this.#room(conversation);
      this.house.reach(room, "read", this.person, seq);
      this.house.tell(room);
      return {};
    },
    typing: ({ conversation }) => {
      const room = this.#room(conversation);
      room.typing.add(this.person);
      this.house.tell(room);
      return {};
    },
    add_members: ({ conversation, persons }) => {
      this.#connected();
      const room = this.#writable(conversation);
      for (const one of persons) room.members.set(one, { since: room.log.length + 1, until: null });
      this.house.notice(room, this.person, "added", persons);
      return {};
    },
    remove_member: ({ conversation, person }) => {
      this.#connected();
      const room = this.#writable(conversation);
      this.#out(room, person, "removed");
      return {};
    },
    leave: ({ conversation }) => {
      this.#connected();
      this.#out(this.#room(conversation), this.person, "left");
      return {};
    },
    set_open: ({ conversation, open }) => {
      this.#connected();
      const room = this.#room(conversation);
      room.open = open;
      this.house.notice(room, this.person, open ? "reopened" : "closed");
      return {};
    },
    search: ({ text, conversation }) => {
      const wanted = text.toLocaleLowerCase();
      const hits = [...this.house.rooms.values()]
        .filter((room) => room.members.has(this.person) && (conversation === null || room.id === conversation))
        .flatMap((room) =>
          this.#visible(room).flatMap((one) => {
            if (one.kind !== "message" || one.deleted) return [];
            const at = one.text.toLocaleLowerCase().indexOf(wanted);
            const marks: [number, number][] = [[at, at + wanted.length]];
            return at < 0 ? [] : [{ conversation: room.id, id: one.id, seq: one.seq, person: one.person, at: one.at, text: one.text, marks }];
          }),
        );
      return { hits: hits.sort((a, b) => b.at - a.at) };
    },
    devices: () => {
      this.#connected();
      return { devices: this.#self.devices.map((one) => ({ ...one, current: one.id === this.device })), backups: this.#self.backups };
    },
    rename_device: ({ device, name }) => {
      this.#connected();
      const found = this.#self.devices.find((one) => one.id === device);
      if (!found) throw new CommandFailure("not_found");
      found.name = name;
      return {};
    },
    remove_device: ({ device }) => {
      this.#connected();
      const found = this.#self.devices.find((one) => one.id === device);
      if (!found) throw new CommandFailure("not_found");
      found.removed_at = Date.now();
      this.house.clients.find((one) => one.device === device)?.end("device_removed");
      return {};
    },
    safety_number: ({ person }) => {
      const one = this.house.people.get(person);
      if (!one) throw new CommandFailure("not_found");
      if (!one.hasDevice) throw new CommandFailure("no_device");
      const digits = Array.from({ length: 12 }, (_, n) => String(10_000 + n * 1_234)).join(" ");
      return { person, digits, code: `wardpost:safety:${person}`, changed: one.keysChanged, devices: Math.max(1, one.devices.length) };
    },
    accept_keys: ({ person }) => {
      const one = this.house.people.get(person);
      if (one) one.keysChanged = false;
      for (const room of this.house.rooms.values()) this.house.tell(room);
      return {};
    },
  };

  #asked: string | undefined;
  #decided = false;

  /** The person's other devices that are there, or that ask. */
  #others(): MemoryClient[] {
    return this.house.clients.filter((one) => one !== this && one.person === this.person && (one.ready || one.#asked !== undefined));
  }

  #out(room: Room, person: string, notice: "removed" | "left"): void {
    const member = room.members.get(person);
    if (!member) throw new CommandFailure("not_found");
    this.house.notice(room, this.person, notice, [person]);
    member.until = room.log.length;
    this.house.tell(room);
  }
}
