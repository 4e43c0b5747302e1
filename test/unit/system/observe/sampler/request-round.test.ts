import { describe, expect, it } from "vitest";
import { RequestRound } from "../../../../../src/system/observe/sampler/request-round.ts";

const view = (inode: number) => ({ inode });

describe("a round of counting requests", () => {
  it("gives each view one turn", () => {
    const [one, two] = [view(1), view(2)];
    const open = new Map([one, two].map((each) => [each.inode, each]));
    const round = new RequestRound();
    round.begin([one, two]);
    expect([round.next(open), round.isUnderWay]).toEqual([two, true]);
    expect([round.next(open), round.isUnderWay]).toEqual([one, false]);
    expect(round.next(open)).toBeNull();
  });

  it("leaves out a view that was closed before its turn", () => {
    const round = new RequestRound();
    round.begin([view(1)]);
    expect(round.next(new Map())).toBeNull();
    expect(round.isUnderWay).toBe(false);
  });

  it("leaves out a closed view whose number another namespace has got: its descriptors are closed", () => {
    const [ended, next] = [view(1), view(1)];
    const round = new RequestRound();
    round.begin([ended]);
    expect(round.next(new Map([[1, next]]))).toBeNull();
  });
});
