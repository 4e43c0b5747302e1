/**
 * The executable's main script: loads chunks of the command out of the executable.
 *
 * @module
 */
const { getAsset, getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const modules = new Map();

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
  const cachedData = new Uint8Array(getRawAsset(`cli/${filename}.compiled`));
  return new Script(getAsset(`cli/${filename}`, "utf8"), { filename, cachedData }).runInThisContext();
}

load("./main.js");
