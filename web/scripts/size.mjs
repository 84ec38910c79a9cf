/**
 * What a browser fetches before the first screen stands: the entry, everything it imports, and the words of one
 * language. Fails when that is more than the budget (issue: 200 KB of script, gzip). The conversations' engine has a budget
 * of its own, and no place in what is fetched first.
 */
import { readdirSync, readFileSync } from "node:fs";
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

/** Of WebAssembly, gzip. */
const ENGINE_BUDGET = 700_000;
const engines = readdirSync(dist("assets")).filter((name) => name.endsWith(".wasm"));

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
  const early = files.filter((file) => engines.some((engine) => readFileSync(dist(file), "utf8").includes(engine)));
  if (early.length > 0) {
    console.error(`size: the engine is known at first load: ${early.join(", ")}`);
    failed = true;
  }
}
for (const engine of engines) {
  const size = gzipSync(readFileSync(dist(`assets/${engine}`))).length;
  console.log(`engine: ${size} bytes of WebAssembly (gzip) when conversations are opened; budget ${ENGINE_BUDGET}`);
  if (size > ENGINE_BUDGET) failed = true;
}
if (engines.length !== 1) {
  console.error(`size: ${engines.length} engines where one is expected`);
  failed = true;
}
if (failed) {
  console.error("size: over budget, or something is missing");
  process.exit(1);
}
