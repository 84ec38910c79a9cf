import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, look, nameOf, openBrowser, putAway } from "../lib/browser.js";
import { act, beginConversation, field, lineOf, messageOf, openConversation, openConversations, order, say } from "../lib/conversations.js";
import { openHouse } from "../lib/house.js";
import { openLine } from "../lib/line.js";

describe("conversations", () => {
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

  const pair = async (setting) => {
    const [anna, ben] = await Promise.all([device(browser, house, setting), device(browser, house, setting)]);
    await openConversations(anna, "anna");
    await openConversations(ben, "ben");
    return { anna, ben };
  };

  for (const setting of SETTINGS) {
    const subject = `Wondzorg ${nameOf(setting)}`;

    test(`two colleagues converse: in order, answered, changed, taken back (${nameOf(setting)})`, async () => {
      const { anna, ben } = await pair(setting);
      const { t } = anna;
      await look(anna, "24-list");
      await beginConversation(anna, [/Ben Carter/], subject);
      await look(anna, "24-begun");
      const texts = ["Eén: kreatinine 148", "Twee: metformine halveren?", "Drie: ik bel mevrouw"];
      for (const text of texts) await say(anna, text);

      await lineOf(ben, subject).getByText(t("nav.unread", { count: 3 })).waitFor({ state: "attached" });
      await openConversation(ben, subject);
      await messageOf(ben, texts[2]).waitFor();
      assert.deepEqual(await order(ben, texts), texts);
      await ben.page.getByText(t("conversation.newMessages")).waitFor();
      await look(ben, "24-thread");

      // Read: Anna sees it, and by whom and when.
      const reached = anna.page.getByRole("button", { name: t("conversation.reachOf", { reach: t("conversation.reach.read") }) });
      await reached.click();
      const people = anna.page.getByRole("dialog", { name: t("conversation.reachTitle") });
      await people.getByText("Ben Carter").waitFor();
      await look(anna, "24-reached");
      await anna.page.keyboard.press("Escape");

      await act(ben, texts[1], t("conversation.reply"));
      await look(ben, "24-reply");
      await say(ben, "Ja, en over een week prikken");
      const quote = messageOf(anna, "Ja, en over een week prikken").getByRole("button", { name: texts[1] });
      await quote.waitFor();
      await act(anna, "Ja, en over een week", t("conversation.reactWith", { reaction: t("conversation.reaction.agreed") }));
      const reactions = messageOf(ben, "Ja, en over een week").getByRole("list", { name: t("conversation.reactions") });
      await reactions.getByRole("button", { name: /Anna de Vries/ }).waitFor();

      await act(anna, texts[2], t("conversation.edit"));
      await field(anna).fill("Drie: de assistente belt");
      await field(anna).press("Enter");
      await messageOf(ben, "Drie: de assistente belt").getByText(t("conversation.edited")).waitFor();

      await act(anna, texts[0], t("conversation.deleteForAll"));
      await anna.page.getByRole("button", { name: t("do.undo") }).click();
      await messageOf(anna, texts[0]).waitFor();
      await act(anna, texts[0], t("conversation.deleteForAll"));
      await look(anna, "24-deleted");
      await messageOf(ben, texts[0]).waitFor();
      await anna.page.getByRole("region", { name: t("toast.label") }).getByRole("button", { name: t("do.dismiss") }).last().click();
      await messageOf(ben, texts[0]).waitFor({ state: "detached" });
      await Promise.all([anna.close(), ben.close()]);
    });

    test(`pinned, urgent, closed and found; who can read it is told (${nameOf(setting)})`, async () => {
      const { anna, ben } = await pair(setting);
      const { t } = anna;
      const about = `Overleg ${nameOf(setting)}`;
      await beginConversation(anna, [/Ben Carter/], about);
      await say(anna, "Afspraak: dinsdag tien uur");
      await anna.page.getByRole("button", { name: t("conversation.urgentMark") }).click();
      await anna.page.getByText(t("conversation.urgentHelp")).first().waitFor();
      await look(anna, "24-urgent");
      await say(anna, "Kun je nu komen?");
      await lineOf(ben, about).getByText(t("conversation.urgent")).waitFor();
      await look(ben, "24-list-urgent");
      await act(anna, "dinsdag tien uur", t("conversation.pin"));
      await anna.page.getByRole("region", { name: t("conversation.pinned") }).getByText("dinsdag tien uur").waitFor();

      await anna.page.getByRole("button", { name: t("conversation.details", { count: 2 }) }).click();
      const dialog = anna.page.getByRole("dialog");
      await dialog.getByText(t("conversation.whoReadsText")).waitFor();
      await look(anna, "24-details");
      await dialog.getByRole("button", { name: t("conversation.safetyOf", { name: "Ben Carter" }) }).click();
      await dialog.getByRole("img", { name: t("conversation.safetyQr") }).waitFor();
      const digits = await dialog.getByRole("list", { name: t("conversation.safety") }).getByRole("listitem").allInnerTexts();
      assert.equal(digits.length, 12);
      await look(anna, "24-safety");
      await dialog.getByRole("button", { name: t("conversation.detailsTitle") }).click();
      await dialog.getByRole("button", { name: t("conversation.close") }).click();
      await dialog.getByRole("button", { name: t("conversation.close") }).click();
      await anna.page.getByText(t("conversation.closedText")).waitFor();
      await look(anna, "24-closed");

      // Found on the device, and gone to.
      if (ben.phone) await ben.page.goto("/conversations");
      await ben.page.getByRole("searchbox", { name: t("conversation.find") }).fill("dinsdag tien");
      const hit = ben.page.getByRole("region", { name: t("conversation.messages") }).getByRole("link").first();
      await hit.waitFor();
      assert.equal((await hit.locator("mark").allInnerTexts()).join(" "), "dinsdag tien");
      await look(ben, "24-found");
      await hit.click();
      await messageOf(ben, "dinsdag tien uur").waitFor();
      await Promise.all([anna.close(), ben.close()]);
    });

    test(`what is written without a connection is sent once there is one, once and in order (${nameOf(setting)})`, async () => {
      const line = await openLine(house);
      const away = await openBrowser(line.rules);
      try {
        const [anna, ben] = await Promise.all([device(away, house, setting), device(browser, house, setting)]);
        await openConversations(anna, "anna");
        await openConversations(ben, "ben");
        const { t } = anna;
        const about = `Onderweg ${nameOf(setting)}`;
        await beginConversation(anna, [/Ben Carter/], about);
        await say(anna, "Met verbinding");
        await openConversation(ben, about);
        line.cut();
        await anna.page.getByText(t("conversation.sentLater")).waitFor();
        const texts = ["Eerst zonder", "Daarna zonder"];
        for (const text of texts) await say(anna, text);
        await messageOf(anna, texts[1]).getByText(t("conversation.reach.waiting")).first().waitFor({ state: "attached" });
        await look(anna, "24-offline");
        assert.deepEqual(await order(ben, texts), []);
        line.mend();
        await messageOf(ben, texts[1]).waitFor({ timeout: 60_000 });
        const all = ["Met verbinding", ...texts];
        for (const one of [anna, ben]) assert.deepEqual(await order(one, all), all);
        await anna.page.getByText(t("conversation.sentLater")).waitFor({ state: "detached" });
        // What the browser says of a connection that is cut is no fault of the pages.
        anna.faults.splice(0, Infinity, ...anna.faults.filter((one) => !/WebSocket connection|net::ERR_/.test(one)));
        await Promise.all([anna.close(), ben.close()]);
      } finally {
        await away.close();
        line.stop();
      }
    });

    test(`one goes from list to message, answers and comes back by keys alone (${nameOf(setting)})`, async () => {
      const { anna, ben } = await pair(setting);
      const { page, t } = anna;
      const about = `Toetsen ${nameOf(setting)}`;
      await beginConversation(ben, [/Anna de Vries/], about);
      await say(ben, "Kun jij dit met het toetsenbord?");
      await lineOf(anna, about).waitFor();
      await page.keyboard.press("/");
      assert.ok(await page.getByRole("searchbox").evaluate((one) => one === document.activeElement));
      await page.keyboard.press("ArrowDown");
      assert.match(await page.evaluate(() => document.activeElement.textContent), new RegExp(about));
      await page.keyboard.press("Enter");
      await page.getByRole("log").waitFor();
      // With a keyboard at hand one can write at once: Escape goes up into the messages first, then back to the list.
      if (!anna.phone) await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page.waitForURL(/\/conversations$/);
      await page.waitForFunction((words) => document.activeElement?.textContent?.includes(words), about);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: about, level: 1 }).waitFor();
      await page.getByRole("log").waitFor();
      if (anna.phone) await page.keyboard.press("n");
      await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
      await page.keyboard.type("Ja");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("dat kan");
      await page.keyboard.press("Enter");
      await messageOf(ben, "dat kan").waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await page.getByRole("menu", { name: t("conversation.acts") }).waitFor();
      await look(anna, "24-menu");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByText(t("conversation.replyingTo", { name: "Ben Carter" })).waitFor();
      await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
      await page.keyboard.type("Met een citaat");
      await page.keyboard.press("Enter");
      await messageOf(ben, "Met een citaat").getByRole("button", { name: /Kun jij dit/ }).waitFor();
      await Promise.all([anna.close(), ben.close()]);
    });
  }
});
