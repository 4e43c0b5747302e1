/**
 * What is inside the executable, as a CycloneDX document: npm's own list of the run-time packages, without those that are not in it,
 * and with Node.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { NODE_VERSION } from "./node-runtime.mjs";

/**
 * The document, the same for the same sources.
 *
 * @param packages names of the npm packages inside
 * @param date of the sources
 */
export function softwareBill(packages, date) {
  const args = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only"];
  const bill = JSON.parse(execFileSync("npm", args, { encoding: "utf8", maxBuffer: 1e8 }));
  const inside = new Set(packages);
  const components = bill.components.filter((one) => inside.has(packageName(one)));
  const found = new Set(components.map(packageName));
  const missing = packages.filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(", ")}`);
  delete bill.serialNumber;
  bill.metadata.timestamp = date.toISOString();
  // npm takes the folder's name.
  bill.metadata.component.name = "listenq";
  const refs = new Set([bill.metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])]);
  return {
    ...bill,
    components: [...components, node()],
    dependencies: bill.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

function packageName({ group, name }) {
  return group ? `${group}/${name}` : name;
}

function node() {
  return {
    "bom-ref": `node@${NODE_VERSION}`,
    type: "platform",
    name: "node",
    version: NODE_VERSION,
    purl: `pkg:generic/node@${NODE_VERSION}`,
    licenses: [{ license: { id: "MIT" } }],
    externalReferences: [{ type: "website", url: "https://nodejs.org" }],
  };
}
