/**
 * TCP sequence numbers: unsigned 32-bit numbers that wrap around. Compare them with these functions, never with `<`.
 *
 * @module
 */

/**
 * The number `count` bytes further, or back where `count` is negative.
 *
 * @rfc 9293 §3.4
 */
export function seqAdd(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}

/**
 * How many bytes `a` lies after `b`, negative if it lies before: from -2^31 to 2^31 - 1.
 *
 * @rfc 9293 §3.4
 */
export function seqDiff(a: number, b: number): number {
  return (a - b) | 0;
}

/**
 * Whether `a` lies before `b`.
 *
 *     static inline bool before(__u32 seq1, __u32 seq2) { return (__s32)(seq1-seq2) < 0; }
 *
 * As in the kernel, two numbers exactly 2^31 apart lie each before the other.
 *
 * @kernel include/net/tcp.h before() v6.18
 */
export function seqBefore(a: number, b: number): boolean {
  return seqDiff(a, b) < 0;
}

/**
 * Whether `a` lies after `b`.
 *
 *     #define after(seq2, seq1) before(seq1, seq2)
 *
 * @kernel include/net/tcp.h after v6.18
 */
export function seqAfter(a: number, b: number): boolean {
  return seqBefore(b, a);
}
