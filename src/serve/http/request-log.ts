/** What is logged of a request: never a text, a header or a key. */
export interface RequestRecord {
  readonly method: string;
  /** As the route is written, such as `/v1/recommend`; `other` for addresses that do not exist. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Of the choice. */
  readonly id?: string;
}

/** Writes what happens as JSON, a line each. */
export class RequestLog {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  request(record: RequestRecord): void {
    this.#line("info", "request", { ...record, ms: Number(record.ms.toFixed(1)) });
  }

  info(event: string, about: Readonly<Record<string, string | number | boolean>> = {}): void {
    this.#line("info", event, about);
  }

  /** An error with its message, which may name files, and no more of its data. */
  error(event: string, error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.#line("error", event, { error: name, message });
  }

  #line(level: string, event: string, about: object): void {
    this.#write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...about })}\n`);
  }
}
