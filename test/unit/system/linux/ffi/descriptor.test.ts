import { fstatSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Descriptor, OpenResources } from "../../../../../src/system/linux/ffi/descriptor.ts";

describe("Descriptor", () => {
  it("closes its number once, and never one that was given to somebody else meanwhile", () => {
    const descriptor = Descriptor.open("/dev/null");
    const { number } = descriptor;
    descriptor.close();
    const others = openSync("/dev/null", "r");
    expect(others).toBe(number);
    descriptor.close();
    descriptor[Symbol.dispose]();
    expect(fstatSync(others).isCharacterDevice()).toBe(true);
    new Descriptor(others).close();
  });

  it("has no number once it is closed", () => {
    const descriptor = Descriptor.open("/dev/null");
    descriptor.close();
    expect(() => descriptor.number).toThrow("closed");
  });

  it("is not made of a call that failed", () => {
    expect(() => Descriptor.checked("socket", -1, "needs CAP_NET_RAW")).toThrow("socket");
  });
});

describe("OpenResources", () => {
  it("closes what it keeps once, the last one first", () => {
    const closed: string[] = [];
    const opened = new OpenResources();
    for (const name of ["first", "second"]) opened.keep({ close: () => closed.push(name) });
    opened.close();
    opened.close();
    expect(closed).toEqual(["second", "first"]);
  });
});
