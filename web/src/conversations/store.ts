/**
 * What the engine keeps, in IndexedDB: bytes by name, already sealed under a key of which the server gives one half. A
 * write is on the disk when it is done, not only on its way there.
 *
 * Who leads writes its token here first, and every write looks for it: if two ever believed that they lead, the later one
 * does, and the state that a group depends on stays one line.
 */

import type { Stored } from "./engine";
import type { CommandAnswer } from "./messages";

/** What a command that may be done only once was answered; null while there is no answer. */
export interface Answered {
  uid: string;
  /** When it was begun, in milliseconds since the epoch. */
  at: number;
  answer: CommandAnswer | null;
}

/** What happens together. Without a value it is dropped. */
export interface Batch {
  records: readonly [name: string, value: Uint8Array | undefined][];
  answers: readonly [uid: string, answered: Answered | undefined][];
}

/** Another has taken over, or the database is gone. */
export class Superseded extends Error {
  constructor() {
    super("another worker keeps the conversations now");
    this.name = "Superseded";
  }
}

const RECORDS = "records";
const ANSWERS = "answers";
const FENCE = "fence";
const ALL = [RECORDS, ANSWERS, FENCE];
const TOKEN = "token";

export const databaseName = (person: string) => `wardpost-conversations-${person}`;

/** Where the leader keeps things. */
export interface Keeper {
  readonly stored: Stored;
  /** Of earlier leaders, the oldest first. */
  readonly answered: readonly Answered[];
  write: (batch: Batch) => Promise<void>;
  /** Forgets all records: they can't be read. */
  clear: () => Promise<void>;
  close: () => void;
  /** Closes, and deletes the database. */
  erase: () => Promise<void>;
}

/** Opens the person's database, makes it ours, and reads everything. */
export async function openStore(person: string): Promise<Keeper> {
  const name = databaseName(person);
  const database = await open(name);
  const token = crypto.randomUUID();
  const reading = database.transaction(ALL, "readwrite", { durability: "strict" });
  reading.objectStore(FENCE).put(token, TOKEN);
  const records = pairs<Uint8Array>(reading.objectStore(RECORDS));
  const answers = pairs<Answered>(reading.objectStore(ANSWERS));
  await ended(reading);

  const change = (act: (transaction: IDBTransaction) => void): Promise<void> => {
    let transaction: IDBTransaction;
    try {
      transaction = database.transaction(ALL, "readwrite", { durability: "strict" });
    } catch {
      // Deleted under our feet: by another tab, or by somebody who cleans up.
      return Promise.reject(new Superseded());
    }
    let superseded = false;
    const holder = transaction.objectStore(FENCE).get(TOKEN);
    holder.onsuccess = () => {
      if (holder.result === token) return act(transaction);
      superseded = true;
      transaction.abort();
    };
    return ended(transaction).catch((error: unknown) => {
      throw superseded ? new Superseded() : error;
    });
  };

  return {
    stored: await records,
    answered: (await answers).map(([, answered]) => answered).sort((a, b) => a.at - b.at),
    write: ({ records, answers }) =>
      change((transaction) => {
        for (const [key, value] of records) set(transaction.objectStore(RECORDS), key, value);
        for (const [key, value] of answers) set(transaction.objectStore(ANSWERS), key, value);
      }),
    clear: () => change((transaction) => transaction.objectStore(RECORDS).clear()),
    close: () => database.close(),
    erase: () => {
      database.close();
      return new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error ?? new Error("the database could not be deleted"));
      });
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of ALL) request.result.createObjectStore(store);
    };
    request.onsuccess = () => {
      const database = request.result;
      // Who deletes it doesn't wait for us.
      database.onversionchange = () => database.close();
      resolve(database);
    };
    request.onerror = () => reject(request.error ?? new Error("the database could not be opened"));
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the write was abandoned"));
  });
}

/** Keys and values come in the same order. */
async function pairs<V>(store: IDBObjectStore): Promise<[string, V][]> {
  const [keys, values] = [store.getAllKeys(), store.getAll() as IDBRequest<V[]>];
  await new Promise<void>((resolve, reject) => {
    // Requests of one transaction are answered in order: when the second is, both are.
    values.onsuccess = () => resolve();
    values.onerror = () => reject(values.error ?? new Error("the database could not be read"));
  });
  const read = values.result;
  return keys.result.flatMap((key, at) => {
    const value = read[at];
    return value === undefined ? [] : [[String(key), value]];
  });
}

function set(store: IDBObjectStore, key: string, value: unknown): void {
  if (value === undefined) store.delete(key);
  else store.put(value, key);
}
