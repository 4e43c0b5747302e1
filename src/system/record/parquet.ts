/**
 * A recording as columns: one row for each listener and sample, in Apache Parquet, which DuckDB, Spark and ClickHouse read as
 * it is. Rows are written in groups, so that memory does not grow with the recording.
 *
 * @module
 */
import { fileWriter, parquetWriteRows } from "hyparquet-writer";
import type { DropRise, ListenerSample, Sample } from "../../core/listener/sample/sample.ts";
import { OutputFile } from "../files/output-file.ts";

const ROWS_IN_GROUP = 50_000;

interface Column {
  readonly name: string;
  readonly type: "TIMESTAMP" | "STRING" | "INT32" | "INT64" | "DOUBLE" | "BOOLEAN";
  readonly value: (
    listener: ListenerSample,
    sample: Sample,
  ) => Date | string | number | bigint | boolean | null;
}

/** Counts that only grow are since the recorder first saw the listener: take differences by cookie. */
const COLUMNS: readonly Column[] = [
  { name: "taken_at", type: "TIMESTAMP", value: (_, { takenAt }) => new Date(takenAt) },
  { name: "interval_ms", type: "DOUBLE", value: (_, { intervalMs }) => intervalMs },
  { name: "netns", type: "INT64", value: ({ namespace }) => BigInt(namespace) },
  { name: "netns_name", type: "STRING", value: ({ namespace }, sample) => namespaceName(sample, namespace) },
  { name: "cookie", type: "STRING", value: ({ cookie }) => cookie },
  { name: "protocol", type: "STRING", value: ({ protocol }) => protocol },
  { name: "family", type: "STRING", value: ({ family }) => family },
  { name: "address", type: "STRING", value: ({ address }) => address },
  { name: "port", type: "INT32", value: ({ port }) => port },
  { name: "path", type: "STRING", value: ({ path }) => path },
  { name: "reuseport_group", type: "STRING", value: ({ group }) => group },
  { name: "pid", type: "INT32", value: ({ process }) => process?.pid ?? null },
  { name: "process", type: "STRING", value: ({ process }) => process?.name ?? null },
  { name: "container_runtime", type: "STRING", value: ({ container }) => container?.runtime ?? null },
  { name: "container_id", type: "STRING", value: ({ container }) => container?.id ?? null },
  { name: "container", type: "STRING", value: ({ container }) => container?.name ?? null },
  { name: "pod", type: "STRING", value: ({ container }) => container?.pod ?? null },
  { name: "accept_queue_length", type: "INT64", value: ({ acceptQueue }) => BigInt(acceptQueue.length) },
  { name: "accept_queue_limit", type: "INT64", value: ({ acceptQueue }) => BigInt(acceptQueue.limit) },
  { name: "accept_queue_capacity", type: "INT64", value: ({ acceptQueue }) => BigInt(acceptQueue.capacity) },
  { name: "accept_queue_interval_peak", type: "INT64", value: ({ intervalPeak }) => BigInt(intervalPeak) },
  { name: "accept_queue_peak", type: "INT64", value: ({ peak }) => BigInt(peak.length) },
  { name: "accept_queue_peak_by", type: "STRING", value: ({ peak }) => peak.by },
  // Recordings that were made before entries were heard have none.
  {
    name: "accept_queue_peak_at_most",
    type: "INT64",
    value: ({ entries }) => integer(entries?.peakAtMost ?? null),
  },
  { name: "entered", type: "INT64", value: ({ entries }) => integer(entries?.entered ?? null) },
  { name: "entered_verdict", type: "STRING", value: ({ entries }) => entries?.verdict ?? null },
  { name: "full_ms", type: "DOUBLE", value: ({ fullMs }) => fullMs },
  { name: "syn_queue_length", type: "INT64", value: ({ synQueue }) => integer(synQueue.length) },
  { name: "syn_queue_capacity", type: "INT64", value: ({ synQueue }) => integer(synQueue.capacity) },
  { name: "drops", type: "INT64", value: ({ drops }) => integer(drops) },
  { name: "drops_rise", type: "INT64", value: (one) => ofRise(one, ({ raw }) => BigInt(raw), 0n) },
  { name: "refused", type: "INT64", value: (one) => ofRise(one, ({ refused }) => BigInt(refused.value), 0n) },
  {
    name: "refused_exact",
    type: "BOOLEAN",
    value: (one) => ofRise(one, ({ refused }) => refused.exact, true),
  },
  { name: "drop_cause", type: "STRING", value: ({ rise }) => causeText(rise) },
  { name: "watched", type: "BOOLEAN", value: ({ watched }) => watched },
];

/** Writes samples to a file and returns how many rows it has. @throws {UsageError} when the file cannot be written */
export function writeParquet(path: string, samples: Iterable<Sample>): number {
  let rowCount = 0;
  function* rows(): Generator<Record<string, unknown>> {
    for (const sample of samples) {
      for (const listener of sample.listeners) {
        rowCount += 1;
        yield Object.fromEntries(COLUMNS.map(({ name, value }) => [name, value(listener, sample)]));
      }
    }
  }
  const columns = COLUMNS.map(({ name, type }) => ({ name, type, nullable: true }));
  const output = new OutputFile("--export", path);
  output.attempt(() => {
    const writer = fileWriter(output.path);
    // The writer is synchronous: nothing is to be awaited.
    void parquetWriteRows({ writer, rows: rows(), columns, rowGroupSize: ROWS_IN_GROUP });
  });
  output.finish();
  return rowCount;
}

function integer(value: number | null): bigint | null {
  // A capacity without a bound (infinite) has no number in a column.
  return value === null || !Number.isFinite(value) ? null : BigInt(value);
}

function namespaceName({ namespaces }: Sample, wanted: number): string | null {
  return namespaces.find(({ inode }) => inode === wanted)?.name ?? null;
}

/** Of the interval's rise; null for a listener whose drops nobody counts. */
function ofRise<T>({ drops, rise }: ListenerSample, value: (rise: DropRise) => T, none: T): T | null {
  if (drops === null) return null;
  return rise === null ? none : value(rise);
}

/** The one cause, or all that it may have been with a bar between; null where nothing rose. */
function causeText(rise: ListenerSample["rise"]): string | null {
  if (rise === null) return null;
  return rise.cause ?? (rise.candidates.length === 0 ? "not-counted" : rise.candidates.join("|"));
}
