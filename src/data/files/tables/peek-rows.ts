/** How many rows are looked at to learn what the columns mean. */
const PEEKED_ROWS = 100;

/** A stream whose first rows are known. */
export interface PeekedRows<Row> {
  readonly firstRows: readonly Row[];
  /** All rows, the first ones included, some hundreds at a time. */
  readonly batches: AsyncGenerator<readonly Row[], void, void>;
  /** Releases the file, also where `batches` was never walked. */
  close(): Promise<void>;
}

/** Reads the first rows of a stream ahead. */
export async function peekRows<Row>(
  batches: AsyncGenerator<readonly Row[], void, void>,
): Promise<PeekedRows<Row>> {
  const first: Row[] = [];
  let ended = false;
  while (!ended && first.length < PEEKED_ROWS) {
    const next = await batches.next();
    if (next.done) ended = true;
    else for (const row of next.value) first.push(row);
  }
  async function* all(): AsyncGenerator<readonly Row[], void, void> {
    try {
      yield first;
      while (!ended) {
        const next = await batches.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await batches.return();
    }
  }
  return {
    firstRows: first.slice(0, PEEKED_ROWS),
    batches: all(),
    async close() {
      await batches.return();
    },
  };
}
