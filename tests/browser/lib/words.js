/** The app's words, from its own catalogues: tests press what a person reads, in either language. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./places.js";

const catalogues = {};
for (const language of ["en", "nl"]) {
  const folder = join(ROOT, "web/src/i18n", language);
  catalogues[language] = Object.assign({}, ...readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

/** Parts of an ICU message: text, and what stands between braces. */
function partsOf(message) {
  const parts = [];
  let depth = 0;
  let part = "";
  for (const c of message) {
    if (c === "{" && depth++ === 0) {
      parts.push({ text: part });
      part = "";
    } else if (c === "}" && --depth === 0) {
      parts.push({ argument: part });
      part = "";
    } else part += c;
  }
  return [...parts, { text: part }];
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A message as a pattern: values where they are given, any text where not, and each of a plural's forms. */
function patternOf(message, values) {
  return partsOf(message)
    .map(({ text, argument }) => {
      if (text !== undefined) return escaped(text);
      const [name, kind] = argument.split(",", 2).map((word) => word.trim());
      const value = values[name];
      if (kind === "plural") {
        const forms = partsOf(argument).filter((part) => part.argument !== undefined);
        const number = value === undefined ? "[\\d.,]+" : escaped(String(value));
        return `(?:${forms.map((form) => patternOf(form.argument, values).replaceAll("#", number)).join("|")})`;
      }
      return value === undefined ? "[^]+?" : value instanceof RegExp ? value.source : escaped(String(value));
    })
    .join("");
}

/**
 * The words of one language: a text without arguments, else a pattern that holds the given values. `t.amid` gives a
 * pattern that matches within more words, as where two messages stand in one line.
 */
export function wordsOf(language) {
  const messageOf = (key) => {
    const message = catalogues[language][key];
    if (message === undefined) throw new Error(`no words for ${key}`);
    return message;
  };
  const t = (key, values = {}) => {
    const message = messageOf(key);
    // What is read aloud twice ends with a no-break space.
    return message.includes("{") ? new RegExp(`^${patternOf(message, values)}\u00a0?$`, "u") : message;
  };
  t.amid = (key, values = {}) => new RegExp(patternOf(messageOf(key), values), "u");
  return t;
}
