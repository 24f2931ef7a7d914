import { afterAll } from "vitest";
import { removeTemporaryFolders } from "./temporary-folder.ts";

// Set up before the file's own hooks, hence run behind them.
afterAll(removeTemporaryFolders);
