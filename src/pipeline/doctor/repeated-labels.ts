import type { RewardLog } from "../../types/index.ts";
import type { RepeatedLabels } from "./doctor-types.ts";

/** Compares the labels of each question and prompt, which stand side by side in a log. */
export function examineRepeats({ length, queryIndex, promptIndex, reward }: RewardLog): RepeatedLabels {
  let pairs = 0;
  let disagreeing = 0;
  for (let start = 0, end = 0; start < length; start = end) {
    let differ = false;
    for (end = start + 1; end < length; end++) {
      if (queryIndex[end] !== queryIndex[start] || promptIndex[end] !== promptIndex[start]) break;
      differ ||= reward[end] !== reward[start];
    }
    if (end - start < 2) continue;
    pairs++;
    if (differ) disagreeing++;
  }
  return { pairs, disagreeing: pairs === 0 ? 0 : disagreeing / pairs };
}
