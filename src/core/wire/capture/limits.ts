/**
 * What a reader believes of a capture's lengths, so that a damaged one costs neither memory nor time.
 *
 * @module
 */

/**
 * The longest packet, in bytes: four times the largest snap length that libpcap grants, and longer than the largest
 * super-frame that Linux hands to a capture.
 */
export const LONGEST_PACKET: number = 1 << 20;

/** The longest block of pcapng with a packet, an interface or a section in it: a packet and its options. */
export const LONGEST_BLOCK: number = 4 * LONGEST_PACKET;
