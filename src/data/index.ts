export { writeFileAtomic } from "./atomic-write.ts";
export type { EncodeNpyOptions, NpyArray, NpyDtype, NpyValues } from "./npy.ts";
export { decodeNpy, encodeNpy, readNpy, writeNpy } from "./npy.ts";
