/**
 * The page: its parts, and which of them is shown.
 *
 * @module
 */
import { type JSX, render } from "preact";
import { Lessons } from "./learn/lessons.tsx";
import { Live } from "./live/live.tsx";
import { Playground } from "./play/playground.tsx";
import { Reports } from "./reports/reports.tsx";
import { PARTS, type Part, route, routeHash } from "./route.ts";
import { openSession } from "./server-access.ts";

/** Written by the build: what only a server can give is not in the static files. */
declare const LISTENQ_HAS_SERVER: boolean;

const NAMES: Readonly<Record<Part, string>> = {
  learn: "Learn",
  play: "Playground",
  live: "Live",
  reports: "Reports",
};

function PartOfPage({ part }: { readonly part: Part }): JSX.Element {
  if (part === "play") return <Playground />;
  if (LISTENQ_HAS_SERVER && part === "live") return <Live />;
  return part === "reports" ? <Reports /> : <Lessons />;
}

function Page(): JSX.Element {
  const { part } = route.value;
  return (
    <>
      <header>
        <a class="brand" href={routeHash("learn")}>
          listenq
        </a>
        <nav aria-label="Parts">
          {PARTS.filter((one) => LISTENQ_HAS_SERVER || one !== "live").map((one) => (
            <a key={one} href={routeHash(one)} aria-current={one === part ? "page" : undefined}>
              {NAMES[one]}
            </a>
          ))}
        </nav>
      </header>
      <PartOfPage part={part} />
    </>
  );
}

const place = document.getElementById("page");
if (place !== null) {
  place.textContent = "";
  void openSession();
  render(<Page />, place);
}
