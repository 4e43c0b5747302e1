import { describe, expect, it } from "vitest";
import { queueEntryFilter, queueEntryReader } from "../../../../../src/core/listener/entries/entry-event.ts";
import { parseEventFormat } from "../../../../../src/core/wire/trace-event/event-format.ts";

const STATES = `{ 1, "TCP_ESTABLISHED" }, { 2, "TCP_SYN_SENT" }, { 3, "TCP_SYN_RECV" }`;
/** As Linux 6.18 has it, shortened; with other offsets a record reads the same. */
const formatWith = (sport: number, states = STATES) =>
  parseEventFormat(`name: inet_sock_set_state
ID: 2287
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:int oldstate;	offset:16;	size:4;	signed:1;
	field:int newstate;	offset:20;	size:4;	signed:1;
	field:__u16 sport;	offset:${sport};	size:2;	signed:0;
	field:__u16 family;	offset:28;	size:2;	signed:0;
	field:__u8 saddr_v6[16];	offset:40;	size:16;	signed:0;

print fmt: "oldstate=%s newstate=%s", __print_symbolic(REC->oldstate, ${states}), __print_symbolic(REC->newstate, ${states})
`);

describe("queueEntryFilter", () => {
  it("has the kernel's own numbers of the two states", () => {
    expect(queueEntryFilter(formatWith(24), null)).toBe("oldstate == 3 && newstate == 1 && protocol == 6");
    expect(queueEntryFilter(formatWith(24), 80)).toMatch(/ && sport == 80$/);
  });

  it("refuses a format that does not name them", () => {
    expect(() => queueEntryFilter(formatWith(24, `{ 1, "ONE" }`), null)).toThrow("names of TCP states");
  });
});

describe("queueEntryReader", () => {
  it.each([24, 26])("reads port, family and address where the format has them: port at %i", (sport) => {
    const record = new DataView(new ArrayBuffer(72));
    record.setUint16(sport, 8080, true);
    record.setUint16(28, 10, true);
    record.setUint16(50, 0xffff);
    record.setUint32(52, 0x7f000001);
    expect(queueEntryReader(formatWith(sport))(record)).toEqual({
      port: 8080,
      isIpv6: true,
      address: Uint32Array.of(0, 0, 0xffff, 0x7f000001),
    });
  });

  it("refuses a format without a field that it needs", () => {
    const format = formatWith(24);
    const fields = new Map([...format.fields].filter(([name]) => name !== "saddr_v6"));
    expect(() => queueEntryReader({ ...format, fields })).toThrow("a field saddr_v6 expected");
  });
});
