import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmdirSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot, SnapshotListener } from "../../src/core/listener/snapshot/snapshot-document.ts";
import { isRoot, NOBODY, nobodyCanRun, PROGRAM } from "../support/cli.ts";
import { PidNamespace } from "../support/pid-namespace.ts";
import { listenCode, startServer } from "../support/servers.ts";

const PORT = 7_150;
const SERVER = `require("node:net").createServer().listen({ port: ${PORT}, host: "127.0.0.1", backlog: 3 }, () => console.log("listens"))`;
const ALL = ["sys_admin", "sys_ptrace", "dac_read_search"];

type LsDocument = Snapshot<SnapshotListener>;

/** What an ordinary user sees of root's listener in another namespace, with some capabilities. */
function lsWith(
  machine: PidNamespace,
  capabilities: readonly string[],
): {
  namespaces: number;
  process: string | null | undefined;
  stderr: string;
} {
  const set = ["-all", ...capabilities.map((name) => `+${name}`)].join();
  const as = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const caps = [`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`];
  const ls = [process.execPath, PROGRAM, "ls", "--netns", "all", "--port", String(PORT), "--json"];
  const { stdout, stderr, status } = spawnSync("env", [...machine.before, "setpriv", ...as, ...caps, ...ls], {
    cwd: "/",
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const { namespaces, listeners } = JSON.parse(stdout) as LsDocument;
  const [found] = listeners;
  return {
    namespaces: namespaces.length,
    process: found === undefined ? undefined : (found.process?.name ?? null),
    stderr,
  };
}

describe.skipIf(!isRoot || !nobodyCanRun())(
  "the least capabilities (needs root and a checkout that anybody may read)",
  () => {
    let machine: PidNamespace;
    beforeAll(async () => {
      machine = await PidNamespace.create();
      await serveElsewhere(machine, `${process.execPath} -e '${SERVER}'`);
    });
    afterAll(() => machine.close());

    it("show another user's listener in another namespace with its process", () => {
      expect(lsWith(machine, ALL)).toMatchObject({ process: "node", namespaces: 2 });
    });

    it.each([
      ["sys_admin", undefined],
      ["sys_ptrace", undefined],
      ["dac_read_search", null],
    ])("are not enough without %s, and what is missing is said", (missing, expected) => {
      const { process: name, stderr } = lsWith(
        machine,
        ALL.filter((one) => one !== missing),
      );
      expect(name).toBe(expected);
      expect(stderr).toMatch(/run it as root to see all/);
    });

    it("are needed for other namespaces only: without any an ordinary user sees the own one", () => {
      expect(lsWith(machine, [])).toMatchObject({ namespaces: 1, process: undefined });
    });
  },
);

/** Runs a server in a network namespace of its own on that machine, until the machine ends. */
async function serveElsewhere(machine: PidNamespace, server: string): Promise<void> {
  const inside = ["unshare", "--net", "sh", "-c", `ip link set lo up; exec ${server}`];
  const child = spawn("env", [...machine.before, ...inside], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: "/",
  });
  await once(child.stdout, "data");
}

/** The exporter of a container: root, with these capabilities alone. What it says until it serves, and its page, or the first that is as wanted. */
async function exporterWith(
  capabilities: readonly string[],
  before: readonly string[] = [],
  isWanted: (page: string) => boolean = () => true,
): Promise<{ said: string; page: string }> {
  const set = ["-all", ...capabilities.map((name) => `+${name}`)].join();
  const caps = [`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`, "--no-new-privs"];
  // What other tests listen on must not fold the one that is looked for.
  const many = ["--max-listeners", "100000"];
  const exporter = [
    process.execPath,
    PROGRAM,
    "exporter",
    "--netns",
    "all",
    ...many,
    "--listen",
    "127.0.0.1:0",
  ];
  const child = spawn("env", [...before, "setpriv", ...caps, ...exporter], {
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const text of child.stderr) {
    said += String(text);
    const url = /http:\S+\/metrics/.exec(said)?.[0];
    if (url === undefined) continue;
    let page = "";
    do page = await (await fetch(url)).text();
    while (!isWanted(page));
    // nsenter and unshare let no softer signal through to what they have forked; the rest ends with the machine.
    child.kill("SIGKILL");
    return { said, page };
  }
  throw new Error(`the exporter ended: ${said}`);
}

describe.skipIf(!isRoot)("the exporter as the root of a container (needs root, to have less)", () => {
  const port = PORT + 2;
  let machine: PidNamespace;
  beforeAll(async () => {
    machine = await PidNamespace.create();
    const as = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups`;
    await serveElsewhere(
      machine,
      `${as} ${process.execPath} -e '${SERVER.replace(String(PORT), String(port))}'`,
    );
  });
  afterAll(() => machine.close());

  const series = (page: string) =>
    new RegExp(`^listenq_accept_queue_limit\\{.*port="${port}",process="(.*?)"`, "m").exec(page)?.[1];

  const hidden = (page: string) =>
    [
      ...page.matchAll(
        /^listenq_hidden_(?:namespaces|processes\{what="(?:namespace|descriptors)"\}) (\d+)$/gm,
      ),
    ].map(([, number]) => Number(number) > 0);

  it("names the process of another user in another namespace, with the three capabilities, and has nothing to say", async () => {
    // Outside that machine, whose PIDs would be a reason to say something.
    // Among the many namespaces of other tests its own may be found only after the first look.
    const { said, page } = await exporterWith(ALL, [], (one) => series(one) !== undefined);
    expect(series(page)).toBe("node");
    expect(said).toMatch(/^listenq: metrics at [^\n]*\n$/);
    expect(hidden(page)).toEqual([false, false, false]);
  });

  it("says that it sees one container alone, without the PIDs of the machine", async () => {
    const { said, page } = await exporterWith(ALL, [
      ...machine.before,
      "unshare",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ]);
    expect(series(page)).toBeUndefined();
    expect(said).toMatch(/processes outside this container are not shown.*\(hostPID\)$/m);
  });

  it.each([
    [
      "sys_admin",
      undefined,
      /not shown \(setns: EPERM, operation not permitted\): CAP_SYS_ADMIN is missing$/m,
      0,
    ],
    [
      "sys_ptrace",
      undefined,
      /hidden, with the namespaces in which only such are: CAP_SYS_PTRACE is missing$/m,
      1,
    ],
    ["dac_read_search", "", /without process and container: CAP_DAC_READ_SEARCH is missing$/m, 2],
  ])("says what it cannot show without %s, and which one is missing", async (missing, name, words, place) => {
    const { said, page } = await exporterWith(
      ALL.filter((one) => one !== missing),
      machine.before,
    );
    expect(series(page)).toBe(name);
    expect(hidden(page)[place]).toBe(true);
    // Each reason is one line, however many namespaces and processes there are.
    expect(said.match(new RegExp(words, "gm"))).toHaveLength(1);
  });
});

describe.skipIf(!isRoot || !nobodyCanRun())("/proc with hidepid (needs root, for a PID namespace)", () => {
  it("shows listeners without their processes, and says that they are hidden", () => {
    const as = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ${process.execPath} ${PROGRAM}`;
    const script = [
      "mount -o remount,hidepid=2 /proc",
      `${process.execPath} -e '${SERVER}' > /tmp/listenq-hidepid-$$ & while ! grep -q listens /tmp/listenq-hidepid-$$; do :; done`,
      "rm /tmp/listenq-hidepid-$$",
      `${as} ls --port ${PORT}`,
      `${as} ls --port ${PORT} --json`,
      `${as} ls --port ${PORT} --netns all > /dev/null`,
    ].join("\n");
    const options = ["--pid", "--fork", "--kill-child", "--mount-proc", "--net"];
    const { stdout, stderr, status } = spawnSync(
      "unshare",
      [...options, "sh", "-c", `ip link set lo up\n${script}`],
      {
        encoding: "utf8",
        cwd: "/",
      },
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(
      "the process of one listener is hidden from this user; run it as root to see all",
    );
    const { listeners } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as LsDocument;
    expect(listeners).toMatchObject([{ port: PORT, process: null, acceptQueue: { capacity: 4 } }]);
    expect(stderr).toContain("some processes are hidden from this user");
    // What hides processes hides their namespaces too.
    expect(stderr).toContain("the namespaces of other users' processes are hidden from this user");
  });
});

describe.skipIf(!isRoot)(
  "a listener whose process is in another PID namespace (needs root, to make one)",
  () => {
    it("is seen from there without its process, which is not taken for none", async () => {
      const server = await startServer(listenCode(PORT + 1, 3));
      process.kill(server.pid, "SIGSTOP");
      const client = connect(PORT + 1, "127.0.0.1");
      await once(client, "connect");
      const see = (...before: string[]) => {
        const ls = [...before, process.execPath, PROGRAM, "ls", "--port", String(PORT + 1), "--json"];
        const { stdout, stderr } = spawnSync(ls[0] ?? "", ls.slice(1), { encoding: "utf8" });
        const { listeners } = JSON.parse(stdout) as LsDocument;
        const codes = listeners.flatMap(({ findings }) => findings.map(({ code }) => code));
        return { pids: listeners.map((listener) => listener.process?.pid), codes, stderr };
      };
      const there = see("unshare", "--pid", "--fork", "--mount-proc");
      expect(there.pids).toEqual([undefined]);
      expect(there.codes).not.toContain("listener-without-acceptor");
      expect(see("env")).toMatchObject({ pids: [server.pid], stderr: "" });
      client.destroy();
      await server.close();
    });
  },
);

describe.skipIf(!isRoot)("a read-only file system (needs root, to mount one)", () => {
  it("is told in one line by record, and is nothing to ls", () => {
    // A folder of its own: the checkout itself may lie in the one for temporary files.
    const folder = mkdtempSync(join(tmpdir(), "listenq-read-only-"));
    const program = `${process.execPath} ${PROGRAM}`;
    const script = `mount -t tmpfs -o ro none ${folder} && ${program} ls > /dev/null && ${program} record ${folder}/r --for 1s`;
    const { stderr, status } = spawnSync("unshare", ["--mount", "sh", "-c", script], {
      encoding: "utf8",
      cwd: "/",
    });
    rmdirSync(folder);
    expect(stderr).toMatch(/^listenq: cannot record to [^\n]*\/r: the file system is read-only \(EROFS\)\n$/);
    expect(status).toBe(2);
  });
});
