/**
 * The published listings as data: a reader of its own, so that the model is not held against the product's parser.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A line of the listing, about one connection. */
export interface ListedPacket {
  /** Milliseconds since the first IPv4 packet. */
  readonly atMs: number;
  /** The client's port. */
  readonly port: number;
  readonly isFromServer: boolean;
  readonly flags: string;
  readonly length: number;
}

/** A row of `netstat -ntp`, about one connection. */
export interface ListedSocket {
  readonly recvQueue: number;
  readonly sendQueue: number;
  /** The client's port. */
  readonly port: number;
  readonly isServer: boolean;
  readonly state: string;
  readonly hasProcess: boolean;
}

const SERVER_PORT = 8088;
const PACKET =
  /^(\d+):(\d+):([\d.]+) IP 127\.0\.0\.1\.(\d+) > 127\.0\.0\.1\.(\d+): Flags \[([^\]]+)\].* length (\d+)$/;
const SOCKET = /^tcp\s+(\d+)\s+(\d+)\s+\S+:(\d+)\s+\S+:(\d+)\s+(\S+)\s+(\S+)/;

/** The packets to 127.0.0.1, in the order of the listing. */
export function listedPackets(name: string): ListedPacket[] {
  const packets = linesOf(name).flatMap((line) => {
    const match = PACKET.exec(line);
    if (match === null) return [];
    const [, hours, minutes, seconds, from, to, flags = "", length] = match;
    const atMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    const isFromServer = Number(from) === SERVER_PORT;
    return [{ atMs, port: Number(isFromServer ? to : from), isFromServer, flags, length: Number(length) }];
  });
  const first = packets[0]?.atMs ?? 0;
  return packets.map((packet) => ({ ...packet, atMs: packet.atMs - first }));
}

/** The tables that were printed, one after another. */
export function listedTables(name: string): ListedSocket[][] {
  const tables: ListedSocket[][] = [];
  for (const line of linesOf(name)) {
    if (line.includes("# netstat")) tables.push([]);
    const match = SOCKET.exec(line);
    if (match === null) continue;
    const [, recvQueue, sendQueue, local, remote, state = "", process] = match;
    const isServer = Number(local) === SERVER_PORT;
    tables.at(-1)?.push({
      recvQueue: Number(recvQueue),
      sendQueue: Number(sendQueue),
      port: Number(isServer ? remote : local),
      isServer,
      state,
      hasProcess: process !== "-",
    });
  }
  return tables;
}

/** The lines of a listing. */
export function linesOf(name: string): string[] {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/seed");
  return readFileSync(join(folder, name), "utf8").split("\n");
}
