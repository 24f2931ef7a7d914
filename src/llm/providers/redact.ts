import type { Environment } from "../endpoint.ts";

/** Shorter values are no secrets, and replacing them would garble messages. */
const SHORTEST_SECRET = 8;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/**
 * Makes a function that takes secrets out of texts: the given key, and the values of all environment variables that
 * are named like one, since a provider's own package may send any of them and an endpoint may repeat it.
 */
export function createRedactor(key: string | undefined, environment: Environment): (text: string) => string {
  const secrets = new Set(key === undefined ? [] : [key]);
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && value.length >= SHORTEST_SECRET && SECRET_NAME.test(name))
      secrets.add(value.trim());
  // Longest first: one secret may be the beginning of another.
  const ordered = [...secrets].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((redacted, secret) => redacted.replaceAll(secret, "…"), text);
}
