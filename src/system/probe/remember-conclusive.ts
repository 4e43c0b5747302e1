/**
 * A question put to the kernel that costs something: it is asked once, and again as long as no answer was to be had.
 *
 * @module
 */

/** The same question, whose answer is kept once it is conclusive. What `ask` throws is thrown, and not kept. */
export function rememberConclusive<Answer>(
  ask: () => Answer,
  isConclusive: (answer: Answer) => boolean,
): () => Answer {
  let kept: { readonly answer: Answer } | null = null;
  return () => {
    if (kept !== null) return kept.answer;
    const answer = ask();
    if (isConclusive(answer)) kept = { answer };
    return answer;
  };
}
