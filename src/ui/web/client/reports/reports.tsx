/**
 * Files dropped on the page: a capture or a listing gets explain's answer, a scenario goes to the playground, a report is shown.
 * And experiments on this kernel, where a server is behind the page.
 *
 * @module
 */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { saveFile } from "../play/export-buttons.tsx";
import { replaceRoute } from "../route.ts";
import { access } from "../server-access.ts";
import type { ExplainResult } from "../work/work-messages.ts";
import { ask } from "../work/worker-side.ts";
import { KernelRun } from "./kernel-run.tsx";
import { ReportView } from "./report-view.tsx";

/** Written by the build. */
declare const LISTENQ_HAS_SERVER: boolean;

type Shown =
  | { readonly kind: "explained"; readonly name: string; readonly result: ExplainResult }
  | { readonly kind: "report"; readonly name: string; readonly html: string }
  | { readonly kind: "problem"; readonly words: string };

/** The part of the page. */
export function Reports(): JSX.Element {
  const [shown, setShown] = useState<Shown | null>(null);
  const [isReading, setReading] = useState(false);
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setReading(true);
    setShown(await read(file));
    setReading(false);
  };
  return (
    <main class="reports">
      <h1>Reports</h1>
      <DropZone onFile={(file) => void take(file)} />
      {isReading ? <p role="status">Reading</p> : null}
      {shown === null ? null : <ShownFile shown={shown} />}
      {LISTENQ_HAS_SERVER && access.value === "open" ? <KernelRun /> : null}
    </main>
  );
}

async function read(file: File): Promise<Shown> {
  const { name } = file;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (/\.html?$/i.test(name)) return { kind: "report", name, html: new TextDecoder().decode(bytes) };
    if (/\.ya?ml$/i.test(name)) {
      replaceRoute("play", new URLSearchParams({ scenario: new TextDecoder().decode(bytes) }));
      return { kind: "problem", words: "" };
    }
    return { kind: "explained", name, result: await ask("explain", { name, bytes }) };
  } catch (error) {
    return { kind: "problem", words: error instanceof Error ? error.message : String(error) };
  }
}

function DropZone({ onFile }: { onFile(file: File | undefined): void }): JSX.Element {
  const id = useId();
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={`drop${isOver ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer?.files[0]);
      }}
    >
      <label for={id}>A capture, a listing or a report</label>
      <input id={id} type="file" onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])} />
      <p class="quiet">
        Drop it here: pcap, pcapng (also .gz, .zst), what tcpdump printed, a report of <code>--report</code>,
        or a scenario in YAML. It is read in this browser and sent nowhere.
      </p>
    </div>
  );
}

function ShownFile({ shown }: { readonly shown: Shown }): JSX.Element {
  if (shown.kind === "problem")
    return (
      <p class="problem" role="alert">
        {shown.words}
      </p>
    );
  if (shown.kind === "report") return <ReportView html={shown.html} />;
  const { result, name } = shown;
  const save = () =>
    saveFile({ name: `${name}.html`, type: "text/html", bytes: new TextEncoder().encode(result.page) });
  return (
    <section aria-label={`What ${name} shows`}>
      {result.warnings.map((warning) => (
        <p key={warning} class="problem" role="alert">
          {warning}
        </p>
      ))}
      <p class="exports">
        <button type="button" onClick={save}>
          Save this report
        </button>
      </p>
      <ReportView html={result.page} />
      <details>
        <summary>What listenq explain prints</summary>
        <pre tabIndex={0}>{result.text}</pre>
      </details>
    </section>
  );
}
