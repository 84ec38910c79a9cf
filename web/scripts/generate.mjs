/** Makes src/api/schema.d.ts from the committed description of the API. */
import openapi, { astToString } from "openapi-typescript";
import { existsSync, writeFileSync } from "node:fs";

const source = new URL("../../docs/openapi.json", import.meta.url);
if (!existsSync(source)) {
  console.error("generate: docs/openapi.json is not there");
  process.exit(1);
}
const tree = await openapi(source);
writeFileSync(
  new URL("../src/api/schema.d.ts", import.meta.url),
  `/* Made from docs/openapi.json by "npm run generate". Do not edit. */\n\n${astToString(tree)}`,
);
