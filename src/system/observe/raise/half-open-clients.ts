/**
 * Clients whose handshake is half-open when the limit is raised, and which of them get in afterwards. A client whose SYN was
 * refused leaves no trace at the server, so it is not among them.
 *
 * @module
 */
import type { HalfOpenClients } from "../../../core/listener/raise/raise-document.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import type { SeenNamespace } from "../namespace-scope.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const LOOK_EVERY_MS = 100;

/** Looks every 100 ms until it is closed: who gets in may be served and gone within a moment. */
export class HalfOpenWatch {
  readonly #namespaces: readonly SeenNamespace[];
  readonly #port: number;
  readonly #waiting: Set<string>;
  readonly #atTheCall: number;
  readonly #timer: NodeJS.Timeout;
  #gotIn = 0;

  constructor(namespaces: readonly SeenNamespace[], port: number) {
    this.#namespaces = namespaces;
    this.#port = port;
    this.#waiting = new Set(this.#keys(["SYN_RECV"]));
    this.#atTheCall = this.#waiting.size;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** What was seen so far. */
  close(): HalfOpenClients {
    clearInterval(this.#timer);
    this.#look();
    const halfOpen = new Set(this.#keys(["SYN_RECV"]));
    const still = [...this.#waiting].filter((key) => halfOpen.has(key)).length;
    return { atTheCall: this.#atTheCall, gotIn: this.#gotIn, still };
  }

  #look(): void {
    if (this.#waiting.size === 0) return;
    for (const key of this.#keys([
      "ESTABLISHED",
      "CLOSE_WAIT",
      "FIN_WAIT1",
      "FIN_WAIT2",
      "LAST_ACK",
      "TIME_WAIT",
    ]))
      if (this.#waiting.delete(key)) this.#gotIn += 1;
  }

  #keys(states: readonly InetDiagSocket["state"][]): string[] {
    const options = { skmeminfo: false, localPort: this.#port };
    return this.#namespaces.flatMap(({ inode, eye }) =>
      eye.diag
        .sockets(states, FAMILIES, options)
        .map(
          ({ local, remote }) =>
            `${inode} ${formatEndpoint(local.address, local.port)} ${formatEndpoint(remote.address, remote.port)}`,
        ),
    );
  }
}
