/** A line between a browser and the practice that can be cut: emulated offline leaves open WebSockets of workers alone. */

import { connect, createServer } from "node:net";

/** Carries connections to the practice. `rules` make a browser take this line; `stop` ends it. */
export async function openLine(house) {
  const { hostname, port } = new URL(house.url);
  const open = new Set();
  let cut = false;
  const server = createServer((near) => {
    if (cut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    rules: [`--host-resolver-rules=MAP ${hostname}:${port} 127.0.0.1:${server.address().port}`],
    cut() {
      cut = true;
      for (const one of open) one.destroy();
    },
    mend() {
      cut = false;
    },
    stop() {
      cut = true;
      for (const one of open) one.destroy();
      server.close();
    },
  };
}
