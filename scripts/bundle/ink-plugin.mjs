/**
 * Ink as a bundle can hold it. As published it awaits at the top of two modules, which a CommonJS script cannot: for the
 * developer's tools of React, which are left out, and for yoga's WebAssembly, which is compiled at once instead. A version of
 * either that looks different ends the build.
 *
 * @module
 */

const CHANGES = {
  "/ink/build/reconciler.js": [
    [/if \(isDev\(\)\) \{.*?\n\}\n/s, ""],
    [/async function loadPackageJson\(\) \{.*?\n\}\n/s, ""],
    [/const packageJson = isDev\(\)\s*\? await loadPackageJson\(\)\s*: /s, "const packageJson = "],
  ],
  "/yoga-layout/dist/src/index.js": [[/await loadYoga\(\)/, "startYoga(loadYoga)"]],
  // Its own bytes, for whoever compiles them at once.
  "/yoga-layout/dist/binaries/yoga-wasm-base64-esm.js": [
    [/h\.instantiateWasm\(d,/, "h.instantiateWasm(H,d,"],
    [/import\.meta\.url/, '""'],
  ],
};

const START_YOGA = `
function startYoga(load) {
  const yoga = {
    instantiateWasm(url, imports, receive) {
      const bytes = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
      receive(instance);
      return instance.exports;
    },
  };
  load(yoga);
  return yoga;
}
`;

/** A plugin of rolldown. */
export function inkWithoutAwait() {
  return {
    name: "ink-without-await",
    transform(code, id) {
      const file = Object.keys(CHANGES).find((end) => id.endsWith(end));
      if (file === undefined) return null;
      const changed = CHANGES[file].reduce((text, [from, to]) => replaced(text, from, to, id), code);
      return file.endsWith("src/index.js") ? changed + START_YOGA : changed;
    },
  };
}

function replaced(text, from, to, id) {
  if (!from.test(text)) throw new Error(`${id} does not look as expected: ${from} is not in it`);
  return text.replace(from, to);
}
