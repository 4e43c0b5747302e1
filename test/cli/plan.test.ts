import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { closeSocket, localEndpoint, openListener } from "../../src/system/linux/socket/tcp-socket.ts";
import { start } from "../support/cli.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-plan-"));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/captures/${name}`, import.meta.url));

afterAll(() => rmSync(folder, { recursive: true }));

const quick = ["--what-if", "backlog=4", "--json"];

describe("listenq plan from what is seen", () => {
  it("sees the rate and the pauses of a capture, and says from how little", async () => {
    const { code, stdout } = await start([
      "plan",
      "--from-capture",
      fixture("lossy-link-redis.pcap"),
      ...quick,
    ]).ended;
    const { observation, demand } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(observation.source).toMatch(/^10\.7\.0\.2:6379 in /);
    expect(demand.ratePerSecond).toBe(observation.ratePerSecond);
    expect(demand.pauseMs).toBe(
      Math.max(...observation.pauses.map(({ lastsMs }: { lastsMs: number }) => lastsMs)),
    );
    expect(observation.notes.join()).toContain("SYNs were sent again");
  });

  it("takes a number that was given for one that was seen", async () => {
    const given = ["--rate", "7/s", "--pause", "90ms"];
    const { stdout } = await start([
      "plan",
      "--from-capture",
      fixture("fast-open-nginx.pcap"),
      ...given,
      ...quick,
    ]).ended;
    expect(JSON.parse(stdout)).toMatchObject({
      demand: { ratePerSecond: 7, pauseMs: 90 },
      observation: { longestQueue: null },
    });
  });

  it("takes measured pauses, turns of an event loop and the members of a group", async () => {
    const pauses = join(folder, "pauses.txt");
    writeFileSync(pauses, "20ms\n90ms # a deploy\n");
    const options = ["--rate", "80/s", "--pauses", pauses, "--every", "1s", "--reuseport", "4"];
    const loop = ["--turn", "10ms", "--accepts-per-turn", "5"];
    const { stdout } = await start(["plan", ...options, ...loop, ...quick]).ended;
    expect(JSON.parse(stdout).demand).toMatchObject({
      ratePerSecond: 20,
      groupSize: 4,
      pauseMs: 90,
      pausesMs: [20, 90],
      pauseEveryMs: 1000,
      acceptMs: 2,
    });
  });

  // Elsewhere the connections of other tests are counted too.
  it.skipIf(!hasOwnNamespace)(
    "looks at a listener that accepts nobody, which is one long pause",
    async () => {
      const fd = openListener({ address: "127.0.0.1", port: 0, backlog: 7 });
      const port = Number(localEndpoint(fd).split(":")[1]);
      const clients: Socket[] = [];
      const client = (): void => void clients.push(connect(port, "127.0.0.1").on("error", () => undefined));
      client();
      const { code, stdout } = await start(["plan", "--from-port", String(port), "--for", "300ms", ...quick])
        .ended;
      for (const one of clients) one.destroy();
      closeSocket(fd);
      // Nobody came while it looked: there is a pause and no rate, which is no plan.
      expect([code, stdout]).toEqual([2, ""]);
    },
  );

  it.each([
    [
      [],
      /^listenq: --rate is missing, such as --rate 2000\/s; or let it be seen by --from-recording, [^\n]*\n$/,
    ],
    [["--rate", "5/s"], /^listenq: --pause is missing, /],
    [["--rate", "0/s", "--pause", "1s"], /^listenq: --rate must be a rate such as /],
    [["--rate", "1e99/s", "--pause", "1s"], /^listenq: --rate must be a rate such as /],
    [["--rate", "5/s", "--pause", "-1s"], /^listenq: --pause must be a duration such as /],
    [["--rate", "9000000/s", "--pause", "1h"], /^listenq: [^\n]*--rate[^\n]*\n$/],
    [
      ["--from-port", "1", "--for", "100ms"],
      /^listenq: nobody listens on port 1 in this network namespace: see listenq ls\n$/,
    ],
    [
      ["--from-port", "80", "--from-capture", "x"],
      /^listenq: one of --from-recording, --from-capture and --from-port is enough/,
    ],
    [
      ["--rate", "5/s", "--pause", "1s", "--cold-start", "2s"],
      /^listenq: one of --pause, --pauses and --cold-start is enough/,
    ],
    [["--rate", "5/s", "--cold-start", "2s", "--every", "9s"], /^listenq: --cold-start does not recur/],
    [["--rate", "5/s", "--pauses", join(folder, "empty")], /^listenq: \S+ has no pause: one a line/],
    [["--rate", "5/s", "--pause", "1s", "--accepts-per-turn", "2"], /^listenq: --accepts-per-turn says/],
    [["--rate", "5/s", "--pause", "1s", "--turn", "0ms"], /^listenq: --turn must be longer than nothing/],
    [["--rate", "5/s", "--pause", "1s", "--loss", "100%"], /^listenq: --loss must be a percentage/],
    [["--rate", "5/s", "--pause", "1s", "--max-syn-backlog", "0"], /^listenq: --max-syn-backlog must be/],
    [["--rate", "5/s", "--pause", "1s", "--for", "1s"], /^listenq: --for says how long --from-port looks/],
    [["--rate", "5/s", "--pause", "1s", "--port", "80"], /^listenq: --port says which listener/],
    [["--from-recording", folder], /^listenq: \S+ holds no recording: /],
    [["--from-recording", "/nowhere/at/all"], /^listenq: cannot read \/nowhere\/at\/all/],
    [["--from-capture", "/nowhere/at/all"], /^listenq: [^\n]*\/nowhere\/at\/all[^\n]*\n$/],
    [["--from-capture", fixture("fast-open-nginx.pcap")], /no pause was seen; [^\n]*--pause\n$/],
    [["--from-capture", join(folder, "empty")], /^listenq: [^\n]*empty[^\n]*\n$/],
  ])("refuses %j with one line and exit code 2", async (args, line) => {
    writeFileSync(join(folder, "empty"), "");
    const { code, stdout, stderr } = await start(["plan", ...args]).ended;
    expect(stderr).toMatch(line);
    expect([code, stdout]).toEqual([2, ""]);
  });
});
