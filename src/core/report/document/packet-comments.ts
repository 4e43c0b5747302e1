/**
 * An explanation as a comment for each packet that matters.
 *
 * @module
 */
import type { Explanation } from "../../explain/index.ts";

/** The comments by packet number: what became of the packet's handshake, and the findings that cite it. */
export function packetComments({ handshakes, findings }: Explanation): Map<number, string> {
  const comments = new Map<number, string[]>();
  const add = (packet: number, text: string) => comments.set(packet, [...(comments.get(packet) ?? []), text]);
  for (const { outcome, note, packets, client } of handshakes) {
    const words = note === null ? "" : ` (${note})`;
    for (const packet of packets) add(packet, `${client}: ${outcome}${words}`);
  }
  for (const { code, title, evidence } of findings) {
    for (const packet of evidence.packets) add(packet, `${code}: ${title}`);
  }
  return new Map([...comments].map(([packet, texts]) => [packet, texts.join("\n")]));
}
