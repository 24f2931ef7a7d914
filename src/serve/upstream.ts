import { LlmError } from "../errors.ts";
import { ServiceError } from "./http/service-error.ts";

export interface UpstreamOptions {
  /** Address of an OpenAI-compatible endpoint, without a slash at its end; fixed when the service starts. */
  readonly baseUrl: string;
  readonly key: string | undefined;
  /** Time until the upstream begins to answer. */
  readonly timeoutMs: number;
}

/** The endpoint that completions are asked of. It is asked once for each request, whatever comes back. */
export class Upstream {
  readonly #options: UpstreamOptions;

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /**
   * Sends a body once; no redirect is followed, and no header of the client's is passed on.
   * @param signal fires when the client goes: the call is broken off
   * @throws ServiceError 504, LlmError (502); neither tells where the upstream is
   */
  async complete(body: string, signal: AbortSignal): Promise<Response> {
    const { baseUrl, key, timeoutMs } = this.#options;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
      return await fetch(`${baseUrl}/chat/completions`, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": "application/json",
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        body,
        signal: AbortSignal.any([signal, stop.signal]),
      });
    } catch (error) {
      if (stop.signal.aborted && !signal.aborted)
        throw new ServiceError(
          504,
          "UPSTREAM_TIMEOUT",
          `the LLM's endpoint did not answer within ${timeoutMs} ms`,
        );
      throw new LlmError("the LLM's endpoint cannot be reached", true, {}, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
