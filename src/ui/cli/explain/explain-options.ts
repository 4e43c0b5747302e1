/**
 * The options of `listenq explain` as values.
 *
 * @module
 */

import { DecodeError, UsageError } from "../../../core/errors.ts";
import type { Moment } from "../../../core/explain/segment-filter.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { type Endpoint, parseEndpoint } from "../../../core/wire/address.ts";
import { parseDurationOption } from "../options/duration-option.ts";

/** As commander gives them. */
export interface ExplainFlags {
  readonly server?: string;
  readonly since?: string;
  readonly until?: string;
  readonly all?: true;
  readonly annotate?: string;
  readonly report?: string;
  readonly anonymize?: true;
  readonly json?: true;
}

/** What is to be done. */
export interface ExplainOptions {
  readonly server: Endpoint | null;
  readonly since: Moment | null;
  readonly until: Moment | null;
  readonly all: boolean;
  readonly annotate: string | null;
  /** Where a page goes. */
  readonly report: string | null;
  readonly anonymize: boolean;
  readonly json: boolean;
}

/** @throws {UsageError} that names the option */
export function parseExplainFlags(files: readonly string[], flags: ExplainFlags): ExplainOptions {
  if (flags.annotate !== undefined && files.length !== 1) {
    throw new UsageError("--annotate writes one capture again, so it needs exactly one file");
  }
  if (flags.annotate !== undefined && flags.anonymize === true) {
    throw new UsageError(
      "--annotate cannot be combined with --anonymize: the packets hold the real addresses",
    );
  }
  if (flags.annotate !== undefined && files[0] === "-") {
    throw new UsageError("--annotate reads the capture twice, so it needs a file rather than stdin");
  }
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("- can be given once only");
  return {
    server: flags.server === undefined ? null : parseServer(flags.server),
    since: flags.since === undefined ? null : parseMoment("--since", flags.since),
    until: flags.until === undefined ? null : parseMoment("--until", flags.until),
    all: flags.all === true,
    annotate: flags.annotate ?? null,
    report: flags.report ?? null,
    anonymize: flags.anonymize === true,
    json: flags.json === true,
  };
}

function parseServer(text: string): Endpoint {
  try {
    return parseEndpoint(text);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(`--server must be ADDRESS:PORT or [ADDRESS]:PORT, got ${shownWord(text)}`, {
      cause: error,
    });
  }
}

function parseMoment(option: string, text: string): Moment {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return { afterMs: parseDurationOption(option, text) };
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) {
    throw new UsageError(
      `${option} must be an ISO 8601 time such as 2026-11-25T20:50:51Z, got ${shownWord(text)}`,
    );
  }
  return { atNs: BigInt(atMs) * 1_000_000n };
}
