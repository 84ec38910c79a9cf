/** Waiting for what happens outside of a browser: asked again and again until it is so. */

const EVERY_MS = 60;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Gives the first truthy answer of `ask`; fails with `what` when there is none in time. */
export async function until(what, ask, { ms = 15_000 } = {}) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${what}`);
    await pause(EVERY_MS);
  }
}
