import { describe, expect, it } from "vitest";
import { payloadOf } from "../../../../src/core/scenario/payload.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("payloadOf", () => {
  it.each([0, 1, 3, 4, 5, 82, 130, 1460, 100_000])("is exactly %d bytes long", (bytes) => {
    expect(payloadOf("request", bytes).length).toBe(bytes);
    expect(payloadOf("answer", bytes).length).toBe(bytes);
  });

  it("reads as a whole request of 82 bytes: a line, fields, and an empty line at the end", () => {
    expect(text(payloadOf("request", 82))).toMatch(/^GET \/ HTTP\/1\.0\r\n(.+\r\n)+\r\n$/);
  });

  it("reads as an answer of 130 bytes", () => {
    expect(text(payloadOf("answer", 130))).toMatch(/^HTTP\/1\.1 200 /);
  });
});
