export type { PageFinder } from "./app.ts";
export { openApiDocument } from "./openapi.ts";
export { exposuresFolder, SERVICE_FOLDER } from "./served-chooser.ts";
export type { RunningService, ServiceOptions } from "./start-service.ts";
export { startService } from "./start-service.ts";
export type { Exposure, FeedbackRecord, StoreRecord } from "./store/exposure-records.ts";
export { ExposureStore } from "./store/exposure-store.ts";
export type { ExposureOutcome, StoreContent } from "./store/read-store.ts";
export { readStore } from "./store/read-store.ts";
