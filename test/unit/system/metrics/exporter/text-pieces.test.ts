import { describe, expect, it } from "vitest";
import { PiecePool } from "../../../../../src/system/metrics/exporter/text-pieces.ts";

describe("a text in pieces", () => {
  it("is the text, wherever a character falls between two of them", () => {
    for (const before of [0, 1, 2, 3]) {
      const text = "x".repeat(before) + "é€😀".repeat(20_000);
      const written = new PiecePool().write(["x".repeat(before), "", text.slice(before)]);
      expect(written.pieces.length).toBeGreaterThan(2);
      expect(written.toString() === text).toBe(true);
      expect(written.length).toBe(Buffer.byteLength(text));
    }
  });

  it("gives its pieces back when the last of those who hold it lets go", () => {
    const pool = new PiecePool();
    const text = pool.write(["a"]).hold();
    text.release();
    expect(pool.write(["b"]).pieces[0]?.buffer).not.toBe(text.pieces[0]?.buffer);
    text.release();
    expect(pool.write(["c"]).pieces[0]?.buffer).toBe(text.pieces[0]?.buffer);
  });

  it("of nothing has no pieces", () => {
    expect(new PiecePool().write([])).toMatchObject({ pieces: [], length: 0 });
  });
});
