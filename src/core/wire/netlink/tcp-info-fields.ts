/**
 * Single numbers out of the `tcp_info` structure that sock_diag carries. The structure only ever grew at its end.
 *
 * @module
 */

/** Offset of `tcpi_last_data_sent`: eight bytes of flags and nine 32-bit numbers stand before it. */
const LAST_DATA_SENT = 44;

/**
 * Milliseconds since the socket sent data; since it was made, if it never did. Null if the structure is too short.
 *
 * @kernel include/uapi/linux/tcp.h tcp_info v6.18
 */
export function lastDataSentMs(info: Uint8Array | null): number | null {
  if (info === null || info.length < LAST_DATA_SENT + 4) return null;
  return new DataView(info.buffer, info.byteOffset, info.byteLength).getUint32(LAST_DATA_SENT, true);
}
