/**
 * What the kernel knows of a connection of ours: the few numbers of `tcp_info` from which one can tell whether the other end knows
 * it too. The structure only ever grew at its end; a number that this kernel does not give is null. Pure.
 *
 * @module
 */
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";

/** Where they stand. @kernel include/uapi/linux/tcp.h tcp_info v6.18 */
const AT = {
  unacked: 24,
  lastDataSentMs: 44,
  lastAckReceivedMs: 56,
  rttUs: 68,
  totalRetrans: 100,
  bytesAcked: 120,
  bytesReceived: 128,
  segmentsIn: 140,
  dataSegmentsIn: 152,
  dataSegmentsOut: 156,
  bytesRetrans: 208,
} as const;
const WIDE: readonly string[] = ["bytesAcked", "bytesReceived", "bytesRetrans"];

/** The numbers. */
export type ConnectionFacts = Readonly<Record<keyof typeof AT, number | null>> & {
  /** Resends so far of what is being resent. */
  readonly retransmits: number;
  /** Whether a resend is due. */
  readonly isResending: boolean;
};

const RETRANSMISSION_TIMER = 1;

/** Reads them. */
export function connectionFacts({
  info,
  retransmits,
  timer,
}: Pick<InetDiagSocket, "info" | "retransmits" | "timer">): ConnectionFacts {
  const view = info === null ? null : new DataView(info.buffer, info.byteOffset, info.byteLength);
  const read = ([name, at]: [string, number]): [string, number | null] => {
    const isWide = WIDE.includes(name);
    if (view === null || view.byteLength < at + (isWide ? 8 : 4)) return [name, null];
    return [name, isWide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true)];
  };
  const numbers = Object.fromEntries(Object.entries(AT).map(read)) as Record<keyof typeof AT, number | null>;
  return { ...numbers, retransmits, isResending: timer === RETRANSMISSION_TIMER };
}
