// Sums of one node's pairs by entry, by prompt and in all.
import {
  CONTEXT_ENTRY_SUM,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_PAIRS,
  CONTEXT_PROMPT_SUMS,
  CONTEXT_PROMPTS,
  NODE_COUNT,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_START,
  NODE_START,
} from "../layout";
import { address, locateQueries, set, word } from "./context";

export function sumNode(node: usize): void {
  const rowBytes = address(CONTEXT_PROMPTS) << 4;
  const pairs = address(CONTEXT_PAIRS);
  const start = word(node, NODE_START);
  const count = word(node, NODE_COUNT);
  const promptStart = word(node, NODE_PROMPT_START);
  const promptCount = word(node, NODE_PROMPT_COUNT);
  const prompts = address(CONTEXT_NODE_PROMPTS) + (promptStart << 2);
  const promptsEnd = prompts + (promptCount << 2);
  const promptSums = address(CONTEXT_PROMPT_SUMS) + (promptStart << 4);
  let entry = locateQueries(node);
  const end = entry + (count << 2);
  let entrySum = address(CONTEXT_ENTRY_SUM) + (start << 4);
  let total = f64x2.splat(0);
  memory.fill(promptSums, 0, promptCount << 4);
  if (promptCount == 1) {
    const only = <usize>load<u32>(prompts) << 4;
    while (entry < end) {
      const pair = v128.load(pairs + <usize>load<u32>(entry) * rowBytes + only);
      v128.store(entrySum, pair);
      total = f64x2.add(total, pair);
      entry += 4;
      entrySum += 16;
    }
  } else {
    while (entry < end) {
      const row = pairs + <usize>load<u32>(entry) * rowBytes;
      let sum = f64x2.splat(0);
      let place = promptSums;
      for (let prompt = prompts; prompt < promptsEnd; prompt += 4) {
        const pair = v128.load(row + (<usize>load<u32>(prompt) << 4));
        sum = f64x2.add(sum, pair);
        v128.store(place, f64x2.add(v128.load(place), pair));
        place += 16;
      }
      v128.store(entrySum, sum);
      total = f64x2.add(total, sum);
      entry += 4;
      entrySum += 16;
    }
  }
  set(node, NODE_GRADIENT, f64x2.extract_lane(total, 0));
  set(node, NODE_HESSIAN, f64x2.extract_lane(total, 1));
}
