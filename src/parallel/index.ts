export type { PoolWords, SharedMemoryPool } from "./shared-memory-pool.ts";
export { startSharedMemoryPool } from "./shared-memory-pool.ts";
