import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import {
  encodeLoadRequest,
  parseLoadUrl,
  resolveAddresses,
} from "../../../../src/system/load/load-target.ts";

describe("the target of a load", () => {
  it.each([
    ["http://localhost:8088/", "localhost", 8088, "http://localhost:8088/"],
    ["localhost:8088/", "localhost", 8088, "http://localhost:8088/"],
    ["10.0.0.7", "10.0.0.7", 80, "http://10.0.0.7/"],
    ["http://[::1]:1234/a?b=c#d", "::1", 1234, "http://[::1]:1234/a?b=c#d"],
  ])("%s is %s port %i", (text, hostname, port, href) => {
    const target = parseLoadUrl(text);
    expect([target.hostname, target.port, target.url.href]).toEqual([hostname, port, href]);
  });

  it.each([
    "",
    "http://",
    "https://localhost/",
    "ftp://a/",
    "http://a:99999/",
    "http://a:0/",
    "http://u:p@a/",
  ])("%j is refused with a sentence", (text) => {
    expect(() => parseLoadUrl(text)).toThrow(UsageError);
  });

  it("is asked for as ab asks: ab's own request is 82 bytes", () => {
    const request = Buffer.from(
      encodeLoadRequest(parseLoadUrl("localhost:8088"), "ApacheBench/2.3"),
    ).toString();
    expect(request).toBe(
      "GET / HTTP/1.0\r\nHost: localhost:8088\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n",
    );
    expect(request.length).toBe(82);
  });

  it("is asked for with its query and without its fragment", () => {
    const request = Buffer.from(encodeLoadRequest(parseLoadUrl("http://a/b?c=d#e"), "x")).toString();
    expect(request).toMatch(/^GET \/b\?c=d HTTP\/1\.0\r\nHost: a\r\n/);
  });

  it("needs no resolver when it is an address", async () => {
    expect(await resolveAddresses(parseLoadUrl("http://[::1]/"))).toEqual(["::1"]);
  });

  it("that has no address is the user's mistake", async () => {
    await expect(resolveAddresses(parseLoadUrl("http://nobody.invalid/"))).rejects.toThrow(UsageError);
  });
});
