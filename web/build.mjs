// Bundles src/ into the folder that the server and the static site hand out. No other host is asked for anything.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../src/policygraph/web/static/vendor/");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const result = await build({
  entryPoints: { editor: here("src/editor.js"), ask: here("src/ask.js"), engine: here("src/engine.js") },
  outdir: out,
  bundle: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "info",
});
await copyFile(here("node_modules/oxigraph/web_bg.wasm"), `${out}engine.wasm`);

// The licence of every package that went into the bundles, as each of them asks.
const packages = new Set(Object.keys(result.metafile.inputs).flatMap((path) => {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return found ? [found[1]] : [];
}));
let licences = "";
for (const name of [...packages].sort()) {
  const about = JSON.parse(await readFile(here(`node_modules/${name}/package.json`), "utf8"));
  const text = await readFile(here(`node_modules/${name}/LICENSE`), "utf8").catch(() => "");
  licences += `${name} ${about.version} (${about.license})\n${"-".repeat(60)}\n${text.trim()}\n\n\n`;
}
await writeFile(`${out}LICENSES.txt`, licences);
