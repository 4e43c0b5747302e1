/**
 * Switches segmentation and checksum offload off on one interface, by ethtool's ioctl.
 * With them on, an 18 kB super-frame comes off a 1500-byte veth, and TCP checksums are left unfinished.
 *
 * @module
 */

import { checked } from "../ffi/check.ts";
import { Descriptor } from "../ffi/descriptor.ts";
import { addressOf, libc } from "../ffi/libc.ts";
import { AF } from "./sockaddr.ts";

const SIOCETHTOOL = 0x8946;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

/**
 * Commands that take `struct ethtool_value { __u32 cmd; __u32 data; }`.
 *
 * @kernel include/uapi/linux/ethtool.h ethtool_value v6.18
 */
const ETHTOOL = { STXCSUM: 0x17, STSO: 0x1f, SGSO: 0x24, SGRO: 0x2c } as const;

/** The ioctl carries this buffer's address, which nothing else keeps alive: made for one call, it could be collected before it. */
const value: Buffer = Buffer.allocUnsafeSlow(8);

/** Switches TX checksum, TSO, GSO and GRO off. Acts in the calling thread's namespace. @throws {SyscallError} */
export function switchOffloadsOff(interfaceName: string): void {
  const socket = Descriptor.checked("socket", libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0));
  try {
    for (const command of [ETHTOOL.STSO, ETHTOOL.SGSO, ETHTOOL.SGRO, ETHTOOL.STXCSUM]) {
      switchOff(socket.number, interfaceName, command);
    }
  } finally {
    socket.close();
  }
}

function switchOff(fd: number, interfaceName: string, command: number): void {
  value.writeUInt32LE(command, 0);
  value.writeUInt32LE(0, 4);
  // struct ifreq { char ifr_name[16]; void *ifr_data; ... }, 40 bytes.
  const request = Buffer.alloc(40);
  request.write(interfaceName, 0, 15, "latin1");
  request.writeBigUInt64LE(addressOf(value), 16);
  checked(`ethtool ${interfaceName}`, libc.ioctl(fd, SIOCETHTOOL, request));
}
