import { describe, expect, it } from "vitest";
import { libc } from "../../../../src/system/linux/ffi/libc.ts";
import { PacketSocket } from "../../../../src/system/linux/socket/packet-socket.ts";
import { LiveCapture } from "../../../../src/system/observe/live-capture.ts";
import { NamespaceEye } from "../../../../src/system/observe/namespace-eye.ts";
import { openAll } from "../../../../src/system/observe/namespace-scope.ts";
import { ListenerSampler } from "../../../../src/system/observe/sampler/listener-sampler.ts";
import { failEachStep } from "../../../support/fail-each-step.ts";

const AF = { UNIX: 1, PACKET: 17 } as const;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const realSocket = libc.socket;

/** A socket at which nothing arrives stands for the packet socket, which needs a capability. */
const noPackets = {
  socket: (family: number, type: number, protocol: number) =>
    family === AF.PACKET ? realSocket(AF.UNIX, SOCK_DGRAM_CLOEXEC, 0) : realSocket(family, type, protocol),
  setsockopt: () => 0,
  getsockopt: () => 0,
  bind: () => 0,
};

describe.skipIf(process.platform !== "linux")("a constructor that fails half-way leaves nothing open", () => {
  const leaks = (steps: ReturnType<typeof failEachStep>) => steps.filter(({ leaked }) => leaked.length > 0);

  it("a view into a namespace", () => {
    const steps = failEachStep(() => new NamespaceEye());
    expect(steps.length).toBeGreaterThan(8);
    expect(leaks(steps)).toEqual([]);
  });

  it("views into several namespaces", () => {
    const place = { inode: 1, path: "/proc/self/ns/net", name: "one", pid: process.pid };
    const steps = failEachStep(() => {
      const { seen } = openAll([place, { ...place, inode: 2 }]);
      return { close: () => seen.forEach(({ eye }) => void eye.close()) };
    });
    expect(steps.length).toBeGreaterThan(1);
    expect(leaks(steps)).toEqual([]);
  });

  it("a sampler", () => {
    const steps = failEachStep(() => new ListenerSampler());
    expect(steps.length).toBeGreaterThan(10);
    expect(leaks(steps)).toEqual([]);
  });

  it("a packet socket", () => {
    const steps = failEachStep(() => new PacketSocket(1, { filter: new Uint8Array(8) }), noPackets);
    expect(steps).toHaveLength(6);
    expect(leaks(steps)).toEqual([]);
  });

  it("a live capture", () => {
    const options = { interfaceName: "lo", port: 80, onVictim: () => {} };
    const steps = failEachStep(() => new LiveCapture(options), noPackets);
    expect(steps.length).toBeGreaterThan(12);
    expect(leaks(steps)).toEqual([]);
  });
});
