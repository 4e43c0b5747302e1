import { describe, expect, it } from "vitest";
import {
  addToResponse,
  emptyResponse,
  type HttpResponse,
  responseFailure,
} from "../../../../src/system/load/http-response.ts";

function responseOf(...chunks: readonly string[]): HttpResponse {
  const response = emptyResponse();
  for (const chunk of chunks) addToResponse(response, Buffer.from(chunk, "latin1"));
  return response;
}

const WHOLE = "HTTP/1.1 200 success\r\nServer:  NBS/1.0 \r\nContent-length:13\r\n\r\nHello World!\n";

describe("an answer", () => {
  it("is read the same in one piece and byte by byte", () => {
    expect(responseOf(...WHOLE)).toEqual(responseOf(WHOLE));
  });

  it("gives its status, server, and the sizes of all and of the body", () => {
    expect(responseOf(WHOLE)).toMatchObject({
      status: 200,
      serverSoftware: "NBS/1.0",
      contentLength: 13,
      bytes: WHOLE.length,
      bodyBytes: 13,
    });
  });

  it.each([
    ["whole", null, WHOLE],
    ["with bare line feeds, as the original server sent it", null, WHOLE.replaceAll("\r\n", "\n")],
    ["without a length, ended by closing", null, "HTTP/1.0 200 OK\r\n\r\nabc"],
    ["without a reason", null, "HTTP/1.1 200\r\n\r\n"],
    [
      "without a body, where the status has none",
      null,
      "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
    ],
    ["a byte short", "closed-early", WHOLE.slice(0, -1)],
    ["broken off in its head", "closed-early", "HTTP/1.1 200 success\r\nServer"],
    ["broken off in its first word", "closed-early", "HT"],
    ["empty", "closed-early", ""],
    ["of another protocol", "bad-response", "220 smtp ready\r\n"],
    ["with a status that is no number", "bad-response", "HTTP/1.1 2x0 OK\r\n\r\n"],
    ["with a length that is no number", "bad-response", "HTTP/1.1 200 OK\r\nContent-Length: 1e1\r\n\r\n"],
    ["with another status", "non-2xx", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"],
    [
      "with another status and without the body that it announces",
      "closed-early",
      "HTTP/1.1 503 B\r\nContent-Length: 9\r\n\r\n",
    ],
  ])("%s -> %s", (_name, failure, text) => {
    expect(responseFailure(responseOf(text))).toBe(failure);
  });

  it("with a head without end is bad, and is not kept", () => {
    const response = responseOf(
      "HTTP/1.1 200 OK\r\n",
      ..."x"
        .repeat(40)
        .split("")
        .map((x) => x.repeat(4096)),
    );
    expect(responseFailure(response)).toBe("bad-response");
    expect(response.head.length).toBeLessThan(80_000);
    expect(response.bytes).toBe(17 + 40 * 4096);
  });
});
