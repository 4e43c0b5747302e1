/** `listenq explain` as a whole program: its inputs, its options, its endings. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeTcpFrame } from "../../src/core/wire/packet/encode-frame.ts";
import { decodePcap, decodePcapng } from "../support/capture-file.ts";
import { PROGRAM, run } from "../support/cli.ts";
import { encodePcap } from "../support/pcap-file.ts";

const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
const DROP = fixture("seed/tcpdump-drop.txt");
const ABORT = fixture("seed/tcpdump-abort.txt");
const SLOW = fixture("captures/slow-serial-server.pcap");

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-explain-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explained(...args: string[]) {
  const { code, stdout, stderr } = await run(["explain", ...args, "--json"]);
  return { code, stderr, document: JSON.parse(stdout) };
}

describe("the two published listings", () => {
  it("say what their author found: a silent refusal, a backlog of 1, abort off", async () => {
    const { code, document } = await explained(DROP);
    expect([code, document.schema]).toEqual([0, "listenq.explain/1"]);
    expect(document.listeners).toMatchObject([
      {
        address: "127.0.0.1",
        port: 8088,
        handshakes: 4,
        abortOnOverflow: false,
        inferredBacklog: { atMost: 1, value: 1, confidence: "likely" },
        outcomes: { completed: 3, "final-ack-dropped": 1 },
      },
    ]);
    expect(document.handshakes).toMatchObject([
      { client: "[::1]:47368", server: "[::1]:8088", outcome: "refused", served: false },
      { client: "127.0.0.1:59836", outcome: "final-ack-dropped", served: true, synAckRetransmissions: 3 },
    ]);
    expect(document.handshakes[1].note).toContain("SYN+ACK again after 1.20, 3.40 and 7.60 s");
  });

  it("and a reset, abort on", async () => {
    const { document } = await explained(ABORT);
    expect(document.listeners).toMatchObject([{ handshakes: 4, abortOnOverflow: true }]);
    expect(document.handshakes.at(-1)).toMatchObject({
      client: "127.0.0.1:33542",
      outcome: "overflow-reset",
    });
  });

  it("offer no filter for Wireshark, which opens no listing", async () => {
    const { document } = await explained(DROP);
    expect(document.findings[0].evidence.filter).toBeNull();
    expect((await run(["explain", DROP])).stdout).not.toContain("Wireshark:");
    expect((await explained(SLOW)).document.findings[0].evidence.filter).toMatch(/^frame\.number in \{/);
  });
});

describe("every way in", () => {
  it("is the same: a file, gzip, stdin", async () => {
    writeFileSync(at("slow.gz"), gzipSync(readFileSync(SLOW)));
    const plain = (await explained(SLOW)).document;
    const zipped = (await explained(at("slow.gz"))).document;
    const piped = await throughStdin(readFileSync(SLOW));
    for (const other of [zipped, piped]) {
      expect(other.listeners).toEqual(plain.listeners);
      expect(other.findings).toEqual(plain.findings);
    }
  });

  it("takes several files as pieces of one capture, and numbers on", async () => {
    const whole = decodedPackets(SLOW);
    const half = whole.length >> 1;
    writeFileSync(at("1.pcap"), encodePcap({ linkType: 1, packets: whole.slice(0, half) }));
    writeFileSync(at("2.pcap"), encodePcap({ linkType: 1, packets: whole.slice(half) }));
    const { document } = await explained(at("1.pcap"), at("2.pcap"), "--all");
    const one = (await explained(SLOW, "--all")).document;
    expect(document.captures.map(({ packets }: { packets: number }) => packets)).toEqual([
      half,
      whole.length - half,
    ]);
    expect(document.listeners).toEqual(one.listeners);
    expect(document.handshakes.map(({ packets }: { packets: number[] }) => packets)).toEqual(
      one.handshakes.map(({ packets }: { packets: number[] }) => packets),
    );
  });

  it.each([
    ["an empty file", () => "", /empty.*: capture at 0: /],
    [
      "a text that is no listing",
      () => "Dear customer,\nnothing works.\n",
      /no line of tcpdump's, tshark's or Wireshark's output found/,
    ],
    ["a wrong magic", () => "\u0001\u0002\u0003\u0004 and more bytes", /capture at 0: .* expected/],
  ])("refuses %s in one line, and exits 2", async (_name, text, line) => {
    const file = at("empty-or-wrong");
    writeFileSync(file, text());
    const { code, stdout, stderr } = await run(["explain", file]);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it.each([
    [[tmpdir()], /a capture file expected, is a directory/],
    [["/no/such/file.pcap"], /cannot be read: there is no such file or folder \(ENOENT\)/],
  ])("refuses %s", async (args, line) => {
    const { code, stderr } = await run(["explain", ...args]);
    expect(stderr).toMatch(line);
    expect(code).toBe(2);
  });

  it("explains what can be read of a capture that ends in the middle, with a warning", async () => {
    writeFileSync(at("cut.pcap"), readFileSync(SLOW).subarray(0, 5000));
    const { code, stderr, document } = await explained(at("cut.pcap"));
    expect(stderr).toMatch(/cut\.pcap: pcap packet at \d+: need \d+ bytes, have \d+; what could be read/);
    expect(document.captures[0].packets).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  it("a valid file without packets is fine", async () => {
    writeFileSync(at("none.pcap"), encodePcap({ linkType: 1, packets: [] }));
    const { code, document } = await explained(at("none.pcap"));
    expect([code, document.captures[0].packets, document.handshakes]).toEqual([0, 0, []]);
  });
});

describe("what is left out", () => {
  it("--server", async () => {
    const { document } = await explained(DROP, "--server", "[::1]:8088", "--all");
    expect(document.handshakes.map(({ server }: { server: string }) => server)).toEqual(["[::1]:8088"]);
  });

  it("--since and --until, as durations and as moments", async () => {
    const first = Date.parse((await explained(SLOW)).document.captures[0].first);
    const moment = new Date(first + 1000).toISOString();
    const byDuration = (await explained(SLOW, "--until", "1s", "--all")).document;
    const byMoment = (await explained(SLOW, "--until", moment, "--all")).document;
    expect(byDuration.handshakes).toEqual(byMoment.handshakes);
    const later = (await explained(SLOW, "--since", moment)).document;
    expect(later.handshakes.length).toBeLessThan(byMoment.handshakes.length);
  });

  it.each([
    [["--since", "2026-11-25T20:50:51Z"], "--since: the capture has no date"],
    [["--until", "soon"], "--until must be a duration"],
    [["--server", "8088"], "--server must be ADDRESS:PORT"],
    [
      ["--annotate", "/no/such/folder/x"],
      "--annotate: cannot write /no/such/folder/x: there is no such file or folder (ENOENT)",
    ],
  ])("refuses %s in one line", async (args, line) => {
    const { code, stderr } = await run(["explain", DROP, ...args]);
    expect(stderr).toContain(line);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe("what is written", () => {
  it("--annotate writes the capture again, with comments on what matters", async () => {
    const { code, stderr } = await run(["explain", SLOW, "--annotate", at("story.pcapng")]);
    const { packets } = decodePcapng(readFileSync(at("story.pcapng")));
    const told = packets.filter(({ comment }) => comment !== null);
    expect(code).toBe(0);
    expect(stderr).toContain(`with comments on ${told.length} packets`);
    expect(told[0]?.comment).toMatch(/^capture-slow-accept: /);
    expect(packets.map(({ bytes }) => bytes.length)).toEqual(
      decodedPackets(SLOW).map(({ bytes }) => bytes.length),
    );
  });

  it("leaves an old file as it was when the capture cannot be read", async () => {
    writeFileSync(at("keep.pcapng"), "precious");
    const { code } = await run(["explain", at("missing.pcap"), "--annotate", at("keep.pcapng")]);
    expect(code).toBe(2);
    expect(readFileSync(at("keep.pcapng"), "utf8")).toBe("precious");
  });

  it.each(["--annotate", "--report"])("%s names the file when the device is full", async (option) => {
    const { code, stderr } = await run(["explain", SLOW, option, "/dev/full"]);
    expect(stderr).toBe(`listenq: ${option}: cannot write /dev/full: no space left on the device (ENOSPC)\n`);
    expect(code).toBe(2);
  });

  it.each(["--annotate", "--report"])("%s never overwrites the capture that is read", async (option) => {
    writeFileSync(at("only.pcap"), readFileSync(SLOW));
    const { code, stderr } = await run(["explain", at("only.pcap"), option, at("only.pcap")]);
    expect(stderr).toContain(`${option}: ${at("only.pcap")} is the capture itself`);
    expect(code).toBe(2);
    expect(readFileSync(at("only.pcap"))).toEqual(readFileSync(SLOW));
  });

  it("--anonymize leaves no real address in any output, and the same stands for the same", async () => {
    const file = at("private.pcap");
    writeFileSync(file, handshakes("10.1.2.3", "172.20.30.40", 3));
    const real = /10\.1\.2\.3|172\.20\.30\.40|private\.pcap/;
    const { stdout } = await run(["explain", file, "--anonymize", "--all"]);
    const { document } = await explained(file, "--anonymize", "--all");
    const report = at("anonymous.html");
    await run(["explain", file, "--anonymize", "--all", "--report", report]);
    for (const output of [stdout, JSON.stringify(document), readFileSync(report, "utf8")]) {
      expect(output).not.toMatch(real);
      expect(output).toContain("198.18.0.");
    }
    expect(new Set(document.handshakes.map(({ server }: { server: string }) => server)).size).toBe(1);
  });
});

it("Ctrl-C prints what is known by then, and exits 130", async () => {
  const child = spawn(process.execPath, [PROGRAM, "explain", "-", "--json"], { cwd: "/" });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  // More than a pipe holds: when all of it is written, the program has read most of it and waits for more.
  const bytes = handshakes("10.0.0.1", "10.0.0.2", 4000);
  await new Promise((resolve) => child.stdin.write(bytes, resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(JSON.parse(stdout).captures[0].packets).toBeGreaterThan(1000);
});

/** A capture of clients that are silent after their handshake. */
function handshakes(client: string, server: string, count: number): Uint8Array {
  const packets = Array.from({ length: count }, (_, place) => place).flatMap((place) => {
    const from = `${client}:${1024 + place}`;
    const to = `${server}:443`;
    return [
      { from, to, flags: "S", seq: 1, ack: null },
      { from: to, to: from, flags: "S.", seq: 7, ack: 2 },
      { from, to, flags: ".", seq: 2, ack: 8 },
    ].map((spec, step) => {
      const bytes = encodeTcpFrame({ ...spec, window: 9 });
      return { timeNs: BigInt(1e15 + place * 1e6 + step * 1e4), bytes, originalLength: bytes.length };
    });
  });
  return encodePcap({ linkType: 1, packets });
}

function decodedPackets(file: string) {
  const { packets } = decodePcap(readFileSync(file));
  return packets.map(({ timeNs, bytes, originalLength }) => ({
    timeNs: timeNs ?? 0n,
    bytes,
    originalLength,
  }));
}

async function throughStdin(bytes: Uint8Array): Promise<{ listeners: unknown; findings: unknown }> {
  const child = spawn(process.execPath, [PROGRAM, "explain", "-", "--json"], { cwd: "/" });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stdin.end(bytes);
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(stdout);
}
