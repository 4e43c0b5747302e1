/**
 * A packet's flags and length in the words that people use for it.
 *
 * @module
 */

/** Such as `"SYN+ACK"`, `"ACK"`, `"100 bytes"`, `"FIN, 20 bytes"`, from tcpdump's letters. */
export function packetLabel(flags: string, length: number): string {
  const names = [
    flags.includes("S") ? (flags.includes(".") ? "SYN+ACK" : "SYN") : null,
    flags.includes("R") ? "RST" : null,
    flags.includes("F") ? "FIN" : null,
  ].filter((name) => name !== null);
  if (length > 0) names.push(`${length} ${length === 1 ? "byte" : "bytes"}`);
  return names.length === 0 ? "ACK" : names.join(", ");
}
