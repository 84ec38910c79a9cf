import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { addRecipient, became, compose, confirm, givePhone, lineOf, openFolder, rowOf, send, write } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { mailOutside, openHouse, outsideNow } from "../lib/house.js";

describe("delivering", () => {
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

  for (const setting of SETTINGS) {
    test(`the sender sees what became of it for each recipient, without a reload (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      await signIn(anna, "anna");
      const { page, t, screen } = anna;
      const to = {
        colleague: "ben@linde.example",
        partner: `afdeling.${screen}@zuiderkliniek.example`,
        // At a provider whose certificate nobody vouches for, one who is not there, and one whose mailbox is full.
        patient: `s.rossi.${screen}@oudestad.example`,
        nobody: `onbekend.${screen}@postbus.example`,
        full: `vol.${screen}@postbus.example`,
      };
      await page.goto("/");
      await compose(anna);
      const subject = `Vijf keer ${screen}`;
      await write(anna, { subject, text: "Anna Jansen (BSN 111222333) heeft een longontsteking." });
      for (const address of Object.values(to)) await addRecipient(anna, address);
      // Who is known by name is shown by name, also when only the address was typed.
      await rowOf(anna, to.colleague).getByText("Ben Carter", { exact: true }).waitFor();
      for (const address of Object.values(to).slice(1)) await confirm(anna, address);
      for (const address of [to.patient, to.nobody, to.full]) await givePhone(anna, address, "+31612345688");
      await look(anna, "3-compose-five");
      const arrived = await outsideNow(house);
      await send(anna);
      let loads = 0;
      page.on("load", () => loads++);

      await became(anna, to.colleague).getByText(t("state.delivered")).waitFor();
      await became(anna, to.partner).getByText(t("state.delivered")).waitFor();
      await became(anna, to.patient).getByText(t("state.delivered")).waitFor();
      await became(anna, to.nobody).getByText(t("state.failed")).waitFor();
      const waiting = became(anna, to.full);
      await waiting.getByText(t("state.queued")).waitFor();
      await waiting.getByText(t("reader.nextTry")).waitFor();
      await look(anna, "3-five-states");
      assert.match((await mailOutside(house, arrived, to.partner)).tls, /TLS/);
      // What can't be verified gets the notification only, however it came.
      const notice = await mailOutside(house, arrived, to.patient);
      assert.doesNotMatch(notice.subject + notice.text, /Jansen|longontsteking|Vijf keer/);

      // A colleague opens it: the sender sees that too.
      const ben = await device(browser, house, setting);
      await signIn(ben, "ben");
      await openFolder(ben, "inbox");
      await lineOf(ben, subject).click();
      await ben.page.getByRole("heading", { name: subject, level: 1 }).waitFor();
      await became(anna, to.colleague).getByText(t("state.opened")).waitFor();
      await page.getByRole("button", { name: t("reader.trailShow") }).click();
      await page.getByText(t("audit.delivery.failed")).waitFor();
      await look(anna, "3-trail");
      assert.equal(loads, 0);

      // One recipient's copy can be called back while it waits.
      await waiting.getByRole("button", { name: t("reader.recall") }).click();
      await page.getByRole("dialog").getByRole("button", { name: t("reader.recall"), exact: true }).click();
      await waiting.getByText(t("state.recalled"), { exact: true }).first().waitFor();
      await Promise.all([anna.close(), ben.close()]);
    });
  }
});
