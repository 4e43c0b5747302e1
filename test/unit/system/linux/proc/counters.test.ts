import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../../../src/core/errors.ts";
import { parseCounterFile } from "../../../../../src/system/linux/proc/counters.ts";
import { propertyOptions } from "../../../../property/seed.ts";

const NETSTAT = `TcpExt: SyncookiesSent ListenOverflows ListenDrops
TcpExt: 1 22 333
IpExt: InNoRoutes InOctets
IpExt: 0 18446744073709551615
`;

describe("parseCounterFile", () => {
  it("reads the values below their names, of the prefixes that were asked for", () => {
    expect([...parseCounterFile(NETSTAT, ["TcpExt"])]).toEqual([
      ["SyncookiesSent", 1],
      ["ListenOverflows", 22],
      ["ListenDrops", 333],
    ]);
  });

  it("keeps a negative value, such as Tcp's MaxConn of -1", () => {
    expect(parseCounterFile("Tcp: MaxConn\nTcp: -1\n", ["Tcp"]).get("MaxConn")).toBe(-1);
  });

  it("reads an empty file as no counters", () => {
    expect(parseCounterFile("", ["TcpExt"]).size).toBe(0);
  });

  it.each([
    ["a name without a value", "Tcp: a b\nTcp: 1\n"],
    ["a value without a name", "Tcp: a\nTcp: 1 2\n"],
    ["a name line without a value line", "Tcp: a\n"],
    ["values of another prefix", "Tcp: a\nUdp: 1\n"],
    ["a value that is no number", "Tcp: a\nTcp: many\n"],
    ["an empty value", "Tcp: a b\nTcp: 1 \n"],
  ])("refuses %s", (_name, text) => {
    expect(() => parseCounterFile(text, ["Tcp"])).toThrow(DecodeError);
  });

  it("returns whole numbers or throws a DecodeError, whatever the text", () => {
    const word = fc.constantFrom(
      "Tcp:",
      "TcpExt:",
      "a",
      "b",
      "1",
      "-1",
      "x",
      "",
      " ",
      "\n",
      "\n",
      "constructor",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join(" ").replaceAll(" \n ", "\n")),
    );
    const isFine = (input: string): void => {
      try {
        for (const value of parseCounterFile(input, ["Tcp", "TcpExt"]).values())
          expect(Number.isInteger(value)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    };
    fc.assert(fc.property(text, isFine), propertyOptions(500));
  });
});
