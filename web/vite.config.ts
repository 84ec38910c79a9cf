import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { componentLocales, messages } from "./vite/messages.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [messages(), componentLocales(["en-US", "nl-NL"]), react()],
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${here("./src")}/` },
      // Catalogues are parsed at build time (vite/messages.ts): the parser stays out of the browser.
      {
        find: /^@formatjs\/icu-messageformat-parser$/,
        replacement: here("./node_modules/@formatjs/icu-messageformat-parser/no-parser.js"),
      },
    ],
  },
  build: {
    target: "es2022",
    outDir: "dist",
    sourcemap: false,
    manifest: true,
    // Everything is a file of its own: the Content-Security-Policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { app: here("./index.html"), pickup: here("./p.html") } },
  },
  // A worker's parts are files of their own, too: the engine comes when a worker leads, not before.
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { environment: "jsdom", setupFiles: ["./test/setup.ts"], include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"], css: { modules: { classNameStrategy: "non-scoped" } } },
});
