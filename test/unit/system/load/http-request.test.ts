import { describe, expect, it } from "vitest";
import { answerTo } from "../../../../src/system/load/http-answer.ts";
import {
  appendToHead,
  isHeadDecided,
  judgeHead,
  MAX_HEAD_BYTES,
} from "../../../../src/system/load/http-request.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("the head of a request", () => {
  it.each([
    ["ab's", "GET / HTTP/1.0\r\nHost: localhost:8088\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"],
    ["one with bare line feeds", "GET / HTTP/1.0\n\n"],
    ["one with an absolute target", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["one followed by a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"],
  ])("is taken: %s", (_name, head) => {
    expect(judgeHead(head).kind).toBe("request");
  });

  it.each([
    ["no version", 400, "GET /\r\n\r\n"],
    ["no method", 400, " / HTTP/1.0\r\n\r\n"],
    ["a blank in the target", 400, "GET /a b HTTP/1.0\r\n\r\n"],
    ["a field without a colon", 400, "GET / HTTP/1.0\r\nHost\r\n\r\n"],
    ["a folded field", 400, "GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n"],
    ["HTTP/1.1 without Host", 400, "GET / HTTP/1.1\r\n\r\n"],
    ["two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
    ["a NUL in a value", 400, "GET / HTTP/1.0\r\nA: b\0c\r\n\r\n"],
    ["a head that breaks off", 400, "GET / HTTP/1.0\r\n"],
    ["HTTP/2's preface", 505, "PRI * HTTP/2.0\r\n\r\n"],
    ["a tunnel", 501, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"],
    ["a head above the limit", 431, `GET / HTTP/1.0\r\nA: ${"b".repeat(MAX_HEAD_BYTES)}\r\n\r\n`],
  ])("is refused: %s -> %i", (_name, status, head) => {
    expect(judgeHead(head)).toEqual({ kind: "refused", status });
  });

  it("is decided at its empty line and not a byte earlier", () => {
    const whole = "GET / HTTP/1.0\r\nA: b\r\n\r\n";
    for (let length = 1; length < whole.length; length += 1) {
      expect(isHeadDecided(whole.slice(0, length))).toBe(false);
    }
    expect(isHeadDecided(whole)).toBe(true);
  });

  it("is decided at once when its first byte cannot begin a method, such as TLS", () => {
    expect(isHeadDecided(appendToHead("", Uint8Array.of(0x16)))).toBe(true);
  });

  it("is decided when it grows above the limit", () => {
    expect(isHeadDecided("G".repeat(MAX_HEAD_BYTES))).toBe(false);
    expect(isHeadDecided("G".repeat(MAX_HEAD_BYTES + 1))).toBe(true);
  });

  it("may be preceded by empty lines, which do not end it", () => {
    const head = appendToHead(appendToHead("", bytes("\r\n\r\n")), bytes("GET / HTTP/1.0\r\n\r\n"));
    expect(judgeHead(head).kind).toBe("request");
  });
});

describe("the answer", () => {
  it("has the original's 117 bytes of head and 13 of body", () => {
    const { head, body } = answerTo({ kind: "request", method: "GET" });
    expect([head.length, body.length]).toEqual([117, 13]);
    expect(Buffer.from(body).toString()).toBe("Hello World!\n");
  });

  it("has no body for HEAD, and the same head", () => {
    const { head, body } = answerTo({ kind: "request", method: "HEAD" });
    expect(body.length).toBe(0);
    expect(head).toEqual(answerTo({ kind: "request", method: "GET" }).head);
  });

  it.each([400, 408, 431, 501, 505] as const)(
    "to a refused request is a whole %i with its length",
    (status) => {
      const { head, body } = answerTo({ kind: "refused", status });
      const text = Buffer.from(head).toString();
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z][A-Za-z ]+\\r\\n`));
      expect(text).toContain(`\r\nContent-Length: ${body.length}\r\n`);
      expect(text.endsWith("\r\n\r\n")).toBe(true);
    },
  );
});
