// Asks AsyncAPI's own parser about the document on standard input: exits with 1 if it finds an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const text = readFileSync(0, "utf8");
const { document, diagnostics } = await new Parser().parse(text);
const levels = ["error", "warning", "information", "hint"];
const found = diagnostics.filter(({ severity }) => severity === 0);
for (const { severity, message, path } of found.slice(0, 20)) {
  console.error(`${levels[severity]}: ${message} at ${path.join("/")}`);
}
if (!document || found.length > 0) {
  console.error(`${found.length} errors`);
  process.exit(1);
}
const kinds = diagnostics.map(({ code }) => code);
console.log(
  JSON.stringify({
    channels: document.channels().length,
    operations: document.operations().length,
    messages: document.messages().length,
    warnings: [...new Set(kinds)],
  }),
);
