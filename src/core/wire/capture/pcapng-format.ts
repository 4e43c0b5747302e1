/**
 * Numbers of the pcapng format that its writer and its reader share (IETF draft-ietf-opsawg-pcapng).
 *
 * @module
 */

/** Types of blocks. */
export const BLOCK = {
  INTERFACE_DESCRIPTION: 1,
  /** Obsolete, but old files have it. */
  PACKET: 2,
  SIMPLE_PACKET: 3,
  ENHANCED_PACKET: 6,
  /** The same in both byte orders. */
  SECTION_HEADER: 0x0a0d0d0a,
} as const;

/** Codes of options; a code means something else in each type of block, but 0 and 1. */
export const OPTION = {
  END: 0,
  COMMENT: 1,
  SHB_HARDWARE: 2,
  SHB_OS: 3,
  SHB_USERAPPL: 4,
  IF_NAME: 2,
  IF_DESCRIPTION: 3,
  IF_TSRESOL: 9,
  IF_TSOFFSET: 14,
  EPB_FLAGS: 2,
} as const;

/** The number by which a reader finds out the byte order. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Bytes of a block besides its body: type and length before it, the length again after it. */
export const BLOCK_OVERHEAD = 12;
