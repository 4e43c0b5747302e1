/**
 * Two hosts with a way of 20 ms between them, so that several handshakes are under way at once: the lab's network without its
 * server and clients, for a test that brings its own.
 *
 * @module
 */

import { parseScenario } from "../../src/core/scenario/index.ts";
import { buildNetwork, type Network } from "../../src/system/lab/host/network.ts";
import { watch } from "../../src/system/linux/ffi/libc.ts";
import { PacketSocket } from "../../src/system/linux/socket/packet-socket.ts";

/** The server host's address. */
export const SERVER = "192.0.2.2";
const WAY_MS = 20;

/** What is set on the hosts, and who is told of every frame on its way to the server. */
export interface WiredOptions {
  readonly abortOnOverflow: number;
  readonly onFrameToServer?: (frame: Uint8Array) => void;
}

/** Builds it; how to take it down again is put into `open`, to be called in reverse order. */
export function buildWired(open: (() => void)[], options: WiredOptions): Network {
  const scenario = parseScenario(
    `
scenario: Clients of the test's own over a wire.
wire: { delay: ${WAY_MS}ms }
sysctls: { net.ipv4.tcp_abort_on_overflow: ${options.abortOnOverflow} }
listener: { backlog: 1, accept: never }
clients: [{ at: 0ms }]
duration: 1s`,
    "wired.yaml",
  );
  const network = buildNetwork(scenario);
  open.push(() => network.close());
  carry(network, open, options.onFrameToServer ?? (() => {}));
  return network;
}

function carry({ wire }: Network, open: (() => void)[], onFrameToServer: (frame: Uint8Array) => void): void {
  if (wire === null) throw new Error("a wired scenario has a wire");
  const client = wire.namespace.inside(() => new PacketSocket(wire.toClient));
  const server = wire.namespace.inside(() => new PacketSocket(wire.toServer));
  // A frame that is on its way when the test ends does not arrive.
  let isOpen = true;
  open.push(() => {
    isOpen = false;
  });
  const join = (from: PacketSocket, to: PacketSocket, onFrame: (frame: Uint8Array) => void): void => {
    const stop = watch(from.fd, "readable", () => {
      for (let frame = from.receive(); frame !== null; frame = from.receive()) {
        const { bytes } = frame;
        setTimeout(() => {
          if (!isOpen) return;
          onFrame(bytes);
          to.send(bytes);
        }, WAY_MS);
      }
    });
    open.push(() => from.close(), stop);
  };
  join(client, server, onFrameToServer);
  join(server, client, () => {});
}
