// Writes dist/web/: the files of the local page. With a folder, writes the playground there instead: the same page without a
// server behind it, for any web host.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { bundledPackages, licensePage } from "./bundle/licenses.mjs";
import { zodThatParses } from "./bundle/zod-plugin.mjs";
import { gzippedSize, gzippedSizes } from "./gzipped-size.mjs";

const CLIENT = "src/ui/web/client";
const POLICY_FILE = "src/ui/web/server/web-server.ts";
const [folder = "dist/web"] = process.argv.slice(2);
const isStatic = folder !== "dist/web";

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const output = await bundlePage();
for (const name of ["style.css", "icon.svg"])
  writeFileSync(join(folder, name), readFileSync(`${CLIENT}/${name}`));
writeFileSync(
  join(folder, "index.html"),
  readFileSync(`${CLIENT}/index.html`, "utf8").replace("CONTENT_SECURITY_POLICY", contentSecurityPolicy()),
);
writeFileSync(join(folder, "LICENSES.txt"), licensePage(bundledPackages(output)));
if (isStatic) tellSizes();
else {
  // For the executable, which has no folder to list.
  writeFileSync(join(folder, "files.json"), JSON.stringify(readdirSync(folder).sort()));
  writeFileSync(join(folder, "packages.json"), JSON.stringify(bundledPackages(output)));
}

async function bundlePage() {
  const bundle = await rolldown({
    input: { page: `${CLIENT}/page.tsx`, worker: `${CLIENT}/worker.ts` },
    platform: "browser",
    plugins: [zodThatParses(), ...(isStatic ? [narrowCharacters()] : [])],
    transform: {
      jsx: { runtime: "automatic", importSource: "preact" },
      define: { LISTENQ_HAS_SERVER: JSON.stringify(!isStatic) },
    },
    onLog(level, log, report) {
      if (level === "warn") throw new Error(`page: ${log.message}`);
      report(level, log);
    },
  });
  const { output: files } = await bundle.write({
    format: "esm",
    dir: folder,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    minify: true,
    comments: false,
  });
  await bundle.close();
  return files;
}

/** In the static files every character is one column wide: the tables of wide ones cost more than they are worth there. */
function narrowCharacters() {
  return {
    name: "narrow-characters",
    load(id) {
      return id.endsWith("/string-width/index.js") ? "export default (text) => [...text].length;" : null;
    },
  };
}

/** That of the server, but for what a page may not say of itself. */
function contentSecurityPolicy() {
  const source = readFileSync(POLICY_FILE, "utf8");
  const [, list] = /CONTENT_SECURITY_POLICY = \[(.*?)\]\.join/s.exec(source) ?? [];
  const directives = [...(list ?? "").matchAll(/"([^"]+)"/g)].map(([, directive]) => directive);
  if (directives.length < 5) throw new Error(`${POLICY_FILE}: no content security policy found`);
  return directives.filter((directive) => !directive.startsWith("frame-ancestors")).join("; ");
}

function tellSizes() {
  for (const [name, size] of gzippedSizes(folder))
    console.log(`${name}: ${(size / 1000).toFixed(1)} kB gzipped`);
  console.log(`${folder}: ${(gzippedSize(folder) / 1000).toFixed(1)} kB gzipped in all`);
}
