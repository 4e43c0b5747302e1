/**
 * Which room may import which, as data; each rule with a sentence for whoever breaks it.
 * `npm run check:imports` holds them with dependency-cruiser.
 */
const PURE = "^src/(wire|trace|scenario|experiment|model|simulate|conformance|explain|findings|report)/";

/** Folders above which a folder must not reach: from -> what it must not import. */
const ONE_WAY = {
  wire: "trace|scenario|experiment|model|simulate|conformance|explain|findings|report|capture|linux|lab|verify|observe|programs|cli",
  capture:
    "trace|scenario|experiment|model|simulate|conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  trace:
    "scenario|experiment|model|simulate|conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  scenario:
    "trace|experiment|model|simulate|conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  findings:
    "trace|scenario|experiment|model|simulate|conformance|explain|report|linux|lab|verify|observe|programs|cli",
  model: "experiment|simulate|conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  experiment: "model|simulate|conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  simulate: "conformance|explain|findings|report|linux|lab|verify|observe|programs|cli",
  conformance: "experiment|simulate|explain|findings|report|linux|lab|verify|observe|programs|cli",
  explain: "scenario|experiment|model|simulate|conformance|report|linux|lab|verify|observe|programs|cli",
  report: "linux|lab|verify|programs|cli",
  linux:
    "trace|scenario|experiment|model|simulate|conformance|explain|findings|report|lab|verify|observe|programs|cli",
  lab: "model|simulate|conformance|explain|findings|report|verify|observe|programs|cli",
  verify: "simulate|explain|findings|report|observe|programs|cli",
  observe: "report|lab|verify|programs|top|cli",
  top: "linux|lab|verify|programs|cli",
  programs: "lab|verify|observe|cli",
  library: "report|lab|verify|programs|cli",
};

export const forbidden = [
  {
    name: "pure-rooms-stay-pure",
    comment:
      "wire, trace, scenario, experiment, model, simulate, conformance, explain, findings and report run in a browser too: no node: module there. Take the clock, the file or the colour as a parameter.",
    severity: "error",
    from: { path: PURE },
    to: { dependencyTypes: ["core"] },
  },
  ...Object.entries(ONE_WAY).map(([room, above]) => ({
    name: `${room}-imports-downwards`,
    comment: `src/${room} must not import ${above.replaceAll("|", ", ")}: imports point one way (ARCHITECTURE.md). Move what both need down, or pass it in.`,
    severity: "error",
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${above})/` },
  })),
  {
    name: "only-ffi-imports-koffi",
    comment:
      "Only src/linux/ffi may import koffi; add the system call there and give it a meaning in src/linux.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/linux/ffi/" },
    to: { path: "node_modules/koffi" },
  },
  {
    name: "only-top-imports-ink",
    comment: "ink and react are loaded by `listenq top` alone; a view belongs to src/top.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/top/" },
    to: { path: "node_modules/(ink|react)/" },
  },
  {
    name: "only-metrics-import-prom-client",
    comment:
      "Only src/observe/metrics/prometheus-metrics.ts and src/observe/exporter may import prom-client: everybody else gives values, not metrics (src/observe/metrics/catalogue.ts).",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/observe/(metrics/prometheus-metrics|exporter/)" },
    to: { path: "node_modules/prom-client" },
  },
  {
    name: "only-cli-imports-commander",
    comment: "Argument parsing belongs to src/cli.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/cli/" },
    to: { path: "node_modules/commander" },
  },
  {
    name: "no-circles",
    comment: "Two files that need each other are one file, or there is a third one that both need.",
    severity: "error",
    from: { path: "^src/" },
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment: "Nobody imports this file. Delete it, or export it from the room's index.",
    severity: "error",
    from: { orphan: true, path: "^src/", pathNot: "^src/(cli/main|index|prometheus|opentelemetry)\\.ts$" },
    to: {},
  },
  {
    name: "no-dev-dependencies-in-src",
    comment: "What src imports must be among the dependencies, or users will not have it.",
    severity: "error",
    from: { path: "^src/" },
    to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown"] },
  },
];
