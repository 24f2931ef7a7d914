import { type JSX, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageChooser } from "../src/serve/index.ts";
import { askChoosers } from "./ask-service.ts";
import { LogPage } from "./log-page.tsx";
import { TryPage } from "./try-page.tsx";

const PAGES = { try: "Try", log: "Log" } as const;
type PageName = keyof typeof PAGES;

function pageOfAddress(): PageName {
  return location.hash === "#log" ? "log" : "try";
}

/** Frame of all pages: which chooser, which page. */
function App(): JSX.Element {
  const [choosers, setChoosers] = useState<readonly PageChooser[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [page, setPage] = useState(pageOfAddress);
  useEffect(() => {
    askChoosers().then(setChoosers, (error: Error) => setFailure(error.message));
    const follow = (): void => setPage(pageOfAddress());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const chooser = choosers?.find((one) => one.name === name) ?? choosers?.[0];
  return (
    <>
      <header>
        <h1>
          <span>prompt-oirl</span> {choosers?.length === 1 ? chooser?.name : ""}
        </h1>
        {choosers !== null && choosers.length > 1 && (
          <label>
            Chooser{" "}
            <select value={chooser?.name ?? ""} onChange={(event) => setName(event.currentTarget.value)}>
              {choosers.map((one) => (
                <option key={one.name}>{one.name}</option>
              ))}
            </select>
          </label>
        )}
        <nav aria-label="Pages">
          {Object.entries(PAGES).map(([id, title]) => (
            <a key={id} href={`#${id}`} aria-current={page === id ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {failure !== null && <p role="alert">{failure}</p>}
        {chooser !== undefined &&
          (page === "try" ? (
            <TryPage key={chooser.name} chooser={chooser} />
          ) : (
            <LogPage key={chooser.name} chooser={chooser} />
          ))}
      </main>
    </>
  );
}

render(<App />, document.getElementById("app")!);
