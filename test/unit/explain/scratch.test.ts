import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { it } from "vitest";
import { explainTrace } from "../../../src/explain/index.ts";
it.each(["overflow-drop","overflow-abort","overflow-loopback","capacity"])("%s", (name) => {
  const t = JSON.parse(gunzipSync(readFileSync(`test/fixtures/traces/${name}.json.gz`)).toString());
  const trace = t.trace ?? t;
  const r = explainTrace(trace, {all: name !== "capacity"});
  console.log(name, JSON.stringify(r, null, 1).slice(0, 7000));
});
