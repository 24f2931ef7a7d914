/** How many rows are looked at to learn what the columns mean. */
export const PEEKED_ROWS = 100;

/** A stream whose first rows are known. */
export interface PeekedRows<Row> {
  readonly firstRows: Row[];
  /** All rows, the first ones included. */
  readonly rows: AsyncGenerator<Row, void, void>;
  /** Releases the file, also where `rows` was never walked. */
  close(): Promise<void>;
}

/** Reads the first rows of a stream ahead. */
export async function peekRows<Row>(rows: AsyncGenerator<Row, void, void>): Promise<PeekedRows<Row>> {
  const first: Row[] = [];
  let ended = false;
  while (!ended && first.length < PEEKED_ROWS) {
    const next = await rows.next();
    if (next.done) ended = true;
    else first.push(next.value);
  }
  async function* all(): AsyncGenerator<Row, void, void> {
    try {
      yield* first;
      while (!ended) {
        const next = await rows.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await rows.return();
    }
  }
  return {
    firstRows: first,
    rows: all(),
    async close() {
      await rows.return();
    },
  };
}
