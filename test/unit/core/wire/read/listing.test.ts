import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../../../src/core/errors.ts";
import { readSegments, type ToldSegment } from "../../../../support/read-segments.ts";

const read = (text: string): ReturnType<typeof readSegments> => readSegments(new TextEncoder().encode(text));
const fixture = (name: string): ReturnType<typeof readSegments> =>
  readSegments(readFileSync(new URL(`../../../../fixtures/listings/${name}`, import.meta.url)));

const CLIENT = "10.0.0.1.40000 > 10.0.0.2.80";
const SERVER = "10.0.0.2.80 > 10.0.0.1.40000";
const SYN = `IP ${CLIENT}: Flags [S], seq 4000000000, win 64240, options [mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 7], length 0`;
const SYN_ACK = `IP ${SERVER}: Flags [S.], seq 3000000000, ack 4000000001, win 65160, length 0`;

/** Sequence and acknowledgment number of each segment. */
const numbers = (text: string): [number, number][] =>
  read(text).segments.map(({ sequence, acknowledgment }) => [sequence, acknowledgment]);
const times = (text: string): number[] => read(text).segments.map(({ at }) => at);

describe("the published listings", () => {
  it("come out whole", () => {
    const drop = fixture("tcpdump-drop.txt");
    expect(drop.facts).toMatchObject({
      format: "tcpdump text",
      packets: 59,
      problem: null,
      firstTimeNs: null,
    });
    expect(drop.segments.length).toBe(59);
    expect(drop.facts.skipped).toEqual([
      { reason: "not a packet's line", count: 3 },
      { reason: "blank line", count: 3 },
    ]);
    const abort = fixture("tcpdump-abort.txt");
    expect([abort.facts.packets, abort.segments.length]).toEqual([31, 31]);
  });

  it("give the victim's numbers absolutely, although its first SYN+ACK is missing", () => {
    const victim = fixture("tcpdump-drop.txt").segments.filter((segment) => /:59836$/.test(segment.from));
    const requests = victim.filter(({ payloadLength }) => payloadLength === 82);
    expect(requests.length).toBe(8);
    expect(new Set(requests.map(({ sequence }) => sequence))).toEqual(new Set([86886060]));
    expect(new Set(requests.map(({ acknowledgment }) => acknowledgment))).toEqual(new Set([2883444459]));
    expect(victim.find(({ flags }) => flags === ".")).toMatchObject({
      number: 26,
      sequence: 86886142,
      at: 1201.557,
    });
  });

  it("give the reset, which tcpdump prints absolutely, and the refusal over IPv6", () => {
    const { segments } = fixture("tcpdump-abort.txt");
    expect(segments.find(({ flags }) => flags === "R")).toMatchObject({
      sequence: 2696146236,
      to: "127.0.0.1:33542",
    });
    expect(segments[1]).toMatchObject({
      from: "[::1]:8088",
      flags: "R.",
      sequence: 0,
      acknowledgment: 537212559,
    });
  });
});

describe("sequence numbers of a listing", () => {
  const open = `${SYN}\n${SYN_ACK}\n`;
  const opened = [
    [4000000000, 0],
    [3000000000, 4000000001],
  ];

  it("are made absolute by the SYN+ACK, and a pure ACK gets the number that comes next", () => {
    const rest = `IP ${CLIENT}: Flags [.], ack 1, win 5, length 0
      IP ${CLIENT}: Flags [P.], seq 1:83, ack 1, win 5, length 82
      IP ${SERVER}: Flags [.], ack 83, win 5, length 0
      IP ${CLIENT}: Flags [F.], seq 83, ack 1, win 5, length 0
      IP ${CLIENT}: Flags [R], seq 4000000084, win 0, length 0`.replaceAll("\n      ", "\n");
    expect(numbers(open + rest)).toEqual([
      ...opened,
      [4000000001, 3000000001],
      [4000000001, 3000000001],
      [3000000001, 4000000083],
      [4000000083, 3000000001],
      [4000000084, 0],
    ]);
  });

  it("stay as they are after tcpdump -S", () => {
    const rest = `IP ${CLIENT}: Flags [.], ack 3000000001, win 5, length 0
IP ${CLIENT}: Flags [P.], seq 4000000001:4000000083, ack 3000000001, win 5, length 82`;
    expect(numbers(open + rest).slice(2)).toEqual([
      [4000000001, 3000000001],
      [4000000001, 3000000001],
    ]);
  });

  it("wrap around", () => {
    const late = `IP ${CLIENT}: Flags [P.], seq 294967290:294967300, ack 1, win 5, length 10`;
    expect(numbers(open + late)[2]).toEqual([(4000000000 + 294967290) % 2 ** 32, 3000000001]);
  });

  it("count from a made-up 0 where the beginning was cut away, in both directions", () => {
    const cut = `IP ${CLIENT}: Flags [P.], seq 101:201, ack 51, win 5, length 100
IP ${SERVER}: Flags [.], ack 201, win 5, length 0
IP ${SERVER}: Flags [P.], seq 51:60, ack 201, win 5, length 9`;
    expect(numbers(cut)).toEqual([
      [101, 51],
      [51, 201],
      [51, 201],
    ]);
  });

  it("count from the SYN where only the SYN+ACK was cut away", () => {
    const rest = `IP ${CLIENT}: Flags [P.], seq 1:83, ack 1, win 5, length 82`;
    expect(numbers(`${SYN}\n${rest}`)[1]).toEqual([4000000001, 1]);
  });

  it("begin anew with a new SYN+ACK of the same ports", () => {
    const again = `IP ${CLIENT}: Flags [S], seq 5000, win 5, length 0
IP ${SERVER}: Flags [S.], seq 900000, ack 5001, win 5, length 0
IP ${CLIENT}: Flags [.], ack 1, win 5, length 0`;
    expect(numbers(open + again).slice(2)).toEqual([
      [5000, 0],
      [900000, 5001],
      [5001, 900001],
    ]);
  });
});

