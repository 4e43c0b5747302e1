/**
 * The executable's main script: loads chunks of the command out of the executable.
 *
 * @module
 */
const { getAsset, getAssetKeys, getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const modules = new Map();
const assets = new Set(getAssetKeys());

function load(name) {
  if (!name.startsWith("./")) return require(name);
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  run(name.slice(2))(module.exports, load, module, process.execPath);
  return module.exports;
}

function run(filename) {
  const compiled = `cli/${filename}.compiled`;
  const cachedData = assets.has(compiled) ? new Uint8Array(getRawAsset(compiled)) : undefined;
  return new Script(getAsset(`cli/${filename}`, "utf8"), { filename, cachedData }).runInThisContext();
}

load("./main.js");
