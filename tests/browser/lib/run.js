/** Runs all rounds, or those whose file names hold one of the given words; two at a time. */

import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { OUT, ROOT } from "./places.js";

/** Numbers of the rounds that take longest, the longest last. */
const LONGEST = [7, 2, 4, 9];
/** The number that a round's name begins with. */
const numberOf = (name) => Number.parseInt(name, 10);

const words = process.argv.slice(2);
const rounds = join(ROOT, "tests/browser/rounds");
const files = readdirSync(rounds)
  .filter((name) => name.endsWith(".test.js") && (words.length === 0 || words.some((word) => name.includes(word))))
  // The longest first: two at a time then end together.
  .sort((a, b) => LONGEST.indexOf(numberOf(b)) - LONGEST.indexOf(numberOf(a)) || numberOf(a) - numberOf(b))
  .map((name) => join(rounds, name));
if (files.length === 0) throw new Error("no such round");
if (words.length === 0) await rm(OUT, { recursive: true, force: true });

run({ files, concurrency: 2, timeout: 280_000 })
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
