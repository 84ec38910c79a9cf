/** Browsers, people in them, and what is true of every page. */

import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM, OUT } from "./places.js";
import { wordsOf } from "./words.js";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The screens of the rounds. */
export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};
/** Each round is walked on both screens, once in each language. */
export const SETTINGS = [
  { screen: "desktop", language: "en" },
  { screen: "phone", language: "nl" },
];
export const nameOf = ({ screen, language }) => `${screen}, ${language}`;

export const openBrowser = (more = []) => chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGS, ...more] });

const inUse = new Set();

/** After each test: a device that is still in use belongs to one that failed; its screen is kept. */
export async function putAway() {
  for (const one of inUse) {
    await mkdir(OUT, { recursive: true });
    const pages = one.context.pages();
    await Promise.all(pages.map((page, n) => page.screenshot({ path: join(OUT, `failed-${inUse.size}-${one.screen}-${n}.png`) }).catch(() => undefined)));
    if (one.faults.length > 0) process.stderr.write(`${one.faults.join("\n")}\n`);
    await one.context.close();
  }
  inUse.clear();
}

/** A device: its own cookies and storage. Watches for requests to elsewhere and for errors of the pages. */
export async function device(browser, house, { screen = "desktop", language = "en" } = {}) {
  const context = await browser.newContext({
    ...SCREENS[screen],
    baseURL: house.url,
    locale: language === "nl" ? "nl-NL" : "en-GB",
    timezoneId: "Europe/Amsterdam",
    reducedMotion: "reduce",
    colorScheme: "light",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(12_000);
  const faults = [];
  const allowed = [house.url, house.outsideUrl];
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && !allowed.includes(origin)) faults.push(`request to ${request.url()}`);
  });
  context.on("weberror", (error) => faults.push(`error in the page: ${error.error().stack}`));
  context.on("console", (message) => {
    // A refusal that the page handles is logged by the browser all the same.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  context.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const t = wordsOf(language);
  const one = {
    context,
    faults,
    /** Origins to which requests may go. */
    allowed,
    house,
    screen,
    language,
    t,
    phone: screen === "phone",
    page: await context.newPage(),
    async close() {
      inUse.delete(one);
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
  inUse.add(one);
  return one;
}

const checked = async (response, what) => {
  if (!response.ok()) throw new Error(`${what}: ${response.status()} ${await response.text()}`);
  return response;
};

/** Signs a device in, past the sign-in pages, and sets the person's language. */
export async function signIn(device, key) {
  const { context, house, language } = device;
  const account = house.accounts[key];
  const headers = { origin: house.url, "x-wardpost-csrf": "1" };
  const { request } = context;
  if (account.cookies) await context.addCookies(account.cookies);
  let session = await (await checked(await request.get("/api/v1/session"), "session")).json();
  if (session.state !== "signed_in") {
    const data = { login: account.login, password: account.password };
    await checked(await request.post("/api/v1/session", { data, headers }), "password");
    const code = { code: await account.app.code() };
    session = await (await checked(await request.post("/api/v1/session/second-factor", { data: code, headers }), "code")).json();
    account.cookies = await context.cookies();
  }
  device.csrf = session.csrf;
  device.session = session;
  await put(device, "/me/language", { language });
  return session;
}

/** Reads the API as the person of this device. */
export const get = async (device, path) => (await checked(await device.context.request.get(`/api/v1${path}`), path)).json();

/** Changes something by the API as the person of this device. */
export async function put(device, path, data) {
  const headers = { origin: device.house.url, "x-wardpost-csrf": device.csrf };
  return checked(await device.context.request.put(`/api/v1${path}`, { data, headers }), path);
}

/** Nothing that axe-core finds against WCAG 2.0 to 2.2, A and AA; in the dark only colours are looked at anew. */
async function sound(page, what, dark) {
  // What others wrote stands in frames without an origin, and is theirs; all else is in the page itself.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await (dark ? builder.withRules(["color-contrast", "link-in-text-block"]) : builder.withTags(RULES)).analyze();
  const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? n.failureSummary}`).join("\n  ")}`);
  assert.deepEqual(told, [], `${what} is not accessible`);
}

/** What is pressed with a finger, in a glove, is at least this large: WCAG 2.2's 2.5.5. */
const TARGET = 44;

/** In the page: what a dialog shows beyond its edge. */
function outside() {
  const told = [];
  for (const modal of document.querySelectorAll(".modal")) {
    if (modal.scrollWidth <= modal.clientWidth) continue;
    const edge = modal.getBoundingClientRect().right;
    for (const one of modal.querySelectorAll("*")) if (one.children.length === 0 && one.getBoundingClientRect().right > edge) told.push(one.textContent);
  }
  return told;
}

/** In the page: what is pressed and is too small. Links amid words are as large as the words. */
function tooSmall(target) {
  const hidden = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const { clip, clipPath, position } = getComputedStyle(at);
      if (position === "absolute" && (clip !== "auto" || clipPath !== "none")) return true;
    }
    return !one.checkVisibility({ visibilityProperty: true });
  };
  const pressed = "button, a.button, summary, select, textarea, .table th a, input:not([type=checkbox], [type=radio], [type=file], [type=hidden])";
  return [...document.querySelectorAll(pressed)]
    .filter((one) => !hidden(one))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ one, box }) => box.height < target - 0.5 || (one.matches("button, .button") && box.width < target - 0.5))
    .map(({ one, box }) => `${one.tagName} "${one.ariaLabel ?? one.textContent.trim()}" ${Math.round(box.width)} x ${Math.round(box.height)}`);
}

/** A page, or a state of one: sound in the light and in the dark, no wider than the screen, and kept as pictures. */
export async function look({ page, ...device }, name, { dark = true } = {}) {
  const what = `${name}-${device.screen}-${device.language}`;
  await mkdir(OUT, { recursive: true });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ animations: "disabled", path: join(OUT, `${what}.png`) });
  await sound(page, what, false);
  if (dark) {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ animations: "disabled", path: join(OUT, `${what}-dark.png`) });
    await sound(page, `${what} in the dark`, true);
    await page.emulateMedia({ colorScheme: "light" });
  }
  const { width } = SCREENS[device.screen].viewport;
  const wider = (await page.evaluate(() => document.documentElement.scrollWidth)) - width;
  assert.ok(wider <= 0, `${what} is ${wider} px wider than the screen`);
  assert.deepEqual(await page.evaluate(outside), [], `${what} cuts what stands in a dialog`);
  if (device.screen === "phone") assert.deepEqual(await page.evaluate(tooSmall, TARGET), [], `${what} has targets below ${TARGET} px`);
}
