/**
 * The files of the page, as the build made them: beside the command in the npm package, inside the one-file executable.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NotSupportedError } from "../../../core/errors.ts";
import { PROGRAM_FORM } from "../../../system/linux/process/own-program.ts";

/** A file that the server has. */
export interface WebAsset {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
/** Where the build puts them, from the command's own folder. */
const BESIDE_COMMAND = "../web/";
const IN_EXECUTABLE = "web/";

/**
 * All of them, by path such as `/page.js`; `/` is the page itself. No other path leads to a file.
 *
 * @throws {NotSupportedError} where the build has not made them
 */
export function webAssets(): ReadonlyMap<string, WebAsset> {
  const files = PROGRAM_FORM === "executable" ? embeddedFiles() : builtFiles();
  const assets = new Map(files.map(([name, bytes]) => [`/${name}`, { bytes, contentType: typeOf(name) }]));
  const page = assets.get("/index.html");
  if (page === undefined)
    throw new NotSupportedError("the local page", "its files are not there", "run npm run build");
  return assets.set("/", page);
}

function typeOf(name: string): string {
  return CONTENT_TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

function builtFiles(): [string, Uint8Array][] {
  const place = PROGRAM_FORM === "bundle" ? BESIDE_COMMAND : "../../../../dist/web/";
  const folder = fileURLToPath(new URL(place, import.meta.url));
  try {
    return readdirSync(folder).map((name) => [name, readFileSync(`${folder}${name}`)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function embeddedFiles(): [string, Uint8Array][] {
  const { getRawAsset } = process.getBuiltinModule("node:sea");
  const bytesOf = (name: string) => new Uint8Array(getRawAsset(`${IN_EXECUTABLE}${name}`) as ArrayBuffer);
  const names = JSON.parse(new TextDecoder().decode(bytesOf("files.json"))) as string[];
  return names.map((name) => [name, bytesOf(name)]);
}
