/**
 * Which file may import which. The whole order is one list, `HOUSE`: a room may import the rooms before it, and nothing
 * after it. The list goes from what everything stands on to what stands on everything; a floor's name is the first part of
 * its rooms' paths. Each rule has a sentence for whoever breaks it. `npm run check:imports` holds them.
 */

/** Every room of `src/`, lowest first. A room is a folder, or one file. */
export const HOUSE = [
  "core/errors.ts",
  "core/finding.ts",
  "core/group-by.ts",
  "core/count.ts",
  "core/wire",
  "core/scenario",
  "core/trace",
  "core/model",
  "core/listener",
  "core/findings",
  "core/experiment",
  "core/compare",
  "core/explain",
  "core/load",
  "core/plan",
  "core/report",
  "core/stage",
  "system/linux",
  "system/files",
  "system/capture",
  "system/probe",
  "system/lab",
  "system/verify",
  "system/observe",
  "system/record",
  "system/metrics",
  "system/load",
  "index.ts",
  "prometheus.ts",
  "opentelemetry.ts",
  "ui/top",
  "ui/web/client",
  "ui/web/server",
  "ui/cli",
];

/** Rooms of one height: they stand beside each other and do not import each other. */
const APART = [
  ["index.ts", "prometheus.ts", "opentelemetry.ts"],
  ["system/load", "system/lab", "system/observe"],
  ["system/verify", "system/observe"],
  ["ui/top", "index.ts"],
];

/** Where a package may be imported, and why only there. */
const PACKAGES = [
  [
    "koffi",
    "system/linux/ffi/",
    "system calls are declared in system/linux/ffi alone; give the call a meaning in system/linux",
  ],
  ["(ink|react)", "ui/top/", "ink and react are loaded by `listenq top` alone; a view belongs to ui/top"],
  [
    "prom-client",
    "system/metrics/",
    "everybody else gives values, not metrics (system/metrics/metric-catalogue.ts)",
  ],
  ["hdr-histogram-js", "ui/cli/", "`listenq load --hgrm` alone writes that format"],
  ["(preact|@preact)", "ui/web/client/", "what runs in the browser belongs to ui/web/client"],
  ["commander", "ui/cli/", "argument parsing belongs to ui/cli"],
];

/** Who imports `listenq/prometheus` has it. */
const OPTIONAL_PEER = "node_modules/prom-client/";

const pathOf = (room) => (room.endsWith(".ts") ? `^src/${room.replace(".", "\\.")}$` : `^src/${room}/`);
const pathsOf = (rooms) => rooms.map(pathOf).join("|");

const downwards = HOUSE.slice(0, -1).map((room, at) => ({
  name: `${room}-imports-downwards`,
  comment: `src/${room} stands below ${HOUSE.slice(at + 1).join(", ")}: imports go down the list in import-rules.mjs. Move what both need down, or pass it in.`,
  severity: "error",
  from: { path: pathOf(room) },
  to: { path: pathsOf(HOUSE.slice(at + 1)) },
}));

const apart = APART.flatMap((group) =>
  group.map((room) => ({
    name: `${room}-stands-apart`,
    comment: `src/${room} and ${group.filter((other) => other !== room).join(", ")} do not know each other. Move what both need down, or pass it in.`,
    severity: "error",
    from: { path: pathOf(room) },
    to: { path: pathsOf(group.filter((other) => other !== room)) },
  })),
);

const packages = PACKAGES.map(([name, folder, why]) => ({
  name: `only-${folder}-imports-${name}`,
  comment: `${why}.`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/${folder}` },
  to: { path: `node_modules/${name}/` },
}));

export const forbidden = [
  ...downwards,
  ...apart,
  ...packages,
  {
    name: "core-is-pure",
    comment:
      "src/core runs in a browser too: no node: module there. Take the clock, the file or the colour as a parameter.",
    severity: "error",
    from: { path: "^src/core/" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "page-bundles-core-only",
    comment: "src/ui/web/client runs in a browser: of the house it imports src/core and itself.",
    severity: "error",
    from: { path: "^src/ui/web/client/" },
    to: { path: "^src/", pathNot: "^src/(core|ui/web/client)/" },
  },
  {
    name: "only-the-build-loads-the-page",
    comment: "src/ui/web/client is bundled for browsers; nothing that runs in Node imports it.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/ui/web/client/" },
    to: { path: "^src/ui/web/client/" },
  },
  {
    name: "known-rooms-only",
    comment:
      "This file is in no room of import-rules.mjs. Put it into one, or give the new room its place in the list.",
    severity: "error",
    from: { path: "^src/", pathNot: pathsOf(HOUSE) },
    to: {},
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
    from: {
      orphan: true,
      path: "^src/",
      pathNot: "^src/(ui/cli/main|ui/web/client/(page|worker)|index|prometheus|opentelemetry)\\.tsx?$",
    },
    to: {},
  },
  {
    name: "no-dev-dependencies-in-src",
    comment: "What the library imports must be among the dependencies, or users will not have it.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/ui/" },
    to: { dependencyTypes: ["npm-dev"], pathNot: OPTIONAL_PEER },
  },
  {
    name: "no-unknown-packages-in-src",
    comment:
      "What src imports must be in package.json; for src/ui, which is bundled, a development dependency will do.",
    severity: "error",
    from: { path: "^src/" },
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"], pathNot: OPTIONAL_PEER },
  },
];
