export { loadGsm8k } from "./gsm8k.ts";
export { loadMawps } from "./mawps.ts";
export { loadSvamp } from "./svamp.ts";
