/**
 * The lesson path: six figures, each with a prediction before it runs.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { NEWEST_ERA } from "../../../../core/model/rules/eras.ts";
import { LESSONS, type Lesson, stageOf } from "../../../../core/stage/index.ts";
import { routeHash } from "../route.ts";
import { Player, prefersStill } from "../stage/player.ts";
import { WatchedRun } from "../stage/watched-run.tsx";
import type { RunResult } from "../work/work-messages.ts";
import { ask } from "../work/worker-side.ts";

/** The part of the page. */
export function Lessons(): JSX.Element {
  return (
    <main class="lessons">
      <h1>Two queues in six figures</h1>
      <p class="lead">
        <code>listen(fd, backlog)</code> gives a TCP listener two queues in the kernel. Everything that you
        see here is computed in this page by a model of Linux, which is checked event by event against real
        kernels. Predict first; then watch.
      </p>
      {LESSONS.map((lesson, place) => (
        <Figure key={lesson.id} lesson={lesson} number={place + 1} />
      ))}
      <p class="lead">
        Now <a href={routeHash("play")}>play freely</a>: your own backlog, clients, kernels and losses.
      </p>
    </main>
  );
}

interface FigureProps {
  readonly lesson: Lesson;
  readonly number: number;
}

function Figure({ lesson, number }: FigureProps): JSX.Element {
  const [chosen, setChosen] = useState<number | null>(null);
  const [shown, setShown] = useState<{ run: RunResult; player: Player } | null>(null);
  const start = async () => {
    const source = { kind: "text", name: lesson.id, text: lesson.scenario } as const;
    const run = await ask("run", { source, era: NEWEST_ERA, seed: 1 });
    const player = new Player([stageOf(run.scenario, run.trace)], 1);
    setShown({ run, player });
    if (!prefersStill()) player.play();
  };
  useEffect(() => () => shown?.player.pause(), [shown]);
  const title = useId();
  return (
    <article class="lesson" aria-labelledby={title}>
      <h2 id={title}>
        <span class="number">{number}</span> {lesson.title}
      </h2>
      <p>{lesson.idea}</p>
      <Prediction lesson={lesson} chosen={chosen} onChoose={setChosen} />
      {shown === null ? (
        <>
          <button type="button" class="primary" disabled={chosen === null} onClick={() => void start()}>
            {chosen === null ? "Predict first, then run it" : "Run it"}
          </button>
          <PrintedAnswer lesson={lesson} />
        </>
      ) : (
        <>
          <WatchedRun player={shown.player} runs={[shown.run]} isBrief />
          <Answer lesson={lesson} chosen={chosen} player={shown.player} />
        </>
      )}
    </article>
  );
}

interface PredictionProps {
  readonly lesson: Lesson;
  readonly chosen: number | null;
  onChoose(place: number): void;
}

function Prediction({ lesson, chosen, onChoose }: PredictionProps): JSX.Element {
  return (
    <fieldset class="prediction">
      <legend>{lesson.question}</legend>
      {lesson.choices.map((choice, place) => (
        <label key={choice}>
          <input type="radio" name={lesson.id} checked={chosen === place} onChange={() => onChoose(place)} />{" "}
          {choice}
        </label>
      ))}
    </fieldset>
  );
}

interface AnswerProps {
  readonly lesson: Lesson;
  readonly chosen: number | null;
  readonly player: Player;
}

/** Told when the run was seen to its end. */
function Answer({ lesson, chosen, player }: AnswerProps): JSX.Element {
  if (!player.isAtEnd.value)
    return (
      <>
        <p class="quiet">
          The answer comes at the end of the run.{" "}
          <button type="button" onClick={() => player.seek(player.pace.endMs)}>
            Go there
          </button>
        </p>
        <PrintedAnswer lesson={lesson} />
      </>
    );
  const isRight = chosen === lesson.answer;
  return (
    <div class="answer" role="status">
      <p>
        <b class={isRight ? "good" : "bad"}>{isRight ? "\u2713 As you said." : "\u2715 Not so."}</b>{" "}
        <AnswerWords lesson={lesson} />
      </p>
      <p class="quiet">
        Proof on a kernel: <code>listenq lab run {lesson.proof}</code>, or{" "}
        <a href={routeHash("play", new URLSearchParams({ experiment: lesson.proof }))}>
          the same experiment in the playground
        </a>
        .
      </p>
    </div>
  );
}

/** On paper the answer stands there also where the figure was not run: teachers print the page. */
function PrintedAnswer({ lesson }: { readonly lesson: Lesson }): JSX.Element {
  return (
    <div class="answer in-print">
      <p>
        <AnswerWords lesson={lesson} />
      </p>
      <p class="quiet">
        Proof on a kernel: <code>listenq lab run {lesson.proof}</code>
      </p>
    </div>
  );
}

function AnswerWords({ lesson: { choices, answer, explanation } }: { readonly lesson: Lesson }): JSX.Element {
  return (
    <>
      <b>{choices[answer]}.</b> {explanation}
    </>
  );
}
