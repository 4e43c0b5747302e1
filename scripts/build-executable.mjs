// Writes build/listenq-linux-x64, or with `--arch arm64` build/listenq-linux-arm64: Node, the whole command and koffi's binary in one
// file, for machines without Node and without a network. Beside it: the licences, and a list of what is inside. `--check` builds
// it twice and compares the bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleCommand } from "./bundle/bundle.mjs";
import { embedChunks, FIXED_SEED } from "./bundle/embed-chunks.mjs";
import { fetchPackage } from "./bundle/fetch-package.mjs";
import { bundledPackages, describePackage, licensePage } from "./bundle/licenses.mjs";
import { ARCHITECTURES, fetchNode, NODE_VERSION, withoutSymbols } from "./bundle/node-runtime.mjs";
import { softwareBill } from "./bundle/sbom.mjs";
import { sourceDate } from "./bundle/source-date.mjs";

/** Written by `npm run build`. */
const PAGE = "dist/web";

const { arch: architecture, check: isChecked } = parseArgs({
  options: { arch: { type: "string", default: "x64" }, check: { type: "boolean", default: false } },
}).values;
if (!ARCHITECTURES.includes(architecture))
  throw new Error(`--arch ${architecture}: expected ${ARCHITECTURES.join(" or ")}`);
const OUTPUT = `build/listenq-linux-${architecture}`;
const ADDON_PACKAGE = `@koromix/koffi-linux-${architecture}`;

/** Runs here, whatever the executable is for. */
const builder = fetchNode(process.arch).program;
const inside = fetchNode(architecture);
const addonFolder = fetchAddon();
const { path: smallNode, isStripped } = withoutSymbols(inside.program, architecture);
if (!isStripped) console.log("there is no strip (binutils) for it: the executable is larger than it need be");
mkdirSync("build", { recursive: true });
const files = await buildExecutable(OUTPUT);
console.log(`${OUTPUT}: ${(statSync(OUTPUT).size / 1e6).toFixed(1)} MB, sha256 ${sha256(OUTPUT)}`);
describeContents(files);
if (isChecked) await checkReproducible();

/** Its own package where it is installed, else from npm with the lock file's hash. */
function fetchAddon() {
  const installed = `node_modules/${ADDON_PACKAGE}`;
  if (existsSync(installed)) return resolve(installed);
  const { version, integrity } = JSON.parse(readFileSync("package-lock.json", "utf8")).packages[installed];
  return fetchPackage(ADDON_PACKAGE, version, integrity);
}

/** What V8 compiles is for the machine that it compiled it on. */
function runsHere() {
  return architecture === process.arch;
}

async function buildExecutable(output) {
  const folder = mkdtempSync(join(tmpdir(), "listenq-build-"));
  try {
    const bundled = await bundleCommand("executable", folder);
    const chunks = embedChunks(runsHere() ? builder : null, bundled, folder);
    const assets = {
      "koffi.node": join(addonFolder, `linux_${architecture}/koffi.node`),
      ...assetsIn("cli", chunks, folder),
      ...assetsIn("web", [...readdirSync(PAGE), "files.json"], PAGE),
    };
    writeFileSync(join(folder, "sea.json"), JSON.stringify(seaConfig(output, assets)));
    const stdio = ["ignore", "ignore", "inherit"];
    execFileSync(builder, [FIXED_SEED, "--build-sea", "sea.json"], { cwd: folder, stdio });
    return bundled;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files of a folder by the names that they have in the executable. */
function assetsIn(prefix, names, folder) {
  return Object.fromEntries(names.map((name) => [`${prefix}/${name}`, resolve(folder, name)]));
}

function seaConfig(output, assets) {
  return {
    main: "start.js",
    executable: smallNode,
    output: resolve(output),
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: runsHere(),
    // node:ffi is experimental; nobody who runs listenq is to be told.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // The failing server's NODE_OPTIONS are for its own Node.
    execArgvExtension: "none",
    assets,
  };
}

/** Writes what is inside, with licences. */
function describeContents(bundled) {
  const addon = [describePackage("node_modules/koffi"), describePackage(addonFolder)];
  const inPage = JSON.parse(readFileSync(join(PAGE, "packages.json"), "utf8"));
  const all = [...bundledPackages(bundled), ...inPage, ...addon];
  const packages = [...new Map(all.map((one) => [one.name, one])).values()];
  const nodeItself = {
    name: "Node.js",
    version: NODE_VERSION,
    license: "MIT and others",
    text: readFileSync(join(inside.folder, "LICENSE"), "utf8"),
  };
  const bill = architecture === "x64" ? "listenq.cdx.json" : `listenq-${architecture}.cdx.json`;
  writeFileSync("build/LICENSES.txt", licensePage([...packages, nodeItself]));
  const names = packages.map(({ name }) => name);
  writeFileSync(`build/${bill}`, `${JSON.stringify(softwareBill(names, sourceDate()), null, 2)}\n`);
}

async function checkReproducible() {
  const again = `${OUTPUT}.again`;
  await buildExecutable(again);
  const [first, second] = [sha256(OUTPUT), sha256(again)];
  rmSync(again);
  if (first !== second) throw new Error(`two builds differ: ${first} and ${second}`);
  console.log("a second build has the same bytes");
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
