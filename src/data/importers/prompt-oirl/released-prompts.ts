import type { PromptSplit } from "../../../types/index.ts";

/** A prompt of the release, known by its alias in file names. */
export interface ReleasedPrompt {
  readonly alias: string;
  readonly split: PromptSplit;
  readonly template: string;
}

/**
 * The 6 training and 10 held-out prompts in the order of the release's arrays, worded as its generation script
 * (holarissun/Prompt-OIRL, MIT, step 1) sends them. The `*_names.json` beside the labels word `Dis` differently.
 */
export const RELEASED_PROMPTS: readonly ReleasedPrompt[] = [
  { alias: "nan", split: "training", template: "The answer is:" },
  { alias: "CoT", split: "training", template: "Let's think step by step: " },
  {
    alias: "APE",
    split: "training",
    template: "Let’s work this out in a step by step way to be sure we have the right answer: ",
  },
  {
    alias: "Dis",
    split: "training",
    template:
      "3 experts are discussing the question with a discussion, trying to solve it step by step, and make sure the result is correct: ",
  },
  {
    alias: "ToT",
    split: "training",
    template:
      "Imagine three different experts are answering this question. All experts will write down 1 step of their thinking, then share it with the group. Then all experts will go on to the next step, etc. If any expert realizes they're wrong at any point then they leave",
  },
  {
    alias: "Decomp",
    split: "training",
    template:
      "First, decompose the question into several sub-questions that needs to solve, and then solve each question step by step: ",
  },
  {
    alias: "gpt4_0",
    split: "held-out",
    template: "Approaching this logically, the steps to find the answer are: ",
  },
  {
    alias: "gpt4_1",
    split: "held-out",
    template: "Let's break this down into manageable steps to fully understand the problem: ",
  },
  {
    alias: "gpt4_2",
    split: "held-out",
    template:
      "Consider this as a puzzle, each piece contributing to the final answer. Let's place each piece, one by one: ",
  },
  {
    alias: "gpt4_3",
    split: "held-out",
    template:
      "Three scholars are analyzing this query from various perspectives, working collaboratively to build a comprehensive answer. Each contributes a step: ",
  },
  {
    alias: "gpt4_4",
    split: "held-out",
    template:
      "Let's solve this like a detective would solve a mystery, gathering clues and building up to the final solution step by step: ",
  },
  {
    alias: "gpt4_5",
    split: "held-out",
    template:
      "Imagine we're navigating a maze; each decision brings us closer to the center. Let's map our route: ",
  },
  {
    alias: "gpt4_6",
    split: "held-out",
    template:
      "Envision a round table meeting of expert problem solvers. Each participant suggests a step, building towards a consensus answer: ",
  },
  {
    alias: "gpt4_7",
    split: "held-out",
    template:
      "Like an architect constructing a building, let's design our answer carefully, layer by layer: ",
  },
  {
    alias: "gpt4_8",
    split: "held-out",
    template: "As if we are assembling a complex machine, let's put it together piece by piece: ",
  },
  {
    alias: "gpt4_9",
    split: "held-out",
    template:
      "Three wise philosophers are debating this question, each contributing a different aspect of the answer. Let's follow their discourse: ",
  },
];
