/**
 * A prompt's id of its name and what else tells it apart: `router` and `3` are `router v3`, others stand side by side.
 * @returns undefined where all are blank
 */
export function promptLabel(cells: readonly string[]): string | undefined {
  const [name, ...others] = cells.map((cell) => cell.trim());
  const versions = others
    .filter((cell) => cell !== "")
    .map((cell) => (/^\d+(?:\.\d+)*$/.test(cell) ? `v${cell}` : cell));
  // A single column is the id as it stands, spaces and all.
  if (versions.length === 0) return name === undefined || name === "" ? undefined : cells[0];
  return [name, ...versions].filter((part) => part !== "").join(" ");
}
