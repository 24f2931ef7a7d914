// Parting the queries of a node; the plain TypeScript twin is ../part-queries.ts.
import {
  CONTEXT_BINS,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_PAIRS,
  CONTEXT_PROMPTS,
  CONTEXT_QUERIES,
  CONTEXT_QUERY_HASHES,
  CONTEXT_SCRATCH_QUERIES,
  PART_BIN,
  PART_COUNT,
  PART_FEATURE,
  PART_LEFT_COUNT,
  PART_LEFT_HASH,
  PART_LEFT_PROMPT_COUNT,
  PART_PROMPT_START,
  PART_RIGHT_COUNT,
  PART_RIGHT_HASH,
  PART_RIGHT_PROMPT_COUNT,
  PART_RIGHT_START,
  PART_START,
} from "../layout";
import { address, scratch, set, setWord, word } from "./context";

export function partQueries(part: usize): void {
  const queries = address(CONTEXT_NODE_QUERIES) + (word(part, PART_START) << 2);
  const end = queries + (word(part, PART_COUNT) << 2);
  if (<i32>word(part, PART_FEATURE) >= 0) {
    partByBins(part, queries, end);
    return;
  }
  const right = address(CONTEXT_NODE_QUERIES) + (word(part, PART_RIGHT_START) << 2);
  if (<i32>word(part, PART_PROMPT_START) < 0) {
    memory.copy(right, queries, end - queries);
    setWord(part, PART_LEFT_COUNT, word(part, PART_COUNT));
    setWord(part, PART_RIGHT_COUNT, word(part, PART_COUNT));
    return;
  }
  const prompts = address(CONTEXT_NODE_PROMPTS) + (word(part, PART_PROMPT_START) << 2);
  const middle = prompts + (word(part, PART_LEFT_PROMPT_COUNT) << 2);
  const promptsEnd = middle + (word(part, PART_RIGHT_PROMPT_COUNT) << 2);
  // The left child's come last, since they overwrite their parent's.
  keepKnown(queries, end, right, middle, promptsEnd);
  setWord(part, PART_RIGHT_COUNT, keptCount);
  set(part, PART_RIGHT_HASH, keptHash);
  keepKnown(queries, end, queries, prompts, middle);
  setWord(part, PART_LEFT_COUNT, keptCount);
  set(part, PART_LEFT_HASH, keptHash);
}

function partByBins(part: usize, queries: usize, end: usize): void {
  const feature = <u32>word(part, PART_FEATURE);
  const greatest = <u32>word(part, PART_BIN);
  const bins = address(CONTEXT_BINS) + <usize>(feature >> 2) * (address(CONTEXT_QUERIES) << 2) + (feature & 3);
  const hashes = address(CONTEXT_QUERY_HASHES);
  const rights = scratch + address(CONTEXT_SCRATCH_QUERIES);
  let left = queries;
  let right = rights;
  let leftHash: f64 = 0;
  let rightHash: f64 = 0;
  for (let place = queries; place < end; place += 4) {
    const query = load<u32>(place);
    const isRight = <usize>(<u32>load<u8>(bins + (<usize>query << 2)) > greatest);
    const hash = load<f64>(hashes + (<usize>query << 3));
    // Without a branch, which would often be guessed wrong.
    store<u32>(left, query);
    store<u32>(right, query);
    left += (1 - isRight) << 2;
    right += isRight << 2;
    leftHash += hash * <f64>(1 - isRight);
    rightHash += hash * <f64>isRight;
  }
  memory.copy(left, rights, right - rights);
  setWord(part, PART_LEFT_COUNT, (left - queries) >> 2);
  setWord(part, PART_RIGHT_COUNT, (right - rights) >> 2);
  set(part, PART_LEFT_HASH, leftHash);
  set(part, PART_RIGHT_HASH, rightHash);
}

let keptCount: usize = 0;
let keptHash: f64 = 0;

/** Copies the queries with a known pair: one with a hessian. */
function keepKnown(queries: usize, end: usize, target: usize, prompts: usize, promptsEnd: usize): void {
  const pairs = address(CONTEXT_PAIRS);
  const rowBytes = address(CONTEXT_PROMPTS) << 4;
  const hashes = address(CONTEXT_QUERY_HASHES);
  const start = target;
  keptHash = 0;
  for (; queries < end; queries += 4) {
    const query = load<u32>(queries);
    const row = pairs + <usize>query * rowBytes;
    for (let prompt = prompts; prompt < promptsEnd; prompt += 4) {
      if (load<f64>(row + (<usize>load<u32>(prompt) << 4), 8) == 0) continue;
      store<u32>(target, query);
      target += 4;
      keptHash += load<f64>(hashes + (<usize>query << 3));
      break;
    }
  }
  keptCount = (target - start) >> 2;
}
