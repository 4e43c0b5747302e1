import { afterEach, describe, expect, it } from "vitest";
import { FrameParser } from "../../src/core/wire/packet/decode/frame-parser.ts";
import { LINK_TYPE } from "../../src/core/wire/packet/link-type.ts";
import { TCP_FLAG } from "../../src/core/wire/packet/tcp-flags.ts";
import {
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { ListenerSampler } from "../../src/system/observe/sampler/listener-sampler.ts";
import { isRoot } from "../support/cli.ts";
import { buildWired, SERVER } from "../support/wired-network.ts";

const PORT = 6120;

/** Packets to the server on the wire, by client port. */
class WireRecord {
  readonly #parser = new FrameParser();
  readonly #finals = new Map<number, number>();
  readonly #syns = new Map<number, number>();

  readonly take = (frame: Uint8Array): void => {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (this.#parser.parse(view, 0, frame.length, frame.length, LINK_TYPE.ETHERNET) !== null) return;
    const { sourcePort, destinationPort, flags } = this.#parser.segment;
    if (destinationPort !== PORT) return;
    const counts = (flags & TCP_FLAG.SYN) === 0 ? this.#finals : this.#syns;
    counts.set(sourcePort, (counts.get(sourcePort) ?? 0) + 1);
  };

  /** Each final ACK of the client that sent most of them, and each SYN of those that never sent one. */
  get refused(): { finals: number; syns: number } {
    const silent = [...this.#syns].filter(([port]) => !this.#finals.has(port));
    return {
      finals: Math.max(...this.#finals.values()),
      syns: silent.reduce((sum, [, count]) => sum + count, 0),
    };
  }
}

describe.skipIf(!isRoot)("the count of refused packets, against what was on the wire (needs root)", () => {
  const open: (() => void)[] = [];
  afterEach(() => {
    for (const close of open.splice(0).reverse()) close();
  });

  it("is that of the wire, although the kernel's own counter counts a refused final ACK more than once", async () => {
    const record = new WireRecord();
    const network = buildWired(open, { abortOnOverflow: 0, onFrameToServer: record.take });
    const listener = network.server.inside(() => openListener({ address: SERVER, port: PORT, backlog: 1 }));
    open.push(() => closeSocket(listener));
    const sampler = network.server.inside(() => new ListenerSampler());
    open.push(() => sampler.close());
    const connect = (): void => {
      const client = network.client.inside(() => openTcpSocket(SERVER));
      open.push(() => closeSocket(client));
      connectTo(client, SERVER, PORT);
    };
    const own = () => sampler.sample().listeners.find(({ port }) => port === PORT);
    connect();
    await expect.poll(() => own()?.acceptQueue.length).toBe(1);
    // Of two final ACKs the second meets a full queue, and then all SYNs do.
    for (let made = 0; made < 2; made++) connect();
    await expect.poll(() => own()?.acceptQueue.length).toBe(2);
    for (let made = 0; made < 3; made++) connect();
    await expect.poll(() => record.refused.finals).toBeGreaterThanOrEqual(3);
    // Resends go on, so both are read in one turn of the event loop; what is on its way within the kernel comes before the next.
    let [sample, refused] = [own(), 0];
    const difference = (): number => {
      sample = own();
      refused = record.refused.finals + record.refused.syns;
      return (sample?.refusals.value ?? 0) - refused;
    };
    await expect.poll(difference).toBe(0);
    expect(record.refused.syns).toBeGreaterThanOrEqual(3);
    expect(sample?.refusals).toEqual({ value: refused, exact: true });
    expect(sample?.drops).toBeGreaterThan(refused);
    expect(Object.values(sample?.dropsBy ?? {}).reduce((sum, count) => sum + count, 0)).toBe(sample?.drops);
  });
});
