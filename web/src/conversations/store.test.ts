import "fake-indexeddb/auto";
import { afterEach, expect, it, vi } from "vitest";
import type { Stored } from "./engine";
import { databaseName, openStore, Superseded } from "./store";

/** As plain lists: the test's database makes arrays of another realm than the test. */
const plain = (stored: Stored) => stored.map(([name, value]) => [name, ...value]);
const bytes = (...list: number[]) => Uint8Array.from(list);
const names = async () => (await indexedDB.databases()).map(({ name }) => name);
let count = 0;
/** Each test has a person of its own. */
const somebody = () => `person-${(count += 1)}`;

afterEach(() => vi.restoreAllMocks());

it("gives back what was written last, and not what was dropped", async () => {
  const person = somebody();
  const store = await openStore(person);
  expect(store.stored).toEqual([]);
  await store.write({ records: [["a", bytes(1)], ["b", bytes(2)], ["c", bytes(3)]], answers: [] });
  await store.write({ records: [["b", bytes(4)], ["c", undefined]], answers: [] });
  store.close();
  expect(plain((await openStore(person)).stored)).toEqual([["a", 1], ["b", 4]]);
  expect((await openStore(somebody())).stored).toEqual([]);
});

it("asks for writes that are on the disk when they are done", async () => {
  const person = somebody();
  (await openStore(person)).close();
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  const store = await openStore(person);
  await store.write({ records: [["a", bytes(1)]], answers: [] });
  expect(transaction.mock.calls.map(([, mode, options]) => [mode, options])).toEqual([
    ["readwrite", { durability: "strict" }],
    ["readwrite", { durability: "strict" }],
  ]);
});

it("lets only the newest leader write, and nothing of what the older one wanted", async () => {
  const person = somebody();
  const older = await openStore(person);
  await older.write({ records: [["a", bytes(1)]], answers: [] });
  const newer = await openStore(person);
  await expect(older.write({ records: [["a", bytes(2)], ["b", bytes(2)]], answers: [] })).rejects.toThrow(Superseded);
  await expect(older.clear()).rejects.toThrow(Superseded);
  await newer.write({ records: [["c", bytes(3)]], answers: [] });
  expect(plain((await openStore(person)).stored)).toEqual([["a", 1], ["c", 3]]);
});

it("keeps what commands were answered, the oldest first", async () => {
  const person = somebody();
  const store = await openStore(person);
  const [late, early] = [{ uid: "1", at: 20, answer: { ok: { id: "x" } } }, { uid: "2", at: 10, answer: null }];
  await store.write({ records: [], answers: [["1", late], ["2", early], ["3", { ...early, uid: "3" }]] });
  await store.write({ records: [], answers: [["3", undefined]] });
  expect((await openStore(person)).answered).toEqual([early, late]);
});

it("forgets all records when they can't be read", async () => {
  const person = somebody();
  const store = await openStore(person);
  await store.write({ records: [["a", bytes(1)]], answers: [] });
  await store.clear();
  await store.write({ records: [["b", bytes(2)]], answers: [] });
  expect(plain((await openStore(person)).stored)).toEqual([["b", 2]]);
});

it("leaves nothing when it is erased, though another has it open, who then can't write", async () => {
  const person = somebody();
  const [first, second] = [await openStore(person), await openStore(person)];
  expect(await names()).toContain(databaseName(person));
  await first.erase();
  expect(await names()).not.toContain(databaseName(person));
  await expect(second.write({ records: [["a", bytes(1)]], answers: [] })).rejects.toThrow(Superseded);
});
