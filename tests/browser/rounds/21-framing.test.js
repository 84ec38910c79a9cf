/** Pages of other sites that frame ours (OWASP ASVS 5.0, 3.4.6). */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { device, openBrowser, putAway } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("framing", () => {
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

  test("a_page_of_another_site_shows_nothing_of_ours", async () => {
    const one = await device(browser, house);
    const { page, faults } = one;
    const refused = page.waitForEvent("console", (said) => /frame-ancestors|X-Frame-Options/i.test(said.text()));
    await page.setContent(`<iframe src="${house.url}/sign-in" width="600" height="600"></iframe>`);
    await refused;
    for (const frame of page.frames().filter((f) => f !== page.mainFrame())) {
      assert.equal(await frame.evaluate(() => document.querySelectorAll("form, button, input").length).catch(() => 0), 0);
    }
    // What the browser complains of is what is wanted here.
    faults.length = 0;
    await one.close();
  });
});
