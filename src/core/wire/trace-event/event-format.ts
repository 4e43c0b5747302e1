/**
 * What the kernel says about one of its trace events in the event's `format` file: its number, where each field lies in a
 * record, and the names behind numbers. Both move between kernels, so neither is known by heart.
 *
 * @module
 */
import { DecodeError } from "../../errors.ts";

/** A field of a record. */
export interface TraceField {
  /** In bytes from the record's start. */
  readonly offset: number;
  readonly size: number;
}

/** A trace event. */
export interface TraceEventFormat {
  readonly name: string;
  /** What stands in the first two bytes of each record. */
  readonly id: number;
  readonly fields: ReadonlyMap<string, TraceField>;
  /** The names of a field's values, as the print line has them; empty for a field that is printed as a number. */
  symbols(field: string): ReadonlyMap<string, number>;
}

const FIELD = /^\tfield:(.+?)\s*([\w]+)(?:\[\d*\])?;\s*offset:(\d+);\s*size:(\d+);/gm;

/**
 * Reads a `format` file.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if there is no number or no field in it
 */
export function parseEventFormat(text: string): TraceEventFormat {
  const name = /^name: (\S+)$/m.exec(text)?.[1];
  const id = /^ID: (\d+)$/m.exec(text)?.[1];
  const fields = new Map<string, TraceField>();
  for (const [, , field = "", offset, size] of text.matchAll(FIELD))
    fields.set(field, { offset: Number(offset), size: Number(size) });
  if (name === undefined || id === undefined || fields.size === 0)
    throw new DecodeError(
      "UNKNOWN_FORMAT",
      "format file of a trace event",
      0,
      "name, ID and fields expected",
    );
  return { name, id: Number(id), fields, symbols: (field) => symbolsOf(text, field) };
}

function symbolsOf(text: string, field: string): Map<string, number> {
  const begin = text.indexOf(`__print_symbolic(REC->${field},`);
  if (begin === -1) return new Map();
  const end = text.indexOf("})", begin);
  const list = text.slice(begin, end === -1 ? undefined : end + 1);
  return new Map(
    [...list.matchAll(/\{ (-?\d+), "([^"]+)" \}/g)].map(([, value, name]) => [name ?? "", Number(value)]),
  );
}
