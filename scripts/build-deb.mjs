// Writes build/listenq_VERSION_amd64.deb from the executable: the command, a man page for each command (out of its --help),
// completions, and the exporter's unit, which nothing enables. There is no maintainer script. Then build/SHA256SUMS.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { VERSION } from "./bundle/bundle.mjs";
import { commandsIn, manPage } from "./bundle/man-page.mjs";
import { sourceDate } from "./bundle/source-date.mjs";

const EXECUTABLE = "build/listenq-linux-x64";
const TREE = "build/deb";
const DEB = `build/listenq_${VERSION}_amd64.deb`;
const DOCS = "usr/share/doc/listenq";
const MAINTAINER = "listenq contributors <listenq@users.noreply.github.com>";
const CONTROL = `Package: listenq
Version: ${VERSION}
Architecture: amd64
Maintainer: ${MAINTAINER}
Depends: libc6 (>= 2.28), libstdc++6 (>= 5), libgcc-s1, libatomic1
Suggests: libcap2-bin
Section: net
Priority: optional
Homepage: https://github.com/listenq/listenq
Description: SYN queue and accept queue of every TCP listener
 Shows the queues that listen(2) gives to each TCP listener, who was refused
 at them and why, watches a port for a verdict and a remedy, explains packet
 captures, and proves how this kernel behaves in namespaces of its own.
 .
 It is one file with its own Node.js inside, sends nothing anywhere, and
 changes nothing that it is not asked to change by name.
`;

const date = sourceDate();
if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is not there: npm run build:executable`);
rmSync(TREE, { recursive: true, force: true });
placeFiles();
dateAll(TREE);
execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "-z6", "--build", TREE, DEB], {
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
});
rmSync(TREE, { recursive: true });
console.log(`${DEB}: ${(statSync(DEB).size / 1e6).toFixed(1)} MB`);
writeSums();

function placeFiles() {
  place("DEBIAN/control", CONTROL);
  mkdirSync(join(TREE, "usr/bin"), { recursive: true });
  copyFileSync(EXECUTABLE, join(TREE, "usr/bin/listenq"));
  chmodSync(join(TREE, "usr/bin/listenq"), 0o755);
  for (const [name, text] of manPages()) place(`usr/share/man/man1/${name}.1.gz`, gzip(text));
  place("usr/share/bash-completion/completions/listenq", listenq("completion", "bash"));
  place("usr/share/zsh/vendor-completions/_listenq", listenq("completion", "zsh"));
  place("usr/share/fish/vendor_completions.d/listenq.fish", listenq("completion", "fish"));
  place(
    "lib/systemd/system/listenq-exporter.service",
    readFileSync("deploy/systemd/listenq-exporter.service"),
  );
  place(`${DOCS}/copyright`, readFileSync("deploy/debian/copyright"));
  place(`${DOCS}/LICENSES.txt.gz`, gzip(readFileSync("build/LICENSES.txt")));
  place(`${DOCS}/listenq.cdx.json.gz`, gzip(readFileSync("build/listenq.cdx.json")));
  place("usr/share/lintian/overrides/listenq", readFileSync("deploy/debian/lintian-overrides"));
  place(`${DOCS}/changelog.gz`, gzip(debianChangelog()));
}

/** Of the command and of each of its commands, which may have commands of their own. */
function manPages() {
  const found = [];
  const visit = (words) => {
    const help = listenq(...words, "--help");
    found.push([["listenq", ...words].join("-"), help]);
    for (const name of commandsIn(help)) visit([...words, name]);
  };
  visit([]);
  const page = { version: VERSION, date: date.toISOString().slice(0, 10) };
  const names = found.map(([name]) => name);
  return found.map(([name, help]) => {
    const seeAlso = name === "listenq" ? names.filter((other) => other !== name) : ["listenq"];
    return [name, manPage(name, help, { ...page, seeAlso })];
  });
}

function listenq(...args) {
  const { status, stdout, stderr } = spawnSync(EXECUTABLE, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`listenq ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function debianChangelog() {
  const day = date.toUTCString().replace("GMT", "+0000");
  return `listenq (${VERSION}) unstable; urgency=medium\n\n  * ${VERSION}: see CHANGELOG.md of the project.\n\n -- ${MAINTAINER}  ${day}\n`;
}

function place(path, content) {
  const file = join(TREE, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o644);
}

/** As `gzip -9n`: without a name or a time. */
function gzip(content) {
  return gzipSync(content, { level: 9 });
}

/** Folders as everybody may read them, and every time that of the sources. */
function dateAll(path) {
  if (statSync(path).isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) dateAll(join(path, name));
  }
  lutimesSync(path, date, date);
}

function writeSums() {
  const files = readdirSync("build")
    .filter((name) => /^listenq|^LICENSES/.test(name))
    .sort();
  const sum = (name) =>
    createHash("sha256")
      .update(readFileSync(`build/${name}`))
      .digest("hex");
  writeFileSync("build/SHA256SUMS", files.map((name) => `${sum(name)}  ${name}\n`).join(""));
}
