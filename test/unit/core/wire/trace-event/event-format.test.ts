import { describe, expect, it } from "vitest";
import { parseEventFormat } from "../../../../../src/core/wire/trace-event/event-format.ts";

/** Of Linux 6.18, shortened: two reasons of a hundred. */
const KFREE_SKB = `name: kfree_skb
ID: 2310
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;
\tfield:void * rx_sk;\toffset:24;\tsize:8;\tsigned:0;
\tfield:enum skb_drop_reason reason;\toffset:36;\tsize:4;\tsigned:0;
\tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;

print fmt: "skbaddr=%p reason: %s", REC->skbaddr, __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, { 40, "TCP_LISTEN_OVERFLOW" })
`;

describe("parseEventFormat", () => {
  it("takes number, fields and names from the kernel's text", () => {
    const format = parseEventFormat(KFREE_SKB);
    expect([format.name, format.id]).toEqual(["kfree_skb", 2310]);
    expect(format.fields.get("rx_sk")).toEqual({ offset: 24, size: 8 });
    expect(format.fields.get("saddr_v6")).toEqual({ offset: 40, size: 16 });
    expect(format.symbols("reason")).toEqual(
      new Map([
        ["NOT_SPECIFIED", 2],
        ["TCP_LISTEN_OVERFLOW", 40],
      ]),
    );
    expect(format.symbols("rx_sk").size).toBe(0);
  });

  it("refuses what is no description of an event", () => {
    expect(() => parseEventFormat("")).toThrow("name, ID and fields expected");
  });
});
