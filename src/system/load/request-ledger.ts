/**
 * What became of each connection, in columns of numbers: a million of them are 80 MB, nothing that the garbage collector would
 * have to walk while connections are being timed. Structured clone carries it between processes.
 *
 * @module
 */
import { LOAD_FAILURES, type LoadFailure, type LoadRequest } from "../../core/load/index.ts";
import { formatEndpoint, formatIpAddress } from "../../core/wire/address.ts";
import { errnoName } from "../linux/ffi/check.ts";

/** The instants of a connection, in milliseconds since the run began; NaN for what did not happen. */
export const INSTANT = { intended: 0, started: 1, connected: 2, sent: 3, firstByte: 4, ended: 5 } as const;
const INSTANTS = 6;

const NUMBER = {
  resends: 0,
  outcome: 1,
  errno: 2,
  status: 3,
  bytes: 4,
  bodyBytes: 5,
  port: 6,
  local: 7,
} as const;
const NUMBERS = 8;
/** Outcomes: 0 is a connection that has not come to an end, then none, then the failures. */
const FINE = 1;

/** The columns, as they travel. */
export interface LedgerColumns {
  readonly instants: Float64Array;
  readonly numbers: Uint32Array;
  /** The local addresses that occur, as the kernel's bytes. */
  readonly locals: readonly Uint8Array[];
}

/** How a connection ended. */
export interface Ending {
  readonly failure: LoadFailure | null;
  /** A positive errno, 0 for none. */
  readonly errno: number;
  readonly status: number | null;
  readonly bytes: number;
  readonly bodyBytes: number;
}

/** The connections of one generator, by their place in its order of starting. */
export class RequestLedger {
  readonly #instants: Float64Array;
  readonly #numbers: Uint32Array;
  readonly #locals: Uint8Array[] = [];
  readonly #placeOfLocal = new Map<string, number>();

  constructor(size: number) {
    this.#instants = new Float64Array(size * INSTANTS).fill(Number.NaN);
    this.#numbers = new Uint32Array(size * NUMBERS);
  }

  get columns(): LedgerColumns {
    return { instants: this.#instants, numbers: this.#numbers, locals: this.#locals };
  }

  setInstant(row: number, instant: number, ms: number): void {
    this.#instants[row * INSTANTS + instant] = ms;
  }

  instant(row: number, instant: number): number {
    return this.#instants[row * INSTANTS + instant] ?? Number.NaN;
  }

  setResends(row: number, resends: number): void {
    this.#numbers[row * NUMBERS + NUMBER.resends] = resends + 1;
  }

  /** @param address the kernel's `sockaddr`, which is copied */
  setLocal(row: number, address: Uint8Array): void {
    const isIpv4 = address[0] === 2;
    const bytes = isIpv4 ? address.subarray(4, 8) : address.subarray(8, 24);
    const key = bytes.join(".");
    let place = this.#placeOfLocal.get(key);
    if (place === undefined) {
      place = this.#locals.push(bytes.slice()) - 1;
      this.#placeOfLocal.set(key, place);
    }
    this.#numbers[row * NUMBERS + NUMBER.port] = (address[2] ?? 0) * 256 + (address[3] ?? 0);
    this.#numbers[row * NUMBERS + NUMBER.local] = place + 1;
  }

  end(row: number, ms: number, { failure, errno, status, bytes, bodyBytes }: Ending): void {
    this.setInstant(row, INSTANT.ended, ms);
    const at = row * NUMBERS;
    this.#numbers[at + NUMBER.outcome] = failure === null ? FINE : FINE + 1 + LOAD_FAILURES.indexOf(failure);
    this.#numbers[at + NUMBER.errno] = errno;
    this.#numbers[at + NUMBER.status] = status ?? 0;
    this.#numbers[at + NUMBER.bytes] = bytes;
    this.#numbers[at + NUMBER.bodyBytes] = bodyBytes;
  }
}

/** The connections that came to an end, from several generators, in the order in which they were wanted. */
export function requestsOf(ledgers: readonly LedgerColumns[]): LoadRequest[] {
  const found = ledgers.flatMap((columns) => {
    const rows = Array.from({ length: columns.numbers.length / NUMBERS }, (_, row) => row);
    return rows
      .filter((row) => columns.numbers[row * NUMBERS + NUMBER.outcome] !== 0)
      .map((row) => requestAt(columns, row));
  });
  if (ledgers.length > 1) found.sort((a, b) => a.intendedAt - b.intendedAt || a.at - b.at);
  return found.map((request, place) => (ledgers.length > 1 ? { ...request, number: place + 1 } : request));
}

function requestAt({ instants, numbers, locals }: LedgerColumns, row: number): LoadRequest {
  const time = (instant: number): number => instants[row * INSTANTS + instant] ?? Number.NaN;
  const number = (column: number): number => numbers[row * NUMBERS + column] ?? 0;
  const [started, connected, ended] = [time(INSTANT.started), time(INSTANT.connected), time(INSTANT.ended)];
  const { outcome, resends, errno, status, bytes, bodyBytes, port, local } = NUMBER;
  const address = locals[number(local) - 1];
  return {
    number: row + 1,
    intendedAt: micro(time(INSTANT.intended)) ?? 0,
    at: micro(started) ?? 0,
    local: address === undefined ? null : formatEndpoint(formatIpAddress(address), number(port)),
    connectMs: micro(connected - started),
    firstByteMs: micro(time(INSTANT.firstByte) - started),
    waitingMs: micro(time(INSTANT.firstByte) - time(INSTANT.sent)),
    processingMs: micro(ended - connected),
    totalMs: micro(ended - started),
    synResends: number(resends) === 0 ? null : number(resends) - 1,
    bytes: number(bytes),
    bodyBytes: number(bodyBytes),
    status: number(status) === 0 ? null : number(status),
    failure: LOAD_FAILURES[number(outcome) - FINE - 1] ?? null,
    error: number(errno) === 0 ? null : errnoName(number(errno)),
  };
}

/** Milliseconds to the microsecond, or null when one of the instants did not come. */
function micro(ms: number): number | null {
  return Number.isNaN(ms) ? null : Math.round(ms * 1000) / 1000;
}
