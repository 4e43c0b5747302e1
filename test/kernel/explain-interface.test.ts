import { afterEach, describe, expect, it } from "vitest";
import type { Explanation } from "../../src/core/explain/explanation.ts";
import type { Network } from "../../src/system/lab/host/network.ts";
import { libc } from "../../src/system/linux/ffi/libc.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { LiveCapture, type Victim } from "../../src/system/observe/live-capture.ts";
import { NamespaceEye } from "../../src/system/observe/namespace-eye.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { NOBODY, nobodyCanRun, run as runProgram } from "../support/cli.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { buildWired, SERVER } from "../support/wired-network.ts";

const IPPROTO_IPV6 = 41;
const IPV6_HOPOPTS = 54;
const IPV6_DSTOPTS = 59;
/** A header of options, 8 bytes: next header and length are the kernel's, then padding. */
const PADDING = Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0);

describe.skipIf(!hasOwnNamespace)(
  "listenq explain --interface, on loopback (needs root, for a namespace of its own)",
  () => {
    const open: number[] = [];
    const keep = (fd: number): number => {
      open.push(fd);
      return fd;
    };
    const connect = (port: number, count: number): void => {
      for (let made = 0; made < count; made++) connectTo(keep(openTcpSocket("127.0.0.1")), "127.0.0.1", port);
    };

    afterEach(() => {
      for (const fd of open.splice(0)) closeSocket(fd);
    });

    it("tells the clients whose SYN a full queue refused, one line each, and only them", async () => {
      const listener = keep(openListener({ address: "127.0.0.1", port: 6100, backlog: 1 }));
      const other = keep(openListener({ address: "127.0.0.1", port: 6101, backlog: 9 }));
      const interrupted = new AbortController();
      const io = fakeIo(interrupted.signal);
      const ended = run(["explain", "--interface", "lo", "--port", "6100"], io);
      await expect.poll(() => io.written.stderr).toContain("listening to port 6100 on lo");
      connect(6100, 4);
      connect(6101, 2);
      // Two wait, two SYNs were refused; with room again their resends are answered.
      for (const _ of [1, 2]) acceptFrom(listener);
      await expect.poll(() => io.written.stdout.match(/syn-answered-late/g)?.length).toBe(2);
      interrupted.abort(130);
      expect(await ended).toBe(130);
      const lines = io.written.stdout.split("\n").filter((line) => /^\d{4}-/.test(line));
      expect(lines).toHaveLength(2);
      for (const line of lines)
        expect(line).toMatch(
          /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}127\.0\.0\.1:6100 {2}127\.0\.0\.1:\d+ {2}syn-answered-late: the SYN was sent 2 times until it was answered.*; ListenOverflows \+2 meanwhile$/,
        );
      expect(io.written.stdout).toMatch(
        /accept-queue-overflow\s+The accept queue of port 6100 overflowed while it was watched\.\n/,
      );
      expect(io.written.stdout).toMatch(/ListenOverflows of the namespace rose by [2-9]/);
      expect(io.written.stdout).not.toContain("capture-syn-unanswered");
      expect(other).toBeGreaterThan(0);
    });

    it("gives one JSON document at the end, with nothing in it of a port that had room", async () => {
      keep(openListener({ address: "127.0.0.1", port: 6102, backlog: 9 }));
      const io = fakeIo();
      const ended = run(["explain", "--interface", "lo", "--port", "6102", "--for", "400ms", "--json"], io);
      await expect.poll(() => io.written.stderr).toContain("listening");
      connect(6102, 3);
      expect(await ended).toBe(0);
      const document = JSON.parse(io.written.stdout) as Explanation & { schema: string; captures: unknown[] };
      expect(document.schema).toBe("listenq.explain/1");
      // Of three handshakes the filter passes SYN and SYN+ACK, and no ACK.
      expect(document.captures).toMatchObject([{ file: "lo", format: "live", packets: 6 }]);
      expect(document.handshakes).toEqual([]);
    });

    it("sees a SYN behind IPv6 extension headers", async () => {
      keep(openListener({ address: "::1", port: 6103, backlog: 9 }));
      const io = fakeIo();
      const ended = run(["explain", "--interface", "lo", "--port", "6103", "--for", "2s", "--json"], io);
      await expect.poll(() => io.written.stderr).toContain("listening");
      const client = keep(openTcpSocket("::1"));
      for (const option of [IPV6_HOPOPTS, IPV6_DSTOPTS])
        expect(libc.setsockopt(client, IPPROTO_IPV6, option, PADDING, PADDING.length)).toBe(0);
      connectTo(client, "::1", 6103);
      expect(await ended).toBe(0);
      const { captures, listeners } = JSON.parse(io.written.stdout) as Explanation & { captures: unknown[] };
      expect(captures).toMatchObject([{ packets: 2, skipped: [] }]);
      expect(listeners).toMatchObject([{ address: "::1", port: 6103, handshakes: 1 }]);
    });

    it.each([
      [["--port", "80"], "--port and --for go with --interface"],
      [["--interface", "lo"], "--interface needs --port"],
      [["--interface", "lo", "--port", "0"], "--port must be a whole number from 1 to 65535"],
      [["--interface", "nosuch0", "--port", "80"], "--interface nosuch0"],
      [["--interface", "lo", "--port", "80", "file.pcap"], "explain reads files or --interface, not both"],
      [["--interface", "lo", "--port", "80", "--all"], "--all is for files"],
      [[], "explain needs a capture"],
    ])("says what is wrong with %j", async (args, expected) => {
      const io = fakeIo();
      expect(await run(["explain", ...args], io)).toBe(2);
      expect(io.written.stderr).toContain(expected);
      expect(io.written.stderr.trim().split("\n")).toHaveLength(1);
    });

    it("says to an ordinary user what would permit it", async (context) => {
      if (!nobodyCanRun()) context.skip("an ordinary user may not read this checkout");
      const { code, stderr } = await runProgram(["explain", "--interface", "lo", "--port", "80"], {
        uid: NOBODY,
      });
      expect(code).toBe(3);
      expect(stderr).toMatch(/needs CAP_NET_RAW; run it as root/);
    });
  },
);

