/**
 * What a browser fetches before the first screen stands: the entry, everything it imports, and the words of one
 * language. Fails when that is more than the budget (issue: 200 KB of script, gzip).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const manifest = JSON.parse(readFileSync(dist(".vite/manifest.json"), "utf8"));

function closure(key, into = new Set()) {
  const chunk = manifest[key];
  if (!chunk || into.has(key)) return into;
  into.add(key);
  for (const next of chunk.imports ?? []) closure(next, into);
  return into;
}

/** Entry, the words that it fetches at once, and the budget in bytes. */
const PAGES = [
  { name: "app", entry: "index.html", words: ["src/i18n/first.nl.ts"], budget: 200_000 },
  { name: "pick-up", entry: "p.html", words: ["src/i18n/guest.nl.ts"], budget: 110_000 },
];

let failed = false;
for (const { name, entry, words, budget } of PAGES) {
  const keys = closure(entry);
  for (const key of words) closure(key, keys);
  const files = [...keys].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
  const sizes = files.map((file) => [file, gzipSync(readFileSync(dist(file))).length]).sort((a, b) => b[1] - a[1]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  for (const [file, size] of sizes) console.log(`  ${String(size).padStart(7)}  ${file}`);
  console.log(`${name}: ${total} bytes of script (gzip) at first load; budget ${budget}`);
  if (total > budget || files.length === 0) failed = true;
}
if (failed) {
  console.error("size: over budget, or an entry is missing");
  process.exit(1);
}
