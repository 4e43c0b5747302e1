import { expect, it } from "vitest";
import { ClientRates } from "../../../../../src/core/listener/clients/client-rates.ts";
import type {
  ClientsDocument,
  StuckClient,
} from "../../../../../src/core/listener/clients/clients-document.ts";

function look(...clients: readonly (readonly [string, StuckClient["kind"]])[]): ClientsDocument {
  const stuck = clients.map(([local, kind]) => ({ local, kind }) as StuckClient);
  const destination = { namespace: 1, remote: "192.0.2.2:80", clients: stuck };
  return { destinations: clients.length === 0 ? [] : [destination] } as unknown as ClientsDocument;
}

it("counts who became stuck after the first look, and who is no more", () => {
  const rates = new ClientRates();
  rates.add(look(["a", "silent"], ["b", "connecting"]));
  rates.add(look(["a", "silent"], ["b", "late"], ["c", "silent"]));
  rates.add(look(["b", "late"], ["c", "silent"], ["d", "connecting"]));
  rates.add(look());
  rates.add(look());
  expect(rates.rates()).toEqual([
    {
      namespace: 1,
      remote: "192.0.2.2:80",
      began: { connecting: 1, silent: 1, late: 1 },
      // b got in late, a went, c and d went.
      ended: 4,
    },
  ]);
});

it("does not take a connection of which nothing can be said for a moment for one that got in", () => {
  const rates = new ClientRates();
  rates.add(look(["a", "silent"], ["b", "late"]));
  rates.add(look(["b", "late"]));
  rates.add(look(["a", "silent"], ["b", "late"]));
  expect(rates.rates()).toMatchObject([{ began: { connecting: 0, silent: 0, late: 0 }, ended: 0 }]);
});
