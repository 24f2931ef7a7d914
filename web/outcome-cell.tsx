import type { JSX } from "preact";

/** How often a prompt was right on a question: a number, and a color that is never alone. */
export function OutcomeCell({ percent }: { readonly percent: number }): JSX.Element {
  if (percent < 0)
    return (
      <span class="outcome is-absent" title="never asked">
        –
      </span>
    );
  const kind = percent >= 50 ? "is-right" : "is-wrong";
  return (
    <span class={`outcome ${kind}`}>{percent === 100 ? "✓" : percent === 0 ? "✗" : `${percent} %`}</span>
  );
}
