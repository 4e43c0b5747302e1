/**
 * Commander loads node:child_process, and with it the network stack, for commands that are programs of their own. listenq has
 * none, and its commonest command would wait for them.
 *
 * @module
 */

const LOADED = "const childProcess = require('node:child_process');";
const LOADED_WHEN_USED =
  "const childProcess = { get spawn() { return require('node:child_process').spawn; } };";

/** A plugin of rolldown. */
export function commanderWithoutPrograms() {
  return {
    name: "commander-without-programs",
    transform(code, id) {
      if (!id.endsWith("/commander/lib/command.js")) return null;
      if (!code.includes(LOADED)) throw new Error(`${id} does not look as expected: ${LOADED} is not in it`);
      return code.replace(LOADED, LOADED_WHEN_USED);
    },
  };
}
