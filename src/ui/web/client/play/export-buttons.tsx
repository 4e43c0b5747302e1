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

/** The buttons. */
export function ExportButtons({ request }: { readonly request: RunRequest }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const make = async (as: ExportRequest["as"]) => saveFile(await ask("export", { ...request, as }));
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <div class="exports" role="group" aria-label="Save or share">
      {KINDS.map(([as, words]) => (
        <button type="button" key={as} onClick={() => void make(as)}>
          {words}
        </button>
      ))}
      <button type="button" onClick={() => void copy()}>
        {isCopied ? "Address copied" : "Copy the address"}
      </button>
    </div>
  );
}