describe("times of a listing", () => {
  const two = (first: string, second: string): string => `${first}${SYN}\n${second}${SYN_ACK}\n`;

  it("have a date after -tttt and -tt", () => {
    const dated = read(two("2024-02-29 23:59:59.999999 ", "2024-03-01 00:00:00.000001 "));
    expect(dated.segments.map(({ at }) => at)).toEqual([0, 0.002]);
    expect(dated.facts.firstTimeNs).toBe(1709251199_999999000n);
    const epoch = read(two("1700000000.123456 ", "1700000001.123456 "));
    expect(epoch.segments[1]?.at).toBe(1000);
    expect(epoch.facts).toMatchObject({
      firstTimeNs: 1700000000_123456000n,
      lastTimeNs: 1700000001_123456000n,
    });
  });

  it("go on over midnight, and back a little without becoming another day", () => {
    expect(times(two("23:59:59.500000 ", "00:00:00.500000 "))).toEqual([0, 1000]);
    expect(times(two("12:00:01.000000 ", "12:00:00.900000 "))).toEqual([0, -100]);
  });

  it("are added up after -ttt, and are none after -t", () => {
    expect(times(` 00:00:00.000000 ${SYN}\n 00:00:01.000000 ${SYN_ACK}\n 00:00:00.000100 ${SYN}\n`)).toEqual([
      0, 1000, 1000.1,
    ]);
    expect(times(two("", ""))).toEqual([Number.NaN, Number.NaN]);
  });

  it("keep nanoseconds", () => {
    expect(times(two("10:00:00.000000001 ", "10:00:00.000000004 "))).toEqual([0, 0.000003]);
  });
});

describe("lines of a listing", () => {
  const first = (text: string): ToldSegment | undefined => read(text).segments[0];
  const syn = {
    from: "10.0.0.1:40000",
    to: "10.0.0.2:80",
    flags: "S",
    sequence: 4000000000,
    window: 64240,
    timestampValue: 7,
  };

  it.each([
    ["with the interface column of -i any", `12:00:00.000000 eth0  In  ${SYN}`],
    ["with an interface of a container", `12:00:00.000000 veth1a@if2 Out ${SYN}`],
    [
      "with link headers (-e)",
      `12:00:00.000000 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 74: ${SYN.slice(3)}`,
    ],
    ["with names of services", `12:00:00.000000 ${SYN.replace(".80:", ".http:")}`],
    ["with a protocol's words behind it", `12:00:00.000000 ${SYN}: HTTP: GET / HTTP/1.0`],
    ["with line ends of Windows", `12:00:00.000000 ${SYN}\r\n`],
    ["behind a byte order mark", `\ufeff12:00:00.000000 ${SYN}`],
  ])("are read %s", (_name, text) => {
    expect(first(text)).toMatchObject({ ...syn, payloadLength: 0, number: 1 });
  });

  it("are read in pairs after -v, with hop limit and identification", () => {
    const text = `12:00:00.000000 IP (tos 0x0, ttl 63, id 4711, offset 0, flags [DF], proto TCP (6), length 60)
    ${CLIENT}: Flags [S], cksum 0xfe30 (incorrect -> 0x1234), seq 4000000000, win 64240, options [TS val 7 ecr 0], length 0\n`;
    expect(first(text)).toMatchObject({ ...syn, hopLimit: 63, identification: 4711 });
    expect(read(text).facts).toMatchObject({ packets: 1, skipped: [] });
  });

  it("take the payload from the range where the line was cut before its length", () => {
    expect(
      first(`12:00:00.000000 IP ${CLIENT}: Flags [P.], seq 1:83, ack 1, win 342, options [nop,`),
    ).toMatchObject({ payloadLength: 82, window: 342 });
  });

  it("know Fast Open", () => {
    expect(
      first(`IP ${CLIENT}: Flags [S], seq 1, win 1, options [mss 1460,tfo  cookiereq,nop], length 0`),
    ).toMatchObject({ hasFastOpen: true });
  });

  it("count with their packet's number what is no segment", () => {
    const text = `12:00:00.000000 IP 10.0.0.1.53 > 10.0.0.2.333: 1234 1/0/0 A 1.2.3.4 (50)
12:00:00.000001 ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28
12:00:00.000002 IP web.example.40000 > 10.0.0.2.80: Flags [S], seq 1, win 1, length 0
12:00:00.000003 IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [
12:00:00.000004 ${SYN}
and then nothing more
`;
    const { segments, facts } = read(text);
    expect(segments.map(({ number }) => number)).toEqual([3, 5]);
    expect(facts.packets).toBe(5);
    expect(facts.skipped).toEqual([
      { reason: "not TCP", count: 1 },
      { reason: "not IP", count: 1 },
      { reason: "cut off", count: 1 },
      { reason: "not a packet's line", count: 1 },
    ]);
  });

  it("must be tcpdump's: other text is an error, an empty listing is not", () => {
    expect(() => read("Dear colleague,\nthe server is slow.\n")).toThrow(DecodeError);
    expect(() => read("x")).toThrow("text at 0: no line of tcpdump's, tshark's or Wireshark's output found");
    expect(read("listening on any, link-type LINUX_SLL2\n").facts).toMatchObject({
      packets: 0,
      problem: null,
    });
  });

  it("cost no memory if they never end", () => {
    expect(() => read("a".repeat(5_000_000))).toThrow(DecodeError);
  });
});
