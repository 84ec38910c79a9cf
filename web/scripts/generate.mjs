/** Makes src/api/schema.d.ts from the committed description of the API; with --check, only looks whether it is fresh. */
import openapi, { astToString } from "openapi-typescript";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const source = new URL("../../docs/openapi.json", import.meta.url);
if (!existsSync(source)) {
  console.error("generate: docs/openapi.json is not there");
  process.exit(1);
}
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const made = `/* Made from docs/openapi.json by "npm run generate". Do not edit. */\n\n${astToString(await openapi(source))}`;
if (!process.argv.includes("--check")) writeFileSync(target, made);
else if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
  console.error("generate: src/api/schema.d.ts is older than docs/openapi.json: npm run generate");
  process.exit(1);
}
