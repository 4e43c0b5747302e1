/** A wire of the lab that was just laid: it carries the first frame, however late the kernel's own link watch runs. */
import { it, vi } from "vitest";
import { parseScenario } from "../../src/core/scenario/index.ts";
import { buildNetwork, untilCarrying } from "../../src/system/lab/host/network.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { PacketSocket } from "../../src/system/linux/socket/packet-socket.ts";
import { hasOwnNamespace } from "../support/own-namespace.ts";
import { PATIENCE } from "../support/patience.ts";

/** Without waiting for the carrier a busy machine loses the first frame of every second wire. */
const WIRES = 50;
/** To everybody, of a protocol that nobody speaks. */
const FRAME = Uint8Array.from([...Array(6).fill(0xff), 2, 0, 0, 0, 9, 9, 0x88, 0xb5, ...Array(46).fill(0)]);
const SCENARIO = parseScenario(
  `
scenario: A wire and nobody who sends.
wire: { delay: 1ms }
listener: { backlog: 1, accept: never }
clients: [{ at: 0ms }]
duration: 1s`,
  "wire.yaml",
);

function hasArrived(host: PacketSocket): boolean {
  for (let frame = host.receive(); frame !== null; frame = host.receive())
    if (Buffer.from(frame.bytes).equals(FRAME)) return true;
  return false;
}

/** A socket at a host's end of its cable. */
function hostEnd(): PacketSocket {
  const links = new Links();
  const socket = new PacketSocket(links.indexOf("eth0"));
  links.close();
  return socket;
}

it.skipIf(!hasOwnNamespace)("carries the first frame to either host (needs root)", async () => {
  for (let laid = 0; laid < WIRES; laid += 1) {
    const network = buildNetwork(SCENARIO);
    await untilCarrying(network);
    for (const [role, end] of [
      ["client", network.wire?.toClient],
      ["server", network.wire?.toServer],
    ] as const) {
      const host = network[role].inside(hostEnd);
      const wire = network.wire?.namespace.inside(() => new PacketSocket(end ?? 0));
      wire?.send(FRAME);
      await vi.waitUntil(() => hasArrived(host), PATIENCE);
      wire?.close();
      host.close();
    }
    network.close();
  }
});
