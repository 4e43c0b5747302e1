// Writes dist/cli/main.js, which `bin` starts.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";

mkdirSync("dist/cli", { recursive: true });
writeFileSync("dist/cli/main.js", '#!/usr/bin/env node\nimport "../ui/cli/main.js";\n');
chmodSync("dist/cli/main.js", 0o755);
