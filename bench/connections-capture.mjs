/**
 * Writes a capture of short connections for the benches: deterministic, little-endian pcap of Ethernet in nanoseconds. Each
 * connection has 9 packets (handshake, request and its ACK, answer, both FINs, last ACK), and 64 are always under way.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { encodeTcpFrame } from "../dist/core/wire/packet/encode-frame.js";
import { NO_TCP_OPTIONS } from "../dist/core/wire/packet/tcp-options.js";

const SERVER = "10.1.0.1:8080";
/** Connections that are interleaved. */
const AT_ONCE = 64;
const GAP_NS = 2_000n;
const MAGIC_NANOSECONDS = 0xa1b23c4d;

/** What a connection sends: who, flags, sequence and acknowledgment counted from the SYNs, payload. */
const STEPS = [
  { client: true, flags: "S", seq: 0, ack: 0, payload: 0 },
  { client: false, flags: "S.", seq: 0, ack: 1, payload: 0 },
  { client: true, flags: ".", seq: 1, ack: 1, payload: 0 },
  { client: true, flags: "P.", seq: 1, ack: 1, payload: 82 },
  { client: false, flags: ".", seq: 1, ack: 83, payload: 0 },
  { client: false, flags: "P.", seq: 1, ack: 83, payload: 130 },
  { client: false, flags: "F.", seq: 131, ack: 83, payload: 0 },
  { client: true, flags: "F.", seq: 83, ack: 132, payload: 0 },
  { client: false, flags: ".", seq: 132, ack: 84, payload: 0 },
];

/** Writes at least `packets` packets to the file and returns how many. */
export function writeConnections(path, packets) {
  const file = openSync(path, "w");
  const templates = STEPS.map(frameOf);
  let written = 0;
  writeSync(file, fileHeader());
  for (let batch = 0; written < packets; batch += 1) {
    const records = recordsOf(batch, templates, written);
    writeSync(file, Buffer.concat(records));
    written += records.length;
  }
  closeSync(file);
  return written;
}

function fileHeader() {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC_NANOSECONDS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** The packets of `AT_ONCE` connections, step by step. */
function recordsOf(batch, templates, before) {
  const records = [];
  for (const [step, template] of templates.entries()) {
    for (let place = 0; place < AT_ONCE; place += 1) {
      const id = batch * AT_ONCE + place;
      records.push(record(template, STEPS[step], id, before + records.length));
    }
  }
  return records;
}

function frameOf({ client, flags, payload }) {
  const [from, to] = client ? ["10.0.0.1:1024", SERVER] : [SERVER, "10.0.0.1:1024"];
  const timestamps = { value: 1000, echo: 1000 };
  const ofSyn = { mss: 1460, windowScale: 7, sackPermitted: true };
  const options = { ...NO_TCP_OPTIONS, ...(flags.startsWith("S") ? ofSyn : {}), timestamps };
  const bytes = encodeTcpFrame({
    from,
    to,
    flags,
    seq: 0,
    ack: 0,
    window: 502,
    options,
    payload: new Uint8Array(payload),
  });
  return Buffer.from(bytes);
}

/** The template with the addresses, ports, numbers and time of this connection; checksums are left wrong, as offload leaves them. */
function record(template, { client, seq, ack }, id, index) {
  const out = Buffer.alloc(16 + template.length);
  const timeNs = 1_700_000_000_000_000_000n + BigInt(index) * GAP_NS;
  out.writeUInt32LE(Number(timeNs / 1_000_000_000n), 0);
  out.writeUInt32LE(Number(timeNs % 1_000_000_000n), 4);
  out.writeUInt32LE(template.length, 8);
  out.writeUInt32LE(template.length, 12);
  template.copy(out, 16);
  const tcp = 16 + 34;
  out.writeUInt32BE(0x0a000001 + ((id >>> 14) & 0xffff), client ? tcp - 8 : tcp - 4);
  out.writeUInt16BE(1024 + (id & 0x3fff), client ? tcp : tcp + 2);
  const [clientIsn, serverIsn] = [Math.imul(id, 2_654_435_761) >>> 0, Math.imul(id, 40_503) >>> 0];
  out.writeUInt32BE(((client ? clientIsn : serverIsn) + seq) >>> 0, tcp + 4);
  if (ack > 0) out.writeUInt32BE(((client ? serverIsn : clientIsn) + ack) >>> 0, tcp + 8);
  return out;
}
