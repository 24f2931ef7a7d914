import { ConfigError } from "../../errors.ts";

type Koffi = typeof import("koffi");

/** A function of a C library, called with what its prototype says. */
type NativeFunction = (...values: readonly unknown[]) => unknown;

/** A C library whose functions return 0, or else have left a message. */
export interface NativeLibrary {
  /**
   * Binds a function by its C prototype. Calling it throws a ConfigError where it does not return 0.
   * @throws ConfigError where the library has no such function
   */
  bind(prototype: string): (...values: readonly unknown[]) => void;
  /** Bytes at an address a function has given, copied. */
  bytes(address: unknown, length: number): Uint8Array;
}

/** Out-parameter of a call: the function writes into entry 0. */
export type Out = [unknown];

const loaded = new Map<string, NativeLibrary>();

/**
 * Loads a C library, once a path.
 * @param name for messages
 * @param lastError the function that tells what went wrong
 * @throws ConfigError where koffi is not installed, or the system cannot load the library
 */
export async function loadLibrary(name: string, path: string, lastError: string): Promise<NativeLibrary> {
  const key = `${name} ${path}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const koffi = await loadKoffi(name);
  const orRefuse = <Result>(attempt: () => Result): Result => {
    try {
      return attempt();
    } catch (error) {
      throw new ConfigError(
        `${path} cannot be loaded as ${name}: ${(error as Error).message}. Give the path of its shared library; where OpenMP is missing, install it (Debian: apt install libgomp1).`,
        { path },
        error,
      );
    }
  };
  const library = orRefuse(() => koffi.load(path));
  const message: NativeFunction = orRefuse(() => library.func(`const char *${lastError}()`));
  const native: NativeLibrary = {
    bind(prototype) {
      const call: NativeFunction = orRefuse(() => library.func(prototype));
      return (...values) => {
        if (call(...values) === 0) return;
        throw new ConfigError(`${name} refused: ${String(message()).split("\n")[0]}`, { library: path });
      };
    },
    bytes: (address, length) =>
      Uint8Array.from(koffi.decode(address, koffi.array("uint8_t", length)) as ArrayLike<number>),
  };
  loaded.set(key, native);
  return native;
}

async function loadKoffi(name: string): Promise<Koffi> {
  try {
    return await import("koffi");
  } catch (error) {
    throw new ConfigError(
      `To train with the original ${name}, the package koffi must be there: npm install koffi (${(error as Error).message}).`,
      {},
      error,
    );
  }
}
