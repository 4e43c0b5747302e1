import type { BenchDocument } from "./bench-table.mjs";

export function benchPicture(document: BenchDocument): string;
