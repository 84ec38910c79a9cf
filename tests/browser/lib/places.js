/** Where things are. */

import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
export const OUT = join(ROOT, "tests/browser/out");
export const BINARY = process.env.WARDPOST_BIN ?? join(ROOT, "target/debug/wardpost");
export const CHROMIUM = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium";
