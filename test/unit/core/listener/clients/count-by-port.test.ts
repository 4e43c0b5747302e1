import { describe, expect, it } from "vitest";
import { countByPort } from "../../../../../src/core/listener/clients/count-by-port.ts";

const stuck = (remote: string, connecting: number, silent = 0, late = 0, namespace = 1) => ({
  namespace,
  remote,
  connecting,
  silent,
  late,
});

describe("countByPort", () => {
  it("adds up the hosts behind one port, and keeps namespaces apart", () => {
    const destinations = [
      stuck("192.0.2.1:443", 1, 2),
      stuck("[2001:db8::1]:443", 3),
      stuck("192.0.2.1:443", 1, 0, 0, 2),
    ];
    expect(countByPort(destinations, 50)).toEqual([
      { place: { namespace: 1, port: 443 }, connecting: 4, silent: 2, late: 0 },
      { place: { namespace: 2, port: 443 }, connecting: 1, silent: 0, late: 0 },
    ]);
  });

  it("folds the ports beyond the bound into one, and loses nobody", () => {
    const destinations = Array.from({ length: 9 }, (_, at) => stuck(`192.0.2.1:${1_000 + at}`, at, 1, 1));
    const counts = countByPort(destinations, 3);
    expect(counts.map(({ place }) => place?.port ?? null)).toEqual([1_008, 1_007, 1_006, null]);
    expect(counts.reduce((sum, { connecting, silent, late }) => sum + connecting + silent + late, 0)).toBe(
      54,
    );
  });
});
