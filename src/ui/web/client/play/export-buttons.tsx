/**
 * A run as a file: the scenario, the packets, the report. And the address that leads here.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ExportRequest, MadeFile, RunRequest } from "../work/work-messages.ts";
import { ask } from "../work/worker-side.ts";

const KINDS = [
  ["scenario", "Scenario file"],
  ["pcapng", "Packets (pcapng)"],
  ["report", "Report"],
] as const;

/** Hands a file to the person. */
export function saveFile({ name, type, bytes }: MadeFile): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun once this task is over.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

interface ExportButtonsProps {
  readonly request: RunRequest;
  /** Which of the runs beside each other; null where it is the only one. */
  readonly name: string | null;
}

/** The files of one run. */
export function ExportButtons({ request, name }: ExportButtonsProps): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const make = async (as: ExportRequest["as"]) => {
    try {
      saveFile(await ask("export", { ...request, as }));
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="exports" role="group" aria-label={name === null ? "Save" : `Save ${name}`}>
      <span class="quiet">Save{name === null ? "" : ` ${name}`}</span>
      {KINDS.map(([as, words]) => (
        <button type="button" key={as} onClick={() => void make(as)}>
          {words}
        </button>
      ))}
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The address holds all that is chosen. */
export function CopyAddress(): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <div class="exports" role="group" aria-label="Share">
      <span class="quiet">Share</span>
      <button type="button" onClick={() => void copy()}>
        {isCopied ? "Address copied" : "Copy the address"}
      </button>
    </div>
  );
}
