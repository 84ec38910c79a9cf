/**
 * Holds the catalogues together: every key in every language, the same arguments in each, no key without use and no
 * use without a key. Keys built from an enum count as used by their beginning: t(`state.${state}`) uses `state.*`.
 */
import { parse } from "@formatjs/icu-messageformat-parser";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const LANGUAGES = ["en", "nl"];
const faults = [];

const catalogues = Object.fromEntries(
  LANGUAGES.map((language) => {
    const all = {};
    for (const file of readdirSync(at(`src/i18n/${language}`)).sort()) {
      const source = readFileSync(at(`src/i18n/${language}/${file}`), "utf8");
      // JSON lets the last of two equal keys win, without a word.
      const written = [...source.matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key);
      for (const key of written.filter((one, at) => written.indexOf(one) !== at)) faults.push(`${language}/${file}: ${key} stands twice`);
      for (const [key, text] of Object.entries(JSON.parse(source))) {
        if (key in all) faults.push(`${language}: ${key} stands in two files`);
        all[key] = { text, file };
      }
    }
    return [language, all];
  }),
);

/** Names and kinds of a message's arguments, and the plural forms it offers. */
function shape(elements, into = new Set()) {
  for (const element of elements) {
    if (element.type === 0 || element.type === 7) continue;
    into.add(`${element.value}:${element.type}`);
    for (const option of Object.values(element.options ?? {})) shape(option.value, into);
  }
  return into;
}

const shapes = {};
for (const language of LANGUAGES) {
  for (const [key, { text, file }] of Object.entries(catalogues[language])) {
    if (text.trim() === "") faults.push(`${language}/${file}: ${key} is empty`);
    try {
      const found = [...shape(parse(text, { ignoreTag: true }))].sort().join(" ");
      shapes[key] ??= found;
      if (shapes[key] !== found) faults.push(`${language}/${file}: ${key} has arguments (${found}), elsewhere (${shapes[key]})`);
    } catch (error) {
      faults.push(`${language}/${file}: ${key} can't be parsed: ${error.message}`);
    }
    for (const other of LANGUAGES)
      if (!(key in catalogues[other])) faults.push(`${other}: ${key} is missing`);
      else if (catalogues[other][key].file !== file) faults.push(`${key} stands in ${file} and in ${catalogues[other][key].file}`);
  }
}

const used = new Set();
const beginnings = new Set();
for (const name of readdirSync(at("src"), { recursive: true })) {
  if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
  const code = readFileSync(at(`src/${name}`), "utf8");
  for (const [, key] of code.matchAll(/["']([a-z][A-Za-z]*(?:\.[A-Za-z0-9_]+)+)["']/g)) used.add(key);
  for (const [, beginning] of code.matchAll(/`([a-z][A-Za-z]*\.(?:[A-Za-z0-9_]+\.)*)\$\{/g)) beginnings.add(beginning);
}
for (const key of Object.keys(catalogues.en))
  if (!used.has(key) && ![...beginnings].some((beginning) => key.startsWith(beginning))) faults.push(`${key} is not used`);

if (faults.length > 0) {
  console.error(faults.map((fault) => `i18n: ${fault}`).join("\n"));
  process.exit(1);
}
console.log(`i18n: ${Object.keys(catalogues.en).length} messages in ${LANGUAGES.length} languages, all there and all used`);
