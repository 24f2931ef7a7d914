import type { Access } from "./http/access.ts";
import type { Metrics } from "./http/metrics.ts";
import type { RequestLog } from "./http/request-log.ts";
import type { ServedChooser } from "./served-chooser.ts";
import type { Upstream } from "./upstream.ts";

/** What all routes work with. */
export interface ServiceParts {
  /** By name. */
  readonly choosers: ReadonlyMap<string, ServedChooser>;
  readonly access: Access;
  readonly metrics: Metrics;
  readonly log: RequestLog;
  /** Where completions are asked for; undefined where the service does not ask. */
  readonly upstream: Upstream | undefined;
  /** Whether it still takes requests: not while it stops. */
  readonly isReady: () => boolean;
  /** Requests answered at once; more are told to come back. */
  readonly maxConcurrent: number;
}
