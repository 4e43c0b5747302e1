/**
 * Segments from a script, one line a packet, so that a test can be read like a listing:
 *
 *     "1000.5 40001 > P. 1:83 1"     at 1000.5 ms, from client port 40001, PSH+ACK, bytes 1 to 83, ack 1
 *     "1000.6 40001 < ."             the server's ACK; numbers that are left out are those of a handshake
 *
 * Sequence numbers are relative to each side's initial number. `id=7 ts=9` sets the IP identification and the TSval.
 *
 * @module
 */
import { emptySegment, type Segment } from "../../src/core/wire/packet/segment.ts";
import { parseTcpFlags, TCP_FLAG } from "../../src/core/wire/packet/tcp-flags.ts";

const CLIENT_WORD = 0x0a000001;
const SERVER_WORD = 0x0a000002;
const SERVER_PORT = 80;

const LINE = /^([\d.]+) (\d+)(?:\/(\d+))? ([<>]) (\S+)(?: (\d+)(?::(\d+))?)?(?: (\d+))?((?: \w+=\d+)*)$/;

/** The packets of a script, numbered from 1. A port may carry an initial number of its own: `40001/2`. */
export function segments(script: string): Segment[] {
  return script
    .trim()
    .split("\n")
    .map((line, place) => segmentOf(line.trim().replace(/\s+/g, " "), place + 1));
}

function segmentOf(line: string, number: number): Segment {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`not a packet: ${line}`);
  const [, at, port, life, direction, flagText = "", from, to, ack, marks = ""] = match;
  const flags = parseTcpFlags(flagText);
  const isFromClient = direction === ">";
  const clientIsn = Number(port) * 1000 + Number(life ?? 0) * 77_777;
  const serverIsn = (clientIsn * 3 + 5) >>> 0;
  const [ownIsn, otherIsn] = isFromClient ? [clientIsn, serverIsn] : [serverIsn, clientIsn];
  const relative = Number(from ?? ((flags & TCP_FLAG.SYN) !== 0 ? 0 : 1));
  const segment: Segment = {
    ...emptySegment(),
    number,
    at: Number(at),
    ...endpoints(Number(port), isFromClient),
    flags,
    sequence: (ownIsn + relative) >>> 0,
    acknowledgment: (flags & TCP_FLAG.ACK) === 0 ? 0 : (otherIsn + Number(ack ?? 1)) >>> 0,
    payloadLength: to === undefined ? 0 : Number(to) - relative,
    identification: -1,
    timestampValue: -1,
    timestampEcho: -1,
  };
  for (const [, name, value] of marks.matchAll(/(\w+)=(\d+)/g)) mark(segment, name ?? "", Number(value));
  return segment;
}

function endpoints(port: number, isFromClient: boolean): Partial<Segment> {
  return isFromClient
    ? { source3: CLIENT_WORD, sourcePort: port, destination3: SERVER_WORD, destinationPort: SERVER_PORT }
    : { source3: SERVER_WORD, sourcePort: SERVER_PORT, destination3: CLIENT_WORD, destinationPort: port };
}

function mark(segment: Segment, name: string, value: number): void {
  if (name === "id") segment.identification = value;
  else if (name === "ts") segment.timestampValue = value;
  else if (name === "iface") segment.interface = value;
  else throw new Error(`no such mark: ${name}`);
}