/** Two hosts with a way of 20 ms between them, so that several handshakes are under way at once. */
describe.skipIf(!hasOwnNamespace)("a live capture at the server, over a wire (needs root)", () => {
  const open: (() => void)[] = [];
  afterEach(() => {
    for (const close of open.splice(0).reverse()) close();
  });

  const build = (abortOnOverflow: number): Network => buildWired(open, { abortOnOverflow });
  /** Fills the queue with one client, then two more come at once: of their final ACKs the second meets a full queue. */
  const overflow = async (network: Network, onVictim: (victim: Victim) => void): Promise<LiveCapture> => {
    const fd = network.server.inside(() => openListener({ address: SERVER, port: 6110, backlog: 1 }));
    open.push(() => closeSocket(fd));
    const capture = network.server.inside(
      () => new LiveCapture({ interfaceName: "eth0", port: 6110, onVictim }),
    );
    const connect = (): void => {
      const client = network.client.inside(() => openTcpSocket(SERVER));
      open.push(() => closeSocket(client));
      connectTo(client, SERVER, 6110);
    };
    const eye = network.server.inside(() => new NamespaceEye());
    open.push(() => eye.close());
    connect();
    await expect.poll(() => eye.listeners().tcp[0]?.receiveQueue).toBe(1);
    connect();
    connect();
    return capture;
  };

  it("tells a final ACK that a full queue refused, by the SYN+ACKs that come again", async () => {
    const victims: Victim[] = [];
    const capture = await overflow(build(0), (victim) => victims.push(victim));
    await expect.poll(() => victims.length).toBe(1);
    const { facts, explanation } = capture.close();
    expect(victims[0]?.handshake).toMatchObject({ server: `${SERVER}:6110`, outcome: "final-ack-dropped" });
    expect(victims[0]?.overflows).toBeGreaterThan(0);
    expect(explanation.handshakes.map(({ client, outcome }) => [client, outcome])).toEqual([
      [victims[0]?.handshake.client, "final-ack-dropped"],
    ]);
    // What the filter did not pass is not counted, but the kernel knows its limit.
    expect(explanation.listeners[0]).toMatchObject({
      inferredBacklog: { atMost: 1, value: 1, assumes: null, confidence: "certain" },
      abortOnOverflow: false,
    });
    expect(facts).toMatchObject({ attempts: 3, lost: 0 });
  });

  it("tells a final ACK that was answered by a reset", async () => {
    const victims: Victim[] = [];
    const capture = await overflow(build(1), (victim) => victims.push(victim));
    await expect.poll(() => victims.length).toBe(1);
    const { explanation } = capture.close();
    expect(victims[0]?.handshake.outcome).toBe("overflow-reset");
    expect(explanation.findings.map(({ code }) => code)).toContain("capture-overflow-reset");
    expect(explanation.listeners[0]?.abortOnOverflow).toBe(true);
    expect(victims[0]?.overflows).toBeGreaterThan(0);
  });
});
