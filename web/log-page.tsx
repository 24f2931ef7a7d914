import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageAnswers, PageChooser, PageLog } from "../src/serve/index.ts";
import { arrangeRows, FILTERS, type RowFilter, type RowOrder } from "./arrange-rows.ts";
import { askAnswers, askLog } from "./ask-service.ts";
import { OutcomeCell } from "./outcome-cell.tsx";
import { RowList } from "./row-list.tsx";

/** The log as a matrix: questions by prompts. */
export function LogPage({ chooser }: { readonly chooser: PageChooser }): JSX.Element {
  const [log, setLog] = useState<PageLog | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<RowFilter>("all");
  const [order, setOrder] = useState<RowOrder>("logged");
  const [opened, setOpened] = useState<number | null>(null);
  useEffect(() => {
    askLog(chooser.name).then(setLog, (error: Error) => setFailure(error.message));
  }, [chooser.name]);
  const rows = useMemo(
    () => (log === null ? new Int32Array(0) : arrangeRows(log, { search, filter, order })),
    [log, search, filter, order],
  );
  if (failure !== null) return <p role="alert">{failure}</p>;
  if (log === null) return <p class="hint">Reading the log …</p>;
  return (
    <>
      <form class="tools" onSubmit={(event) => event.preventDefault()}>
        <label>
          Search{" "}
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <label>
          Show{" "}
          <select value={filter} onChange={(event) => setFilter(event.currentTarget.value as RowFilter)}>
            {Object.entries(FILTERS).map(([id, words]) => (
              <option key={id} value={id}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Order{" "}
          <select
            value={String(order)}
            onChange={({ currentTarget: { value } }) =>
              setOrder(/^\d+$/u.test(value) ? Number(value) : (value as RowOrder))
            }
          >
            <option value="logged">as logged</option>
            <option value="hardest">hardest first</option>
            <option value="easiest">easiest first</option>
            {log.candidateIds.map((id, column) => (
              <option key={id} value={column}>
                right with {id} first
              </option>
            ))}
          </select>
        </label>
        <output>
          {rows.length.toLocaleString("en")} of {log.texts.length.toLocaleString("en")} questions
        </output>
      </form>
      <div class={opened === null ? "log" : "log has-answers"}>
        <RowList log={log} rows={rows} opened={opened} onOpen={setOpened} />
        {opened !== null && (
          <Answers
            key={opened}
            chooser={chooser}
            query={opened}
            text={log.texts[opened]!}
            onClose={() => setOpened(null)}
          />
        )}
      </div>
    </>
  );
}

interface AnswersProps {
  readonly chooser: PageChooser;
  readonly query: number;
  readonly text: string;
  onClose(): void;
}

/** The answers to one question, side by side. */
function Answers({ chooser, query, text, onClose }: AnswersProps): JSX.Element {
  const [found, setFound] = useState<PageAnswers | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    askAnswers(chooser.name, query).then(setFound, (error: Error) => setFailure(error.message));
  }, [chooser.name, query]);
  return (
    <section class="answers" aria-label="Answers">
      <button type="button" onClick={onClose}>
        Close
      </button>
      <h2 dir="auto">{text}</h2>
      {found?.expected != null && (
        <p>
          Expected: <b dir="auto">{found.expected}</b>
        </p>
      )}
      {failure !== null && <p role="alert">{failure}</p>}
      <dl>
        {found?.answers.map(({ candidateId, reward, answer }, place) => (
          <div key={place}>
            <dt>
              <span dir="auto">{candidateId}</span> <OutcomeCell percent={Math.round(100 * reward)} />
            </dt>
            <dd dir="auto">{answer ?? <i>The log does not hold the answer's text.</i>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
