/**
 * A whole number below 2^53 that stands for a text: fast, and for order and sampling only, since two texts may share one.
 * cyrb53 of bryc, public domain.
 */
export function quickHash(text: string): number {
  // As 32-bit numbers from the start: the loop is then three times as fast.
  let high = 0xdeadbeef | 0;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
