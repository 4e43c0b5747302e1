/**
 * How the sockets of a scenario are opened, named and connected: TCP, or AF_UNIX with the endpoint's text as abstract name.
 * All that follows (listen, accept, send, recv, close) is the same for both.
 *
 * @module
 */

import type { Scenario } from "../../../core/scenario/index.ts";
import { parseEndpoint } from "../../../core/wire/address.ts";
import { bindSocket, connectTo, openTcpSocket } from "../../linux/socket/tcp-socket.ts";
import { bindUnixSocket, connectUnixSocket, openUnixSocket } from "../../linux/socket/unix-stream-socket.ts";

/** A kind of stream socket; endpoints are texts such as `"192.0.2.1:40001"`. */
export interface Transport {
  /** Opens a non-blocking socket. @throws {SyscallError} */
  open(endpoint: string): number;
  /** @throws {SyscallError} */
  bind(fd: number, endpoint: string): void;
  /** 0, or the negative errno. */
  connect(fd: number, endpoint: string): number;
}

const TCP: Transport = {
  open: (endpoint) => openTcpSocket(parseEndpoint(endpoint).address),
  bind: (fd, endpoint) => {
    const { address, port } = parseEndpoint(endpoint);
    bindSocket(fd, address, port);
  },
  connect: (fd, endpoint) => {
    const { address, port } = parseEndpoint(endpoint);
    return connectTo(fd, address, port);
  },
};

const UNIX: Transport = {
  open: openUnixSocket,
  bind: bindUnixSocket,
  connect: connectUnixSocket,
};

/** The transport of a topology. */
export function transportOf(topology: Scenario["topology"]): Transport {
  return topology === "unix" ? UNIX : TCP;
}
