/**
 * What is wrong with a listener, and what to do about it: a remedy that several findings name stands there once.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding } from "../../../../core/finding.ts";
import { WithCode } from "../with-code.tsx";
import { TONES } from "./tones.ts";

/** Findings and remedies. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }): JSX.Element {
  if (findings.length === 0) return <p class="quiet">No findings.</p>;
  const remedies = [...new Set(findings.flatMap(({ remedy }) => remedy))];
  return (
    <>
      <ul class="findings">
        {findings.map(({ code, title, severity, evidence }) => (
          <li key={`${code} ${title}`} class={severity}>
            <p>
              <b class={TONES[severity]}>{severity}</b> {title} <code class="quiet">{code}</code>
            </p>
            <p class="quiet">
              <WithCode text={evidence.text} />
            </p>
          </li>
        ))}
      </ul>
      {remedies.length === 0 ? null : (
        <section aria-label="What to do">
          <h3>What to do</h3>
          <ul class="remedies">
            {remedies.map((line) => (
              <Remedy key={line} line={line} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Remedy({ line }: { readonly line: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
  };
  return (
    <li>
      <span>
        <WithCode text={line} />
      </span>
      <button type="button" class="small" onClick={() => void copy()}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </li>
  );
}
