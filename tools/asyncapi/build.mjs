// Validates AsyncAPI files with the official parser, and makes of each a page that works offline.
// node build.mjs FILE.json... : FILE.html beside it, and one line of JSON on what was found.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.cwd()}/`));
const { Parser } = require("@asyncapi/parser");
const component = require.resolve("@asyncapi/react-component/package.json").replace("package.json", "");
const bundle = readFileSync(`${component}browser/standalone/index.js`, "utf8");
const style = readFileSync(`${component}styles/default.min.css`, "utf8");

// A script ends at the first of these, also inside a string of it.
const inScript = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");

const page = (title, schema) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>
<body><div id="contracts"></div>
<script>${inScript(bundle)}</script>
<script>AsyncApiStandalone.render(${inScript(
  JSON.stringify({ schema, config: { show: { errors: true }, sidebar: { showOperations: "byDefault" } } }),
)}, document.getElementById("contracts"));</script>
</body>
</html>
`;

let failed = false;
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const { document, diagnostics } = await new Parser().parse(text);
  const errors = diagnostics.filter((each) => each.severity === 0);
  failed ||= errors.length > 0 || document === undefined;
  if (document !== undefined) {
    writeFileSync(file.replace(/\.json$/, ".html"), page(document.info().title(), JSON.parse(text)));
  }
  console.log(
    JSON.stringify({
      file,
      errors: errors.map((each) => `${each.path.join("/")}: ${each.message}`),
      remarks: diagnostics.length - errors.length,
      channels: document?.channels().length ?? 0,
      messages: document?.allMessages().length ?? 0,
    }),
  );
}
process.exit(failed ? 1 : 0);
