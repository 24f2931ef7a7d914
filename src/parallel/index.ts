export { startSharedMemoryPool } from "./shared-memory-pool.ts";
