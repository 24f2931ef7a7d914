export type { PageFinder } from "./app.ts";
export type { UpdateSummary } from "./learn/update-run.ts";
export { updateRun } from "./learn/update-run.ts";
export { pagesIn } from "./pages/page-finder.ts";
export type * from "./pages/page-types.ts";
export { exposuresFolder } from "./served-chooser.ts";
export type { RunningService, ServiceOptions } from "./start-service.ts";
export { startService } from "./start-service.ts";
export { readStore } from "./store/read-store.ts";
