export type * from "./report-data.ts";
