import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../src/core/experiment/index.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { type CliResult, isRoot, NOBODY, run as runBuilt } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-lab-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of the tests' folder with that text. */
function fileWith(name: string, text: string, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const SHORT = `scenario: Nobody waits long.
listener: { backlog: 1 }
clients: [{ at: 0ms, close-after: 50ms }]
duration: 1s
`;
const short = fileWith("short.yaml", SHORT);
const secret = fileWith("secret.yaml", SHORT, 0o000);
const names = EXPERIMENTS.map(({ name }) => name).join(", ");
mkdirSync(join(folder, "a-folder"));

/** Nothing on stdout and one line on stderr, which is returned without its newline. */
function oneLine({ stdout, stderr }: Pick<CliResult, "stdout" | "stderr">): string {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trimEnd();
}

/** Wrong input that is found before any lab is entered: what is said, and exit code 2. */
const WRONG: readonly (readonly [string, readonly string[], string])[] = [
  ["no experiment at all", [], `listenq: lab run needs an experiment (${names}) or a scenario file`],
  [
    "an unknown experiment",
    ["overflow"],
    `listenq: overflow is neither an experiment (${names}) nor a scenario file`,
  ],
  [
    "a missing file",
    [join(folder, "no.yaml")],
    `listenq: ${folder}/no.yaml is neither an experiment (${names}) nor a scenario file`,
  ],
  ["a file in a missing folder", [join(folder, "no/no.yaml")], `listenq: ${folder}/no/no.yaml is neither`],
  ["one wrong name among right ones", [short, "overflow"], "listenq: overflow is neither an experiment"],
  ["an empty name", [""], "is neither an experiment"],
  ["an unknown option", [short, "--colour"], "listenq: unknown option '--colour'"],
  ["--pcap without a file", [short, "--pcap"], "listenq: option '--pcap <file>' argument missing"],
  [
    "--pcap into a missing folder",
    [short, "--pcap", join(folder, "no/x.pcapng")],
    `listenq: --pcap: cannot write ${folder}/no/x.pcapng`,
  ],
  [
    "--pcap onto a folder",
    [short, "--pcap", join(folder, "a-folder")],
    `listenq: --pcap: cannot write ${folder}/a-folder: it is a folder (EISDIR)`,
  ],
];

describe("lab run says in one line what is wrong, and exits with 2, for", () => {
  it.each(WRONG)("%s", async (_name, args, expected) => {
    const io = fakeIo();
    expect(await run(["lab", "run", ...args], io)).toBe(2);
    expect(oneLine(io.written)).toContain(expected);
  });

  it("a folder instead of a file, with its name", async () => {
    const io = fakeIo();
    expect(await run(["lab", "run", join(folder, "a-folder")], io)).toBe(2);
    expect(oneLine(io.written)).toContain(join(folder, "a-folder"));
  });

  it.each([
    [
      "a unit that is missing",
      SHORT.replace("at: 0ms", "at: 0"),
      "3:17: clients.0.at: expected a duration such as 20ms or 10s",
    ],
    [
      "an unknown key",
      SHORT.replace("backlog: 1", "backlog: 1, somaxcon: 5"),
      '2:25: listener: unrecognized key: "somaxcon"',
    ],
    ["broken YAML", SHORT.replace(" }\nclients", "\nclients"), "3:"],
    ["an empty file", "", "1:1: expected object, received null"],
    ["bytes that are no text", "\u0000\u0001\ufffd", "1:"],
  ])("a scenario with %s, with file, line and column", async (_name, text, expected) => {
    const file = fileWith("wrong.yaml", text);
    const io = fakeIo();
    expect(await run(["lab", "run", file, "--json"], io)).toBe(2);
    expect(oneLine(io.written)).toContain(`listenq: ${file}:${expected}`);
  });

  it("a file that this user may not read, with its name", async () => {
    const result = await runBuilt(["lab", "run", secret], isRoot ? { uid: NOBODY } : {});
    expect(result.code).toBe(2);
    expect(oneLine(result)).toContain(secret);
  });

  it("a capture file that this user may not write, before anything has run", async () => {
    const pcap = join(folder, "x.pcapng");
    if (!isRoot) chmodSync(folder, 0o555);
    const result = await runBuilt(["lab", "run", short, "--pcap", pcap], isRoot ? { uid: NOBODY } : {});
    if (!isRoot) chmodSync(folder, 0o755);
    expect(result.code).toBe(2);
    expect(oneLine(result)).toBe(`listenq: --pcap: cannot write ${pcap}: permission denied (EACCES)`);
  });

  it("a sysctl that no kernel has, or a value that the kernel refuses, with the sysctl's name", async () => {
    const missing = fileWith("missing.yaml", `${SHORT}sysctls: { net.ipv4.tcp_no_such: 1 }\n`);
    const refused = fileWith("refused.yaml", `${SHORT}sysctls: { net.core.somaxconn: -5 }\n`);
    const [first, second] = await Promise.all([
      runBuilt(["lab", "run", missing]),
      runBuilt(["lab", "run", refused]),
    ]);
    expect(first.code, first.stderr).toBe(3);
    expect(first.stdout + first.stderr).toContain("net.ipv4.tcp_no_such");
    if (second.code === 3 && !isRoot) return;
    expect(second.code, second.stderr).toBe(2);
    expect(second.stdout).toBe("");
    expect(second.stderr).toContain("the kernel refuses net.core.somaxconn = -5");
  });
});

describe("lab list", () => {
  it("prints every experiment with its question", async () => {
    const io = fakeIo();
    expect(await run(["lab", "list"], io)).toBe(0);
    expect(io.written.stderr).toBe("");
    for (const { name } of EXPERIMENTS) expect(io.written.stdout).toMatch(new RegExp(`^${name} .*`, "m"));
    expect(io.written.stdout).toContain(EXPERIMENTS[0]?.question);
  });

  it("prints one JSON document whose first key is its schema", async () => {
    const io = fakeIo();
    expect(await run(["lab", "list", "--json"], io)).toBe(0);
    const document = JSON.parse(io.written.stdout) as Record<string, unknown>;
    expect(Object.keys(document)[0]).toBe("schema");
    const experiments = EXPERIMENTS.map(({ name, question }) => ({ name, question }));
    expect(document).toEqual({ schema: "listenq.lab-list/1", experiments });
  });

  it("takes no arguments", async () => {
    const io = fakeIo();
    expect(await run(["lab", "list", "everything"], io)).toBe(2);
    expect(oneLine(io.written)).toContain("too many arguments");
  });
});

describe("lab", () => {
  it.each(["lab run", "lab list", "lab"])("%s --help goes to stdout, with exit code 0", async (command) => {
    const io = fakeIo();
    expect(await run([...command.split(" "), "--help"], io)).toBe(0);
    expect(io.written.stdout).toMatch(new RegExp(`^Usage: listenq ${command} `));
    expect(io.written.stderr).toBe("");
  });

  it("refuses a command that it does not have", async () => {
    const io = fakeIo();
    expect(await run(["lab", "walk"], io)).toBe(2);
    expect(oneLine(io.written)).toContain("there is no command walk");
  });
});

describe("listenq lab run --model", () => {
  it("puts the model's claims and trace beside the kernel's, on which they hold too", async () => {
    const args = ["lab", "run", "relisten", "unix-socket", "cookie-overflow", "--model", "--json"];
    const { code, stdout } = await runBuilt(args);
    const { experiments } = JSON.parse(stdout);
    expect(code).toBe(0);
    for (const { claims, trace, model } of experiments) {
      expect(model.kernel.model).toMatch(/^\d/);
      expect(model.claims.map(({ id }: { id: string }) => id)).toEqual(
        claims.map(({ id }: { id: string }) => id),
      );
      expect(model.verdict).toBe("holds");
      expect(Object.keys(model.trace)).toEqual(Object.keys(trace));
    }
  });

  it("has no word on a model without it", async () => {
    const { stdout } = await runBuilt(["lab", "run", "somaxconn-per-namespace", "--json"]);
    expect(JSON.parse(stdout).experiments[0]).not.toHaveProperty("model");
  });
});

describe("lab export", () => {
  it("prints a script for packetdrill", async () => {
    const { code, stdout, stderr } = await runBuilt(["lab", "export", "synack-ladder", "--packetdrill"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^0\.000 listen\(3, 4\) = 0$/m);
  });

  it.each([
    [["overflow-drop"], "listenq: lab export needs --packetdrill, the one form that there is"],
    [
      ["capacity", "--packetdrill"],
      "listenq: capacity cannot be a packetdrill script: it has several listeners",
    ],
    [["nobody", "--packetdrill"], `listenq: nobody is neither an experiment (${names}) nor a scenario file`],
    [["capacity", "--packetdrill", "--kernel", "2.4"], 'listenq: no kernel era "2.4"'],
  ])("refuses %j", async (args, words) => {
    const result = await runBuilt(["lab", "export", ...args]);
    expect(result.code).toBe(2);
    expect(oneLine(result)).toContain(words);
  });
});
