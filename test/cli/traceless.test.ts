import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { PROGRAM } from "../support/cli.ts";
import { EXECUTABLE } from "../support/executable.ts";
import { listenCode, startServer } from "../support/servers.ts";

/** docs/security.md lists what these tests let pass. */
const CHANGES =
  "creat,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,truncate,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,mount";
const CALLS = `trace=open,openat,openat2,${CHANGES},socket,connect,bind,unshare`;
const CAPTURE = fileURLToPath(new URL("../fixtures/captures/defer-accept-nginx.pcap", import.meta.url));
const FORMS = [
  { form: "the npm form", program: [process.execPath, PROGRAM] },
  { form: "the executable", program: [EXECUTABLE] },
];

const folder = mkdtempSync(join(tmpdir(), "listenq-traceless-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  if (spawnSync("strace", ["-V"]).error !== undefined) context.skip("strace is not installed");
});

/** What a thread did that is more than reading, one line each; a thread in a namespace of its own making counts apart. */
interface Deeds {
  readonly here: string[];
  readonly inOwnNamespace: string[];
}

/** Runs a command to its end, and tells what it and its children did. */
function deedsOf(program: readonly string[], ...args: string[]): Deeds {
  const traces = mkdtempSync(join(folder, "trace-"));
  // Node 22.8 and later keeps what it compiled in the user's own cache folder, which is listed.
  const env = { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder };
  const strace = ["-ff", "-qq", "-s", "300", "-o", join(traces, "of"), "-e", CALLS];
  const { status, stderr } = spawnSync("strace", [...strace, ...program, ...args], {
    encoding: "utf8",
    env,
    cwd: "/",
  });
  expect([0, 1], stderr).toContain(status);
  const files = readdirSync(traces).map((name) => readFileSync(join(traces, name), "utf8"));
  expect(files.join("\n"), "calls that are no deeds, so that it is known that calls are seen").toContain(
    "O_RDONLY",
  );
  return files.map(deedsOfThread).reduce((all, one) => ({
    here: [...all.here, ...one.here],
    inOwnNamespace: [...all.inOwnNamespace, ...one.inOwnNamespace],
  }));
}

function deedsOfThread(trace: string): Deeds {
  const lines = trace.split("\n").filter((line) => /^\w+\(/.test(line));
  const leaves = lines.findIndex((line) => /^unshare\(.*CLONE_NEWNET.*= 0/.test(line));
  const end = leaves < 0 ? lines.length : leaves;
  return { here: lines.slice(0, end).filter(isDeed), inOwnNamespace: lines.slice(end).filter(isDeed) };
}

function isDeed(line: string): boolean {
  const [name = ""] = line.split("(");
  if (name === "unshare") return false;
  if (name.startsWith("open")) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE/.test(line);
  if (name === "socket") return !/AF_NETLINK.*NETLINK_SOCK_DIAG/.test(line);
  // The kernel's own end of a netlink socket.
  return !/sa_family=AF_NETLINK/.test(line);
}

describe.each(FORMS)("$form", ({ program }) => {
  beforeEach((context) => {
    if (!existsSync(program.at(-1) ?? "")) context.skip(`${program.at(-1)} is not built`);
  });

  it("is seen by this test when it writes a file", () => {
    const report = join(folder, "report.html");
    const { here } = deedsOf(program, "explain", CAPTURE, "--report", report);
    expect(here.join("\n")).toContain(folder);
  });

  it("ls, top --once and why open nothing for writing, create no file and make no connection", async () => {
    const server = await startServer(listenCode(38_191, 3));
    try {
      for (const args of [
        ["ls"],
        ["ls", "--netns", "all", "--unix"],
        ["top", "--once"],
        ["why", "38191", "--for", "200ms"],
      ]) {
        const { here, inOwnNamespace } = deedsOf(program, ...args);
        const unlisted = here.filter((line) => !line.includes(`${folder}/.cache`));
        expect([args, unlisted, inOwnNamespace]).toEqual([args, [], []]);
      }
    } finally {
      await server.close();
    }
  });

  it("doctor writes and connects in namespaces of its own alone", () => {
    const { here, inOwnNamespace } = deedsOf(program, "doctor");
    expect(here.filter((line) => !line.includes(`${folder}/.cache`))).toEqual([]);
    const written = inOwnNamespace.flatMap((line) => /^open.*"(\/proc\/[^"]+)"/.exec(line)?.[1] ?? []);
    const allowed = /^\/proc\/(self\/(uid_map|gid_map|setgroups)|sys\/net\/)/;
    expect(written.filter((path) => !allowed.test(path))).toEqual([]);
    const opened = inOwnNamespace.filter((line) => line.startsWith("open"));
    expect(opened.length, "each of them is a file of /proc").toBe(written.length);
    const addresses = inOwnNamespace.flatMap(
      (line) => /^connect.*inet_addr\("([^"]+)"\)/.exec(line)?.[1] ?? [],
    );
    expect(addresses.filter((address) => !address.startsWith("127."))).toEqual([]);
  });
});
