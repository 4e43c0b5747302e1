import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DecodeError, UsageError } from "../../../../src/core/errors.ts";
import type { CaptureFacts } from "../../../../src/core/wire/capture/capture-facts.ts";
import { CaptureReader } from "../../../../src/core/wire/capture/capture-reader.ts";
import { readCapture } from "../../../../src/system/capture/index.ts";
import { encodePcap } from "../../../support/pcap-file.ts";
import { SYN } from "../../core/wire/frames.ts";

const PACKETS = 20_000;
const packets = Array.from({ length: PACKETS }, (_, place) => ({
  timeNs: 1_000_000_000n + BigInt(place) * 1000n,
  bytes: SYN,
  originalLength: SYN.length,
}));
const plain = encodePcap({ linkType: 1, packets });
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "listenq-capture-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function factsOf(path: string): Promise<CaptureFacts> {
  const reader = new CaptureReader({ onSegment: () => undefined });
  await readCapture(path, reader);
  return reader.facts();
}

describe("readCapture", () => {
  it("reads a plain file and tells how much of it", async () => {
    let bytes = 0;
    const reader = new CaptureReader({ onSegment: () => undefined });
    const onRead = (count: number): void => {
      bytes += count;
    };
    await readCapture(fileOf("plain.pcap", plain), reader, { onRead });
    expect(reader.facts()).toMatchObject({ packets: PACKETS, problem: null });
    expect(bytes).toBe(plain.length);
  });

  it("reads gzip, also of several members, and of a truncated one what there is", async () => {
    const packed = gzipSync(plain);
    expect(await factsOf(fileOf("a.gz", packed))).toMatchObject({ packets: PACKETS, problem: null });
    const [head, tail] = [gzipSync(plain.subarray(0, 500_000)), gzipSync(plain.subarray(500_000))];
    expect(await factsOf(fileOf("b.gz", Buffer.concat([head, tail])))).toMatchObject({ packets: PACKETS });
    const half = await factsOf(fileOf("c.gz", packed.subarray(0, packed.length / 2)));
    expect(half.packets).toBeGreaterThan(0);
    expect(half.packets).toBeLessThan(PACKETS);
    expect(half.problem).not.toBeNull();
  });

  it("reads zstd, and of a truncated one what there is", async (ctx) => {
    const path = fileOf("plain2.pcap", plain);
    try {
      execFileSync("zstd", ["-q", "-f", path, "-o", join(folder, "a.zst")]);
    } catch {
      ctx.skip("zstd is not installed");
    }
    expect(await factsOf(join(folder, "a.zst"))).toMatchObject({ packets: PACKETS, problem: null });
    const packed = readFileSync(join(folder, "a.zst"));
    const half = await factsOf(fileOf("b.zst", packed.subarray(0, packed.length - 8)));
    expect(half.problem).toMatch(/zstd|need/);
    await expect(factsOf(fileOf("c.zst", packed.subarray(0, 20)))).rejects.toThrow("(zstd: unexpected EOF)");
  });

  it("refuses a zstd window that would cost gigabytes", async () => {
    // Magic, no content size, a window of 2^30 bytes.
    const path = fileOf("huge.zst", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, ...new Uint8Array(20)));
    await expect(factsOf(path)).rejects.toThrow(
      "huge.zst: zstd frame at 0: a window of at most 134217728 bytes expected",
    );
  });

  it.each([
    ["gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 9, 9, 9, 9, 9, 9]],
    ["zstd", [0x28, 0xb5, 0x2f, 0xfd, 0x24, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]],
  ])("says in one line that damaged %s holds nothing", async (name, bytes) => {
    await expect(factsOf(fileOf(`damaged.${name}`, Uint8Array.from(bytes)))).rejects.toThrow(DecodeError);
  });

  it("names the file, the place and what was expected", async () => {
    const path = fileOf("x.bin", Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    await expect(factsOf(path)).rejects.toThrow(
      `${path}: capture at 0: the beginning of a pcap or pcapng file`,
    );
    await expect(factsOf(fileOf("empty", new Uint8Array(0)))).rejects.toThrow("capture at 0: it is empty");
    await expect(factsOf(folder)).rejects.toThrow(`${folder}: a capture file expected, is a directory`);
    await expect(factsOf(join(folder, "missing"))).rejects.toThrow(UsageError);
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    const reader = new CaptureReader({ onSegment: () => abort.abort(new Error("enough")) });
    const path = fileOf("long.pcap", plain);
    await expect(readCapture(path, reader, { signal: abort.signal })).rejects.toThrow("enough");
    expect(reader.facts().packets).toBeLessThan(PACKETS);
  });
});
