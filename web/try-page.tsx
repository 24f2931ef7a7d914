import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { NearQuestion, PageChooser, TriedQuestion } from "../src/serve/index.ts";
import { askTry } from "./ask-service.ts";
import { OutcomeCell } from "./outcome-cell.tsx";

/** Wait after a key before the question is scored, in ms. */
const PAUSE_MS = 60;

/** A question, scored as it is typed. */
export function TryPage({ chooser }: { readonly chooser: PageChooser }): JSX.Element {
  const [question, setQuestion] = useState("");
  const [tried, setTried] = useState<TriedQuestion | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (question.trim() === "") {
      setTried(null);
      return undefined;
    }
    const outdated = new AbortController();
    const timer = setTimeout(() => {
      askTry(chooser.name, question, outdated.signal).then(
        (answer) => {
          setTried(answer);
          setFailure(null);
        },
        (error: Error) => {
          if (!outdated.signal.aborted) setFailure(error.message);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      outdated.abort();
    };
  }, [question, chooser.name]);
  return (
    <>
      <label class="question">
        <span>Question</span>
        <textarea
          rows={3}
          value={question}
          placeholder="Type a question: every prompt is scored as you type."
          onInput={(event) => setQuestion(event.currentTarget.value)}
        />
      </label>
      {failure !== null && <p role="alert">{failure}</p>}
      {tried === null ? (
        <p class="hint">
          {chooser.candidates.length} prompts to choose from. No LLM is asked; the best single prompt is{" "}
          <b dir="auto">{chooser.fixedCandidateId}</b>.
        </p>
      ) : (
        <Tried chooser={chooser} tried={tried} />
      )}
    </>
  );
}

function Tried({
  chooser,
  tried,
}: {
  readonly chooser: PageChooser;
  readonly tried: TriedQuestion;
}): JSX.Element {
  return (
    <div class="columns">
      <section aria-label="Choice">
        <p class="chosen" aria-live="polite">
          Use <b dir="auto">{tried.candidateId}</b>
        </p>
        <p dir="auto">{tried.reason}</p>
        <Scores chooser={chooser} tried={tried} />
        <h2>What to send</h2>
        {tried.messages === null ? (
          <p class="hint" dir="auto">
            {tried.missing}
          </p>
        ) : (
          tried.messages.map(({ role, content }, place) => (
            <figure key={place}>
              <figcaption>{role}</figcaption>
              <pre dir="auto">{content}</pre>
            </figure>
          ))
        )}
      </section>
      <section aria-label="Logged questions like it">
        <h2>Most like it in the log</h2>
        {tried.nearest.length === 0 ? (
          <p class="hint">Nothing in the log shares a word with it.</p>
        ) : (
          <ol class="nearest">
            {tried.nearest.map((near) => (
              <Near key={near.query} near={near} chooser={chooser} />
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function Scores({
  chooser,
  tried,
}: {
  readonly chooser: PageChooser;
  readonly tried: TriedQuestion;
}): JSX.Element {
  const scores = new Map(tried.scores.map(({ candidateId, score }) => [candidateId, score]));
  return (
    <table class="scores">
      <caption>Expected success with each prompt</caption>
      <tbody>
        {chooser.candidates.map(({ id, template }) => {
          const score = scores.get(id) ?? 0;
          return (
            <tr key={id} class={id === tried.candidateId ? "is-chosen" : ""}>
              <th scope="row" title={template} dir="auto">
                {id}
                {id === tried.fixedCandidateId && <small> best single</small>}
              </th>
              <td>
                <meter min={0} max={1} value={score} aria-label={`${id}: ${percent(score)}`} />
              </td>
              <td class="number">{percent(score)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Near({
  near,
  chooser,
}: {
  readonly near: NearQuestion;
  readonly chooser: PageChooser;
}): JSX.Element {
  return (
    <li>
      <p dir="auto">{near.text}</p>
      <ul class="outcomes" aria-label={`${Math.round(100 * near.similarity)} % alike; right with:`}>
        {near.outcomes.map(({ success }, column) => {
          const { id } = chooser.candidates[column]!;
          return (
            <li key={id}>
              <span dir="auto">{id}</span>{" "}
              <OutcomeCell percent={success === null ? -1 : Math.round(100 * success)} />
            </li>
          );
        })}
      </ul>
    </li>
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
