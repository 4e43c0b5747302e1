/**
 * What the slow server tells about itself, as values. How it is printed is the command's affair.
 *
 * @module
 */

/**
 * How a client's turn ended: held to the end, reset by the client, gone before it asked, refused with an error status,
 * or ended because the server stops.
 */
export type TurnEnd = "held" | "reset" | "vanished" | "refused" | "stopped";

/** What happened, without when. */
export type SlowServerEventBody =
  | {
      readonly event: "listening";
      readonly endpoint: string;
      readonly backlog: number;
      readonly limit: number;
    }
  | { readonly event: "accepted"; readonly connection: number; readonly client: string }
  | {
      readonly event: "answered";
      readonly connection: number;
      readonly client: string;
      readonly status: number;
    }
  | {
      readonly event: "closed";
      readonly connection: number;
      readonly client: string;
      readonly reason: TurnEnd;
      readonly openMs: number;
    }
  /** accept() failed for a reason that may pass, such as EMFILE; told once for each streak. */
  | { readonly event: "accept-failed"; readonly error: string };

/** What happened: `at` in milliseconds since the server began to listen, `time` in ISO 8601, UTC. */
export type SlowServerEvent = SlowServerEventBody & { readonly at: number; readonly time: string };

/** What to do when a server cannot listen, or null when there is nothing to say. */
export function listenHint(code: string): string | null {
  if (code === "EADDRINUSE") return "choose another --port, or see with ss -ltnp who has this one";
  if (code === "EADDRNOTAVAIL") return "--address must be an address of this machine";
  if (code === "EACCES") {
    return "a port below net.ipv4.ip_unprivileged_port_start needs root or CAP_NET_BIND_SERVICE; choose a higher --port";
  }
  return null;
}
