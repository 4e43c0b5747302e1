/**
 * Numbers that the request, the slow decoder and the fast walker of inet_diag share.
 *
 * @module
 */

/**
 * The type of a request to sock_diag and of each of its answers.
 *
 * @kernel include/uapi/linux/sock_diag.h SOCK_DIAG_BY_FAMILY v6.18
 */
export const SOCK_DIAG_BY_FAMILY = 20;

/**
 * The kernel's numbers of the two address families.
 *
 * @kernel include/linux/socket.h AF_INET6 v6.18
 */
export const ADDRESS_FAMILY = { ipv4: 2, ipv6: 10 } as const;

/** The two address families. */
export type AddressFamily = keyof typeof ADDRESS_FAMILY;

/**
 * The attributes of an answer, of which the first eight can be asked for by their bit.
 *
 * @kernel include/uapi/linux/inet_diag.h INET_DIAG_SKMEMINFO v6.18
 */
export const INET_DIAG = {
  meminfo: 1,
  info: 2,
  vegasinfo: 3,
  cong: 4,
  tos: 5,
  tclass: 6,
  skmeminfo: 7,
  shutdown: 8,
  protocol: 10,
  skv6only: 11,
} as const;

/** What a request may ask for besides the fixed part of an answer. */
export type InetDiagExtension = Exclude<keyof typeof INET_DIAG, "protocol" | "skv6only">;

/**
 * Bytes of an answer before its attributes.
 *
 * @kernel include/uapi/linux/inet_diag.h inet_diag_msg v6.18
 */
export const INET_DIAG_MSG_LENGTH = 72;

/** Fewest bytes of INET_DIAG_SKMEMINFO: the seven numbers that every kernel gives. */
export const SKMEMINFO_MIN_LENGTH = 28;
