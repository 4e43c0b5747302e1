/**
 * The shortest timeout that a connection's timer is ever set to.
 *
 * @module
 */

/** In ticks, so that it lasts a whole one at least. @kernel include/net/tcp.h TCP_TIMEOUT_MIN v6.18 */
export const LEAST_TIMEOUT_TICKS = 2;
