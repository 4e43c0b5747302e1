// Holds the written part of the project: links that lead somewhere, files that open with what they are, sources that are
// cited in the agreed form, and a reason for every dependency.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const problems = [];
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file.length > 0 && existsSync(file));

for (const file of files.filter((name) => name.endsWith(".md"))) {
  for (const [, target] of readFileSync(file, "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(normalize(join(dirname(file), target))))
      problems.push(`${file}: link to ${target} leads nowhere`);
  }
}

/** Path, function or structure, version: `net/ipv4/tcp_input.c tcp_conn_request() v6.18`. */
const KERNEL_TAG = /^[\w/.-]+\.[ch] [\w]+(\(\))? v\d+\.\d+(\.\d+)?$/;
for (const file of files.filter((name) => name.startsWith("src/") && name.endsWith(".ts"))) {
  const text = readFileSync(file, "utf8");
  const opening = text.replace(/^#!.*\n/, "");
  if (!opening.startsWith("/**") || !opening.slice(0, opening.indexOf("*/")).includes("@module")) {
    problems.push(`${file}: does not open with what it is (a comment with @module)`);
  }
  for (const [, tag] of text.matchAll(/@kernel ([^\n*@]+?)\s*(?:\*\/|\n|@)/g)) {
    if (!KERNEL_TAG.test(tag.trim()))
      problems.push(`${file}: @kernel ${tag.trim()} is not "path name() vX.Y"`);
  }
}

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const reasons = readFileSync("docs/dependencies.md", "utf8");
for (const name of Object.keys(dependencies)) {
  if (!reasons.includes(`\`${name}\``)) problems.push(`docs/dependencies.md: ${name} has no reason there`);
}

for (const problem of problems) console.error(problem);
console.log(`docs: ${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
