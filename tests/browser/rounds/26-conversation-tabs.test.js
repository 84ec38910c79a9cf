import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { device, openBrowser, putAway } from "../lib/browser.js";
import { beginConversation, messageOf, openConversations, say } from "../lib/conversations.js";
import { openHouse } from "../lib/house.js";
import { until } from "../lib/until.js";

describe("conversations in several tabs", () => {
  let house;
  let browser;
  before(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await house?.stop();
  });
  afterEach(putAway);

  /** Names of the locks that are held, and how many wait for each. */
  const locks = (page) =>
    page.evaluate(async () => {
      const { held, pending } = await navigator.locks.query();
      const ours = (list) => list.map(({ name }) => name).filter((name) => name.startsWith("wardpost-conversations-"));
      return { held: ours(held), pending: ours(pending) };
    });
  /** The lock of who leads is the only one that isn't a tab's own. */
  const leaders = ({ held }) => held.filter((name) => name.length === "wardpost-conversations-".length + 36);

  test("one tab leads; when it is closed another goes on, and nothing is said twice", async () => {
    const anna = await device(browser, house);
    await openConversations(anna, "anna");
    await beginConversation(anna, [/Ben Carter/], "Wondzorg");
    const address = anna.page.url();
    const second = { ...anna, page: await anna.context.newPage() };
    await second.page.goto(address);
    await second.page.getByRole("log").waitFor();

    await say(second, "uit het tweede tabblad");
    await messageOf(anna, "uit het tweede tabblad").waitFor();
    const both = await locks(second.page);
    assert.equal(leaders(both).length, 1);
    assert.equal(both.held.length, 3, "the leader's lock, and one of each tab");

    // The leader is gone without a word; what the other asks meanwhile isn't lost.
    await anna.page.close();
    await say(second, "na het sluiten van het eerste");
    await until("the second tab leads", async () => {
      const now = await locks(second.page);
      return leaders(now).length === 1 && now.held.length === 2;
    });

    // A third begins with what is there: every message once.
    const third = { ...anna, page: await anna.context.newPage() };
    await third.page.goto(address);
    await messageOf(third, "na het sluiten van het eerste").waitFor();
    await say(third, "uit het derde");
    for (const text of ["uit het tweede tabblad", "na het sluiten van het eerste", "uit het derde"]) {
      await messageOf(second, text).waitFor();
      assert.equal(await messageOf(second, text).count(), 1, text);
      assert.equal(await messageOf(third, text).count(), 1, text);
    }
    await anna.close();
  });

  test("what was written is there when one comes back, and the database tells none of it", async () => {
    const anna = await device(browser, house);
    await openConversations(anna, "anna");
    await beginConversation(anna, [/Ben Carter/], "Bewaard");
    await say(anna, "alleen voor Ben bedoeld");
    const address = anna.page.url();
    await anna.page.goto("about:blank");
    await anna.page.goto(address);
    await messageOf(anna, "alleen voor Ben bedoeld").waitFor();
    const records = await anna.page.evaluate(async () => {
      const found = (await indexedDB.databases()).find(({ name }) => name.startsWith("wardpost-conversations-"));
      const database = await new Promise((done) => {
        const request = indexedDB.open(found.name);
        request.onsuccess = () => done(request.result);
      });
      const values = await new Promise((done) => {
        const request = database.transaction("records").objectStore("records").getAll();
        request.onsuccess = () => done(request.result);
      });
      database.close();
      return values.map((value) => new TextDecoder("latin1").decode(value));
    });
    assert.ok(records.length > 3, "the records of a device and a conversation");
    for (const secret of ["alleen voor Ben", "Bewaard"]) assert.ok(!records.some((record) => record.includes(secret)), secret);
    await anna.close();
  });
});
