/** Rows of a dump for tests: a listener or a request with what matters spelled out. */
import type { InetDiagSocket } from "../../../../src/core/wire/netlink/inet-diag-message.ts";

let nextCookie = 1n;

/** A listener on 0.0.0.0:80 with an empty queue and limit 128, unless said otherwise. */
export function listenerRow(
  changes: Partial<InetDiagSocket> & { address?: string; port?: number; drops?: number | null } = {},
): InetDiagSocket {
  const { address = "0.0.0.0", port = 80, drops = 0, ...rest } = changes;
  return { ...row("LISTEN", address, port, drops), sendQueue: 128, inode: 1000 + port, ...rest };
}

/** A half-open request that came to this local endpoint. */
export function requestRow(
  address: string,
  port: number,
  changes: Partial<InetDiagSocket> = {},
): InetDiagSocket {
  return { ...row("SYN_RECV", address, port, null), ...changes };
}

function row(
  state: "LISTEN" | "SYN_RECV",
  address: string,
  port: number,
  drops: number | null,
): InetDiagSocket {
  const isIpv6 = address.includes(":");
  nextCookie += 1n;
  const memory = {
    rmemAlloc: 0,
    rcvbuf: 0,
    wmemAlloc: 0,
    sndbuf: 0,
    fwdAlloc: 0,
    wmemQueued: 0,
    optmem: 0,
    backlog: 0,
  };
  return {
    family: isIpv6 ? "ipv6" : "ipv4",
    state,
    timer: 0,
    retransmits: 0,
    local: { address, port },
    remote: { address: isIpv6 ? "::" : "0.0.0.0", port: 0 },
    interfaceIndex: 0,
    cookie: nextCookie,
    expiresMs: 0,
    receiveQueue: 0,
    sendQueue: 0,
    uid: 0,
    inode: 0,
    skmeminfo: { ...memory, drops },
    shutdown: null,
    v6only: isIpv6 ? false : null,
    protocol: null,
    info: null,
  };
}
