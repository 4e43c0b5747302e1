/** A figure of a bench, as `runBench` writes it; what is null is not known, or was not aimed at. */
export interface BenchFigure {
  readonly text: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly runs: number | null;
  readonly unit: string;
  readonly aim: { readonly atMost: number } | { readonly atLeast: number } | null;
  readonly met: boolean | null;
}

/** The document of a run of the benches, `listenq.bench/1`. */
export interface BenchDocument {
  readonly takenAt: string;
  readonly machine: {
    readonly cpu: string | null;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly kernel: string;
    readonly node: string;
    readonly loadAverage: number;
  };
  readonly tookMs: number;
  readonly isQuick: boolean;
  /** Benches that measured nothing. */
  readonly failed: readonly string[];
  readonly benches: readonly {
    readonly name: string;
    readonly figures: readonly BenchFigure[];
    readonly notes: readonly string[];
  }[];
}

export function benchTable(document: BenchDocument): string;
export function told(value: number | null, unit: string): string;
