// Renders the document on standard input with AsyncAPI's HTML template, as one file in the directory
// that is the argument.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Generator from "@asyncapi/generator";

const template = fileURLToPath(new URL("node_modules/@asyncapi/html-template", import.meta.url));
const generator = new Generator(template, process.argv[2], {
  forceWrite: true,
  templateParams: { singleFile: "true" },
});
await generator.generateFromString(readFileSync(0, "utf8"));
