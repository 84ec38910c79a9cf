import { parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";

/**
 * Compiles the message catalogues at build time: a message with arguments becomes a parsed tree, one without stays
 * text. So the browser needs no message parser, and a malformed message breaks the build.
 */
export function messages(): Plugin {
  return {
    name: "wardpost-messages",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/i18n\/(en|nl)\/[a-z-]+\.json$/.test(id)) return null;
      const catalogue = JSON.parse(code) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(catalogue).map(([key, text]) => [
          key,
          /[{}']/.test(text) ? parse(text, { captureLocation: false, ignoreTag: true }) : text,
        ]),
      );
      return { code: JSON.stringify(compiled), map: null };
    },
  };
}

/** Leaves out the component library's own words in languages that the product does not speak. */
export function componentLocales(kept: readonly string[]): Plugin {
  return {
    name: "wardpost-component-locales",
    enforce: "pre",
    load(id) {
      const found = /\/react-aria[a-z-]*\/dist\/.*\/intl\/[a-zA-Z]+\/([a-z]{2}-[A-Z]{2})\.m?js$/.exec(id) ??
        /\/react-stately\/dist\/.*\/intl\/[a-zA-Z]+\/([a-z]{2}-[A-Z]{2})\.m?js$/.exec(id);
      return found?.[1] && !kept.includes(found[1]) ? "export default undefined;" : null;
    },
  };
}
