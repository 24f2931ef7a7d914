import type { Terminal } from "../../src/cli/index.ts";

/** A terminal nobody looks at, 80 characters wide. */
export function silentTerminal(): Terminal {
  return {
    writeOut: () => {},
    writeError: () => {},
    outIsTerminal: false,
    showsProgress: false,
    colorOut: false,
    colorError: false,
    columns: 80,
    errorColumns: Number.POSITIVE_INFINITY,
    command: "oirl",
  };
}
