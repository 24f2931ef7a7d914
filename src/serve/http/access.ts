import { createHash, timingSafeEqual } from "node:crypto";
import { ServiceError } from "./service-error.ts";

/** Who may ask, and how much. */
export interface AccessOptions {
  /** Keys, of which one must be sent as `Authorization: Bearer …`; none where everybody on this machine may ask. */
  readonly keys: readonly string[];
  /** Requests a second for each key (for all, without keys), with bursts of twice that; Infinity for no limit. */
  readonly ratePerSecond: number;
  /** Clock in milliseconds. */
  readonly now?: () => number;
}

/** Names by which this machine calls itself: a web page elsewhere, whose name was made to lead here, has another. */
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/iu;

/** Decides about each request before anything of it is read. */
export class Access {
  readonly #digests: readonly Buffer[];
  readonly #rate: number;
  readonly #now: () => number;
  readonly #buckets = new Map<number, { tokens: number; at: number }>();

  constructor({ keys, ratePerSecond, now = () => performance.now() }: AccessOptions) {
    this.#digests = keys.map(computeDigest);
    this.#rate = ratePerSecond;
    this.#now = now;
  }

  /** @throws ServiceError 401, 403 or 429; messages never show a key */
  check(headers: Headers): void {
    this.#takeToken(this.#digests.length === 0 ? this.#checkHost(headers) : this.#findKey(headers));
  }

  #checkHost(headers: Headers): number {
    if (!LOCAL_HOST.test(headers.get("host") ?? ""))
      throw new ServiceError(
        403,
        "HOST",
        "without a key only requests to localhost are answered: start the service with a key to be reached by another name",
      );
    return -1;
  }

  #findKey(headers: Headers): number {
    const sent = computeDigest(/^Bearer +(\S+)$/iu.exec(headers.get("authorization") ?? "")?.[1] ?? "");
    // All are compared, so that the time tells nothing.
    let found = -1;
    this.#digests.forEach((digest, index) => {
      if (timingSafeEqual(digest, sent)) found = index;
    });
    if (found < 0)
      throw new ServiceError(401, "KEY", "send one of the service's keys as Authorization: Bearer KEY");
    return found;
  }

  #takeToken(key: number): void {
    if (this.#rate === Number.POSITIVE_INFINITY) return;
    const now = this.#now();
    const most = Math.max(1, 2 * this.#rate);
    const bucket = this.#buckets.get(key) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * this.#rate);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1)
      throw new ServiceError(429, "RATE", `more than ${this.#rate} requests a second; wait a moment`);
    bucket.tokens -= 1;
  }
}

function computeDigest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
