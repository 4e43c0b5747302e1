/**
 * The alignment arithmetic of netlink: each function is one macro of the kernel, with the macro above it.
 *
 * @module
 */

/**
 * Bytes, rounded up to the alignment of messages.
 *
 *     #define NLMSG_ALIGN(len) ( ((len)+NLMSG_ALIGNTO-1) & ~(NLMSG_ALIGNTO-1) )
 *
 * The division, unlike the mask, does not wrap at 2^31.
 *
 * @kernel include/uapi/linux/netlink.h NLMSG_ALIGN v6.18
 */
export function nlmsgAlign(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/**
 * Bytes of a message header.
 *
 *     #define NLMSG_HDRLEN ((int) NLMSG_ALIGN(sizeof(struct nlmsghdr)))
 *
 * @kernel include/uapi/linux/netlink.h NLMSG_HDRLEN v6.18
 */
export function nlmsgHdrlen(): number {
  return nlmsgAlign(16);
}

/**
 * Bytes of a message with that much payload: what `nlmsg_len` says.
 *
 *     #define NLMSG_LENGTH(len) ((len) + NLMSG_HDRLEN)
 *
 * @kernel include/uapi/linux/netlink.h NLMSG_LENGTH v6.18
 */
export function nlmsgLength(payloadLength: number): number {
  return payloadLength + nlmsgHdrlen();
}

/**
 * Bytes that a message with that much payload takes up, padding included.
 *
 *     #define NLMSG_SPACE(len) NLMSG_ALIGN(NLMSG_LENGTH(len))
 *
 * @kernel include/uapi/linux/netlink.h NLMSG_SPACE v6.18
 */
export function nlmsgSpace(payloadLength: number): number {
  return nlmsgAlign(nlmsgLength(payloadLength));
}

/**
 * Bytes, rounded up to the alignment of attributes.
 *
 *     #define RTA_ALIGN(len) ( ((len)+RTA_ALIGNTO-1) & ~(RTA_ALIGNTO-1) )
 *
 * @kernel include/uapi/linux/rtnetlink.h RTA_ALIGN v6.18
 */
export function rtaAlign(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/**
 * Bytes of an attribute with that much payload: what `rta_len` says.
 *
 *     #define RTA_LENGTH(len) (RTA_ALIGN(sizeof(struct rtattr)) + (len))
 *
 * @kernel include/uapi/linux/rtnetlink.h RTA_LENGTH v6.18
 */
export function rtaLength(payloadLength: number): number {
  return rtaAlign(4) + payloadLength;
}

/**
 * Bytes that an attribute with that much payload takes up, padding included.
 *
 *     #define RTA_SPACE(len) RTA_ALIGN(RTA_LENGTH(len))
 *
 * @kernel include/uapi/linux/rtnetlink.h RTA_SPACE v6.18
 */
export function rtaSpace(payloadLength: number): number {
  return rtaAlign(rtaLength(payloadLength));
}
