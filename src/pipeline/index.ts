export type * from "./pipeline-types.ts";
