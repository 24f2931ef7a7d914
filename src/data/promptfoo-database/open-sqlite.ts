import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../errors.ts";

/** Rows of a database that is only read. */
export interface ReadDatabase {
  rows(sql: string, values?: readonly string[]): Iterable<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** As far as it is used of `node:sqlite`, which Node.js has from 22.13 on. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
    options: { readOnly: boolean },
  ) => {
    prepare(sql: string): {
      iterate(...values: readonly string[]): Iterable<Readonly<Record<string, unknown>>>;
    };
    close(): void;
  };
}

/** Opens a SQLite database read-only: by Node's own SQLite where there is one, else by one in WebAssembly. */
export async function openSqlite(path: string): Promise<ReadDatabase> {
  const sqlite = (await import("node:sqlite" as string).catch(() => null)) as NodeSqlite | null;
  return sqlite === null ? openByWebAssembly(path) : openByNode(path, sqlite);
}

function openByNode(path: string, { DatabaseSync }: NodeSqlite): ReadDatabase {
  const database = new DatabaseSync(path, { readOnly: true });
  return {
    rows: (sql, values = []) => database.prepare(sql).iterate(...values),
    close: () => Promise.resolve(database.close()),
  };
}

async function loadWebAssembly() {
  try {
    return (await import("node-sqlite3-wasm")).default;
  } catch (error) {
    throw new ConfigError(
      `promptfoo's database is read by Node.js from 22.13 on, and this is ${process.version}. Use that, or: npm install node-sqlite3-wasm`,
      {},
      error,
    );
  }
}

/** Of a copy: WebAssembly has no shared memory, so a log of writes is only read where nobody else may write. */
async function openByWebAssembly(path: string): Promise<ReadDatabase> {
  const { Database } = await loadWebAssembly();
  const folder = await mkdtemp(join(tmpdir(), "oirl-promptfoo-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "promptfoo.db");
    await copyFile(path, copy);
    if (await stat(`${path}-wal`).catch(() => null)) await copyFile(`${path}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    return {
      *rows(sql, values = []) {
        const statement = database.prepare(sql);
        try {
          yield* statement.iterate([...values]) as Iterable<Readonly<Record<string, unknown>>>;
        } finally {
          statement.finalize();
        }
      },
      async close() {
        database.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
