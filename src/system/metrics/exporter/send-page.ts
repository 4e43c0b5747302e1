/**
 * Sends a page piece by piece, so that one sees whether somebody takes it, and so that no more is copied into the connection than it has
 * room for.
 *
 * @module
 */
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { PageUnderWay } from "./pages-under-way.ts";
import type { TextPieces } from "./text-pieces.ts";

/** Resolves when it was taken, or nobody takes it any more. */
export async function sendPage(
  response: ServerResponse,
  body: TextPieces,
  page: PageUnderWay,
): Promise<void> {
  try {
    await pipeline(piecesOf(body, page), response);
  } catch (error) {
    // The reader has gone, which is its own business.
    if (!response.destroyed) throw error;
  } finally {
    page.ended();
  }
}

/** A piece is asked for when the one before it has been taken. */
function* piecesOf({ pieces }: TextPieces, page: PageUnderWay): Generator<Buffer> {
  for (const piece of pieces) {
    page.moved();
    yield piece;
  }
}
