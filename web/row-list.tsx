import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageLog } from "../src/serve/index.ts";
import { OutcomeCell } from "./outcome-cell.tsx";

/** Height of a row, in pixels; the style sheet has the same. */
const ROW_HEIGHT = 40;
/** Rows beyond the visible ones that are there, so that scrolling shows no gap. */
const BEYOND = 8;

interface RowListProps {
  readonly log: PageLog;
  /** Positions of the questions, in order. */
  readonly rows: Int32Array;
  readonly opened: number | null;
  onOpen(query: number): void;
}

/**
 * A grid of which only the visible rows exist, however many there are. Arrow keys, Page Up and Down, Home and End move
 * the current row, Enter opens it.
 */
export function RowList({ log, rows, opened, onOpen }: RowListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(() => setHeight(box.current?.clientHeight ?? 600));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    setCurrent(0);
    box.current?.scrollTo(0, 0);
  }, [rows]);
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_HEIGHT) + BEYOND);
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2);
  const moves: Readonly<Record<string, number>> = {
    ...{ ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page },
    ...{ Home: 0, End: rows.length - 1 },
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && rows[current] !== undefined) onOpen(rows[current]!);
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, wanted));
    setCurrent(next);
    const { scrollTop, clientHeight } = box.current!;
    const [from, to] = [next * ROW_HEIGHT, (next + 2) * ROW_HEIGHT];
    if (from < scrollTop) box.current!.scrollTop = from;
    else if (to > scrollTop + clientHeight) box.current!.scrollTop = to - clientHeight;
  };
  const width = log.candidateIds.length;
  const columns = { "--columns": width } as unknown as JSX.CSSProperties;
  return (
    <div
      class="rows"
      role="grid"
      aria-label="Questions by prompts"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length === 0 ? undefined : `row-${current}`}
      tabIndex={0}
      ref={box}
      style={columns}
      onKeyDown={move}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div class="row head" role="row" aria-rowindex={1}>
        <span role="columnheader">Question</span>
        {log.candidateIds.map((id) => (
          <span key={id} role="columnheader" title={id} dir="auto">
            {id}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: `${rows.length * ROW_HEIGHT}px`, position: "relative" }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
          const place = first + offset;
          const query = rows[place]!;
          const marks = [place === current ? "is-current" : "", query === opened ? "is-opened" : ""].join(
            " ",
          );
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys of all rows
            <div
              key={query}
              id={`row-${place}`}
              class={`row ${marks}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={place + 2}
              aria-selected={query === opened}
              style={{ position: "absolute", top: `${place * ROW_HEIGHT}px` }}
              onClick={() => {
                setCurrent(place);
                onOpen(query);
              }}
            >
              <span role="gridcell" class="text" dir="auto">
                {log.texts[query]}
              </span>
              {log.candidateIds.map((id, column) => (
                <span key={id} role="gridcell">
                  <OutcomeCell percent={log.percent[query * width + column]!} />
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
