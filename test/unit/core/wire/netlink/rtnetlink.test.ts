import { describe, expect, it } from "vitest";
import {
  decodeLink,
  encodeAddressAdd,
  encodeLinkDelete,
  encodeLinkQuery,
  encodeLinkUp,
  encodeNeighbourAdd,
  encodeVethCreate,
} from "../../../../../src/core/wire/netlink/rtnetlink.ts";
import { hex, toHex } from "../hex.ts";

const plain = (digits: string): string => digits.replaceAll(/\s/g, "");

describe("the requests of the lab (each was taken by Linux 6.18)", () => {
  it("make a veth pair", () => {
    const request = encodeVethCreate({
      name: "va",
      address: "02:00:00:00:00:01",
      peer: { name: "vb", address: "02:00:00:00:00:02", namespaceFd: null },
      mtu: 1400,
      sequence: 2,
    });
    expect(toHex(request)).toBe(
      plain(`
        7c000000 1000 0506 02000000 00000000
        00000000 00000000 00000000 00000000
        0700 0300 76610000  0a00 0100 020000000001 0000  0800 0400 78050000
        4000 1280
          0800 0100 76657468
          3400 0280
            3000 0180  00000000 00000000 00000000 00000000
              0700 0300 76620000  0a00 0100 020000000002 0000  0800 0400 78050000`),
    );
  });

  it("make the far end in another namespace, without an MTU where none is asked for", () => {
    const peer = { name: "vb", address: "02:00:00:00:00:02", namespaceFd: 21 };
    const request = encodeVethCreate({ name: "va", address: "02:00:00:00:00:01", peer, sequence: 2 });
    expect(toHex(request)).toContain(
      plain("0700 0300 76620000  0a00 0100 020000000002 0000  0800 1c00 15000000"),
    );
    expect(request.length).toBe(0x7c - 8);
  });

  it("find, raise and delete a link", () => {
    expect(toHex(encodeLinkQuery({ link: "lo", sequence: 1 }))).toBe(
      plain("28000000 1200 0500 01000000 00000000  00000000000000000000000000000000  0700 0300 6c6f0000"),
    );
    expect(toHex(encodeLinkUp({ index: 3, sequence: 4 }))).toBe(
      plain("20000000 1000 0500 04000000 00000000  00000000 03000000 01000000 01000000"),
    );
    expect(toHex(encodeLinkDelete({ index: 3, sequence: 4 }))).toBe(
      plain("20000000 1100 0500 04000000 00000000  00000000 03000000 00000000 00000000"),
    );
    expect(toHex(encodeLinkQuery({ link: 3, sequence: 1 }))).toBe(
      "20000000120005000100000000000000" + "00000000030000000000000000000000",
    );
  });

  it("give an IPv4 address, to which nodad means nothing", () => {
    const add = { index: 2, address: "10.1.0.1", prefixLength: 24, nodad: true, sequence: 5 };
    expect(toHex(encodeAddressAdd(add))).toBe(
      plain(
        "28000000 1400 0506 05000000 00000000  02 18 00 00 02000000  0800 0200 0a010001  0800 0100 0a010001",
      ),
    );
  });

  it("give an IPv6 address, without the search for duplicates where asked", () => {
    const add = { index: 2, address: "fd00::1", prefixLength: 64, nodad: true, sequence: 5 };
    expect(toHex(encodeAddressAdd(add))).toBe(
      plain(`40000000 1400 0506 05000000 00000000  0a 40 02 00 02000000
        1400 0200 fd000000000000000000000000000001  1400 0100 fd000000000000000000000000000001`),
    );
    expect(encodeAddressAdd({ ...add, nodad: false })[18]).toBe(0);
  });

  it("make a neighbour permanent", () => {
    const add = { index: 2, address: "10.1.0.2", mac: "02:00:00:00:00:02", sequence: 6 };
    expect(toHex(encodeNeighbourAdd(add))).toBe(
      plain(`30000000 1c00 0506 06000000 00000000  02 000000 02000000 8000 00 00
        0800 0100 0a010002  0a00 0200 020000000002 0000`),
    );
  });

  it("refuse what is not an address", () => {
    const add = { index: 2, address: "10.1.0", prefixLength: 24, nodad: true, sequence: 5 };
    expect(() => encodeAddressAdd(add)).toThrow(expect.objectContaining({ code: "BAD_VALUE" }));
    expect(() => encodeNeighbourAdd({ index: 2, address: "10.1.0.2", mac: "02:00", sequence: 6 })).toThrow(
      "MAC address",
    );
  });
});

describe("decodeLink", () => {
  const header = "00000100 03000000 03100100 00000000";

  it("reads index, name, hardware address, MTU and whether it is up", () => {
    const payload = hex(`${header}  0700 0300 76610000  0800 0400 78050000  0a00 0100 020000000001 0000`);
    const link = { index: 3, name: "va", mac: "02:00:00:00:00:01", mtu: 1400, up: true };
    expect(decodeLink(payload)).toEqual({ ...link, operational: false });
  });

  it("tells a link that carries frames from one that waits for its carrier", () => {
    const inState = (state: string) => hex(`${header}  0700 0300 76610000  0500 1000 ${state}000000`);
    expect(decodeLink(inState("06")).operational).toBe(true);
    for (const other of ["00", "02", "05"]) expect(decodeLink(inState(other)).operational).toBe(false);
  });

  it("knows a link that is down, and one without a hardware address", () => {
    const down = hex("00000100 01000000 02000000 00000000  0700 0300 6c6f0000  0400 0100");
    expect(decodeLink(down)).toEqual({
      index: 1,
      name: "lo",
      mac: null,
      mtu: null,
      up: false,
      operational: false,
    });
  });

  it("refuses a link without a name", () => {
    expect(() => decodeLink(hex(header))).toThrow("IFLA_IFNAME expected, is missing");
  });
});
