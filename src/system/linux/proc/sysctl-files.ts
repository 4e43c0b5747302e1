/**
 * Which file gives a sysctl its value when the machine starts: the last line that sets it, in the order in which
 * `sysctl --system` and systemd-sysctl read the files.
 *
 * @module
 */
import { readFileSync, realpathSync } from "node:fs";
import type { SysctlSetting } from "../../../core/listener/machine-facts.ts";
import { ENDED_ERRORS, listOrNull, PERMISSION_ERRORS, readOr } from "./vanishing.ts";

/** A file hides those of the same name in the folders behind its own (sysctl.d(5)). */
const FOLDERS = [
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
] as const;
/** `sysctl --system` reads it after all others. */
const LAST = "/etc/sysctl.conf";

/** Who sets each of these sysctls, by its name with dots; null for one that no file sets. */
export function readSysctlSettings(names: readonly string[]): Record<string, SysctlSetting | null> {
  const found: Record<string, SysctlSetting | null> = Object.fromEntries(names.map((name) => [name, null]));
  for (const path of filesInOrder()) {
    for (const setting of parseSysctlFile(readFileOrNull(path) ?? "")) {
      const name = settingName(setting.key);
      if (names.includes(name)) found[name] = { ...setting, path: resolved(path) };
    }
  }
  return found;
}

function filesInOrder(): string[] {
  const byName = new Map<string, string>();
  for (const folder of [...FOLDERS].reverse())
    for (const name of listOrNull(folder) ?? [])
      if (name.endsWith(".conf")) byName.set(name, `${folder}/${name}`);
  return [...[...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path), LAST];
}

/** The settings of a file's text, in its order. Comments begin with `#` or `;`; a `-` in front asks to go on after a failure. */
export function parseSysctlFile(text: string): Omit<SysctlSetting, "path">[] {
  return text.split("\n").flatMap((line) => {
    const [, key, value] = /^\s*-?\s*([^#;=\s][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
}

/** With dots, where the line has slashes: the first of either kind decides (sysctl.d(5)). */
function settingName(key: string): string {
  const separator = /[./]/.exec(key)?.[0];
  return separator === "/" ? key.replaceAll(/[./]/g, (found) => (found === "/" ? "." : "/")) : key;
}

/** A folder or a link to nowhere may be called NAME.conf too. */
function readFileOrNull(path: string): string | null {
  const codes = ["EISDIR", "ELOOP", ...ENDED_ERRORS, ...PERMISSION_ERRORS];
  return readOr(codes, null, () => readFileSync(path, "utf8"));
}

/** The file itself: Debian's 99-sysctl.conf is a link to /etc/sysctl.conf. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
