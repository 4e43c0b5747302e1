// Writes dist/cli/: main.js, which `bin` starts, and the chunks that it loads when they are needed. They are CommonJS, which
// Node loads quicker.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { bundleCommand } from "./bundle/bundle.mjs";
import { bundledPackages, licensePage } from "./bundle/licenses.mjs";

const FOLDER = "dist/cli";

rmSync(FOLDER, { recursive: true, force: true });
const files = await bundleCommand("bundle", FOLDER);
writeFileSync(`${FOLDER}/package.json`, '{ "type": "commonjs" }\n');
writeFileSync(`${FOLDER}/LICENSES.txt`, licensePage(bundledPackages(files)));
chmodSync(`${FOLDER}/main.js`, 0o755);
