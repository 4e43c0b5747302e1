// Holds the import rules of import-rules.mjs. Guards itself: with an unfit TypeScript the cruiser sees no module and is content.
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { forbidden } from "../import-rules.mjs";

const FEWEST_MODULES = 80;

const { output } = await cruise(
  ["src"],
  {
    ruleSet: { forbidden },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    outputType: "json",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
  undefined,
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const { summary } = JSON.parse(output);
const sentences = new Map(forbidden.map((rule) => [rule.name, rule.comment]));
for (const { rule, from, to } of summary.violations) {
  console.error(`${from} -> ${to}\n  ${rule.name}: ${sentences.get(rule.name)}`);
}
if (summary.totalCruised < FEWEST_MODULES) {
  console.error(
    `only ${summary.totalCruised} modules were looked at; at least ${FEWEST_MODULES} were expected`,
  );
  process.exitCode = 1;
}
if (summary.error > 0) process.exitCode = 1;
console.log(`import rules: ${summary.totalCruised} modules, ${summary.error} violations`);
