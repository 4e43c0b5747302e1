import { describe, expect, it } from "vitest";
import { encodeRecording } from "../../../../src/core/trace/capture-file.ts";
import { Recorder } from "../../../../src/core/trace/trace-recorder.ts";
import { encodeTcpFrame } from "../../../../src/core/wire/packet/encode-frame.ts";
import { decodeFrame } from "../../../../src/core/wire/packet/frame.ts";
import { LINK_TYPE } from "../../../../src/core/wire/packet/link-type.ts";
import { decodePcapng } from "../../../support/capture-file.ts";
import { client, SERVER } from "../../../support/traces.ts";

const STARTED_AT_NS = 1_795_000_000_123_456_789n;

/** A frame as the wire takes it, on its way to the server or back. */
function draft(sender: "client" | "server", flags: string, at: number, arrivedAt: number | null) {
  const [from, to] = sender === "client" ? [client(40001), SERVER] : [SERVER, client(40001)];
  const bytes = encodeTcpFrame({
    from,
    to,
    flags,
    seq: Math.floor(at),
    ack: flags.includes(".") ? 1 : null,
    window: 512,
  });
  const tcp = decodeFrame(LINK_TYPE.ETHERNET, bytes);
  if (tcp.skipped !== null) throw new Error(tcp.skipped);
  const atServer = sender === "client" ? at + 20 : at;
  return { tcp, bytes, sender, at, atServer, arrivedAt };
}

function recordingOf(...packets: ReturnType<typeof draft>[]) {
  const recorder = new Recorder();
  for (const packet of packets) recorder.addPacket(packet);
  return recorder.finish({
    counters: { before: {}, after: {} },
    sysctls: {},
    framesLost: 0,
    interrupted: false,
    startedAtNs: STARTED_AT_NS,
  });
}

describe("Recorder", () => {
  it("numbers packets from 1 as the server's end saw them: a client's when it arrives, a server's when it leaves", () => {
    const { trace } = recordingOf(
      draft("client", "S", 0, 20),
      draft("client", ".", 5, 60),
      draft("server", "S.", 21, 41),
    );
    expect(trace.packets.map(({ number, flags }) => [number, flags])).toEqual([
      [1, "S"],
      [2, "S."],
      [3, "."],
    ]);
  });

  it("puts a packet that was lost on its way to the server where it would have arrived", () => {
    const { trace } = recordingOf(
      draft("client", "S", 0, null),
      draft("server", "S.", 10, 30),
      draft("server", ".", 25, 45),
    );
    expect(trace.packets.map(({ flags, arrivedAt }) => [flags, arrivedAt])).toEqual([
      ["S.", 30],
      ["S", null],
      [".", 45],
    ]);
  });

  it("hands out samples with the final numbers of their packets", () => {
    const recorder = new Recorder();
    const [late, early] = [draft("client", ".", 5, 60), draft("client", "S", 0, 20)];
    recorder.addPacket(late);
    recorder.addPacket(early);
    const queues = {
      at: 20,
      listener: "a",
      acceptQueue: 0,
      synQueue: 1,
      limit: 1,
      drops: 0,
      afterCall: null,
      endedAt: 0,
    };
    recorder.addSample({ ...queues, afterPacket: early });
    recorder.addSample({ ...queues, at: 60, afterPacket: late });
    const { trace } = recorder.finish({
      counters: { before: {}, after: {} },
      sysctls: {},
      framesLost: 3,
      interrupted: true,
      startedAtNs: 0n,
    });
    expect(trace.samples.map((sample) => sample.afterPacket)).toEqual([1, 2]);
    expect(trace.recording).toEqual({
      largestSampleGapMs: 40,
      p99SampleGapMs: 40,
      framesLost: 3,
      interrupted: true,
    });
  });
});

describe("encodeRecording", () => {
  it("comes back from the file with its numbers, bytes, comments and times", () => {
    const recording = recordingOf(
      draft("client", "S", 0, 20.000_001),
      draft("server", "S.", 21.5, 41.5),
      draft("client", ".", 41.6, null),
    );
    const packets = recording.trace.packets.map((packet) =>
      packet.flags === "S." ? { ...packet, note: "Grüße → SYN+ACK" } : packet,
    );
    const capture = decodePcapng(
      encodeRecording({ ...recording, trace: { ...recording.trace, packets } }, "my experiment"),
    );
    expect(capture).toMatchObject({ truncated: false, problem: null });
    expect(capture.interfaces).toEqual([
      { name: "server", description: "my experiment", linkType: LINK_TYPE.ETHERNET, snapLength: 0 },
    ]);
    expect(capture.packets.map(({ timeNs, comment }) => [timeNs, comment])).toEqual([
      [STARTED_AT_NS + 20_000_001n, null],
      [STARTED_AT_NS + 21_500_000n, "Grüße → SYN+ACK"],
      [STARTED_AT_NS + 61_600_000n, null],
    ]);
    for (const [place, { bytes, originalLength }] of capture.packets.entries()) {
      expect(bytes).toEqual(recording.frames[place]?.bytes);
      expect(originalLength).toBe(bytes.length);
      expect(decodeFrame(LINK_TYPE.ETHERNET, bytes)).toMatchObject({ flags: packets[place]?.flags });
    }
  });

  it("writes a whole file also when nothing was recorded", () => {
    expect(decodePcapng(encodeRecording(recordingOf(), "nothing"))).toMatchObject({
      packets: [],
      truncated: false,
    });
  });
});
