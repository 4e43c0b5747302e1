/**
 * Random scenarios from a seed. The same seed and place give the same scenario.
 *
 * @module
 */
import type { Scenario } from "../../../scenario/index.ts";
import { type Choices, choicesFor } from "../random.ts";
import { emptyDraft, finishDraft } from "./draft.ts";
import { THEMES, type Theme } from "./themes.ts";

/** The scenario at a place, from 0, of the series that a seed begins. */
export function generateScenario(seed: number, place: number): Scenario {
  const choose = choicesFor(seed, place);
  const theme = chooseTheme(choose);
  const draft = emptyDraft(choose);
  theme.fill(draft, choose);
  return finishDraft(draft, `Random scenario ${place} of seed ${seed}: ${theme.title}.`, choose);
}

function chooseTheme(choose: Choices): Theme {
  let left = choose.whole(
    1,
    THEMES.reduce((sum, { weight }) => sum + weight, 0),
  );
  for (const theme of THEMES) {
    left -= theme.weight;
    if (left <= 0) return theme;
  }
  throw new Error("the weights of the themes do not add up");
}
