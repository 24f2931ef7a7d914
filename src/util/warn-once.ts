/** A listener that hears each message once, however often it is said; undefined where nobody listens. */
export function warnOnce(listener: (message: string) => void): (message: string) => void;
export function warnOnce(
  listener: ((message: string) => void) | undefined,
): ((message: string) => void) | undefined;
export function warnOnce(
  listener: ((message: string) => void) | undefined,
): ((message: string) => void) | undefined {
  if (listener === undefined) return undefined;
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    listener(message);
  };
}
