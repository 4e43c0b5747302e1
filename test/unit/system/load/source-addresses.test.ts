import { describe, expect, it } from "vitest";
import { decodeSockaddr } from "../../../../src/system/linux/socket/sockaddr.ts";
import { SourceAddresses } from "../../../../src/system/load/source-addresses.ts";

/** How many connections in a row get the kernel's own choice of address. */
function countOfFirst(sources: SourceAddresses, most: number): number {
  let count = 0;
  while (count < most && sources.next() === null) count += 1;
  return count;
}

describe("source addresses", () => {
  it("leave 8,000 ports to the kernel's choice, and then give an address of the thread's own", () => {
    const sources = new SourceAddresses(3);
    expect(countOfFirst(sources, 20_000)).toBe(8000);
    expect(decodeSockaddr(sources.next() ?? new Uint8Array())).toBe("127.0.3.2:0");
    expect(sources.place).toBe(1);
  });

  it("stay where they are while servers close first", () => {
    const sources = new SourceAddresses(0);
    for (let connection = 0; connection < 20_000; connection += 1) {
      expect(sources.next()).toBeNull();
      sources.release(sources.place);
    }
  });

  it("count only what comes back from the address in use", () => {
    const sources = new SourceAddresses(0);
    sources.skip();
    for (let connection = 0; connection < 20_000; connection += 1) {
      sources.next();
      sources.release(0);
    }
    expect(sources.place).toBe(2);
  });
});
