/**
 * The states of a TCP socket, by the names that netstat prints and the numbers that the kernel uses.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";

/**
 * The kernel's numbers of the states. SYN_RECV is also what inet_diag calls a request that the kernel keeps as NEW_SYN_RECV.
 *
 * @kernel include/net/tcp_states.h TCP_ESTABLISHED v6.18
 */
export const TCP_STATES = {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT1: 4,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
  NEW_SYN_RECV: 12,
} as const;

/** The name of a state. */
export type TcpState = keyof typeof TCP_STATES;

const NAMES = new Map<number, TcpState>(
  (Object.keys(TCP_STATES) as TcpState[]).map((name) => [TCP_STATES[name], name]),
);

/**
 * The name of the state with this number.
 *
 * @throws {DecodeError} BAD_VALUE if there is none.
 * @kernel include/net/tcp_states.h TCP_ESTABLISHED v6.18
 */
export function tcpStateName(state: number): TcpState {
  const name = NAMES.get(state);
  if (name === undefined) throw new DecodeError("BAD_VALUE", "TCP state", 0, `1 to 12 expected, is ${state}`);
  return name;
}

/** A set of states as the bit mask that a request wants: bit n is state n. */
export function tcpStateMask(states: readonly TcpState[]): number {
  return states.reduce((mask, state) => mask | (1 << TCP_STATES[state]), 0);
}
