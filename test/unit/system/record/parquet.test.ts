import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeParquet } from "../../../../src/system/record/parquet.ts";
import { listenerSample, sampleOf } from "../../../support/samples.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-parquet-"));
const file = join(folder, "out.parquet");
const rise = {
  raw: 3,
  refused: { value: 3, exact: true },
  cause: "accept-queue-full" as const,
  candidates: [],
};

describe("a recording as Parquet, read by DuckDB", () => {
  let query: (sql: string) => Promise<Record<string, unknown>[]>;
  beforeAll(async () => {
    const full = listenerSample({ intervalPeak: 5, drops: 3, rise, fullMs: 800 });
    const idle = listenerSample({ cookie: "2a", port: 81, process: null, drops: null });
    expect(
      writeParquet(
        file,
        [0, 1, 2].map((second) => sampleOf([second === 1 ? full : listenerSample(), idle], second)),
      ),
    ).toBe(6);
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    query = async (sql) => {
      const reader = await connection.runAndReadAll(sql.replace("RECORDING", `'${file}'`));
      return reader.getRowObjectsJson() as Record<string, unknown>[];
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has a row for each listener and sample, with times that DuckDB knows as such", async () => {
    expect(
      await query("SELECT count(*)::INT n, min(taken_at)::VARCHAR AS began FROM RECORDING"),
    ).toMatchObject([{ n: 6, began: expect.stringContaining("2026-11-25 12:00:00") }]);
  });

  it("answers who overflowed, and why", async () => {
    const rows = await query(
      "SELECT port, process, sum(refused)::INT refused, any_value(drop_cause) cause FROM RECORDING GROUP BY ALL HAVING sum(refused) > 0",
    );
    expect(rows).toEqual([{ port: 80, process: "app-server", refused: 3, cause: "accept-queue-full" }]);
  });

  it("answers every query of docs/record.md", async () => {
    const page = readFileSync(new URL("../../../../docs/record.md", import.meta.url), "utf8");
    const queries = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) => sql);
    expect(queries.length).toBeGreaterThanOrEqual(4);
    for (const sql of queries) {
      const rows = await query(sql.replace("*/out.parquet", file).replace("'out.parquet'", "RECORDING"));
      // The listener on port 80 was full once, and dropped.
      if (!sql.includes("port = 8080")) expect(rows[0], sql).toMatchObject({ port: 80 });
    }
  });

  it("keeps what is not known as NULL", async () => {
    const unknown = ["process", "drops", "drops_rise", "refused", "refused_exact", "drop_cause"];
    const where = unknown.map((column) => `${column} IS NULL`).join(" AND ");
    expect(await query(`SELECT count(*)::INT n FROM RECORDING WHERE port = 81 AND ${where}`)).toEqual([
      { n: 3 },
    ]);
    // Where drops are counted and none rose, nothing was refused: that is known.
    expect(
      await query(
        "SELECT DISTINCT drops_rise::INT rise, refused_exact AS exact FROM RECORDING WHERE port = 80 ORDER BY rise",
      ),
    ).toEqual([
      { rise: 0, exact: true },
      { rise: 3, exact: true },
    ]);
  });

  it("has its columns also where nothing was recorded", async () => {
    const empty = join(folder, "empty.parquet");
    expect(writeParquet(empty, [])).toBe(0);
    expect(
      await query(`SELECT count(*)::INT n, max(port) AS port, sum(refused)::INT refused FROM '${empty}'`),
    ).toEqual([{ n: 0, port: null, refused: null }]);
  });

  it("leaves the old file as it was when the recording ends early, and no half of a new one", () => {
    const half = join(folder, "half.parquet");
    writeFileSync(half, "old");
    const broken = (function* () {
      yield sampleOf([listenerSample()], 0);
      throw Object.assign(new Error("gone"), { syscall: "read" });
    })();
    expect(() => writeParquet(half, broken)).toThrow("gone");
    expect(readFileSync(half, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
