import { describe, expect, test } from "vitest";
import { reproductionFixture } from "../../../test/support/reproduction-fixture.ts";
import type { TaskReproduction } from "../../report/index.ts";
import { findings } from "./findings.ts";

const task = reproductionFixture().tasks[0]!;
const sentences = (change: Partial<TaskReproduction> = {}, ownQueryFeatures = true): string =>
  findings({ ...task, ...change }, { preset: "fast", ownQueryFeatures }).join("\n");

describe("what differs, in words", () => {
  test("agreement counts the choices of models only, and not those among one prompt", () => {
    // Compared: train at K = 3 (inside its interval), all at K = 1 and 3 (outside); fixed needs no model.
    expect(sentences()).toContain("1 of the 3 published success rates of a model's choices");
    expect(sentences()).toContain("The largest difference is −16.0 points: all at K = 1.");
    expect(sentences()).toContain("agree to 3.0 points");
  });

  test("whose embeddings and which preset are said as they are", () => {
    expect(sentences()).toContain("this package's word statistics instead");
    expect(sentences({}, false)).toContain("the release's own embeddings");
    expect(sentences()).toContain("40 rounds at learning rate 0.05");
    expect(findings(task, { preset: "paper", ownQueryFeatures: true }).join("\n")).toContain("2000 rounds");
  });

  test("the leak is counted, and what is left without it judged by its interval", () => {
    expect(sentences()).toContain(
      "200 of the 200 test rows ask a question that also stands in the training rows",
    );
    expect(sentences()).toContain(
      "+5.0 points [2.0, 8.0] where no question stands on both sides: a gain that is more",
    );
    const clean = task.arms.map((arm) => ({ ...arm, alsoInTrain: 0 }));
    expect(sentences({ arms: clean })).toContain("the paper's protocol is sound here");
    // The same test questions then: what differs is how much is learned from.
    expect(sentences({ arms: clean })).toContain("fitted on all of them, on the same test questions");
    expect(sentences()).not.toContain("fitted on all of them");
  });

  test("ties of unseen prompts are said with what hangs on them", () => {
    expect(sentences()).toContain("on 50.0 % of the test rows");
    expect(sentences()).toContain('"all" succeeds in 53.0 % (published: 67.0 %)');
  });

  test("a missing experiment or figure leaves its sentence out, and nothing else", () => {
    const onlyPaper = sentences({ arms: task.arms.slice(0, 1), selfCritic: null, confidence: [] });
    expect(onlyPaper).toContain("1 of the 3 published");
    expect(onlyPaper).not.toMatch(/this package's default|judging its own|LLM's confidence succeeds/);
    expect(findings({ ...task, arms: [] }, { preset: "fast", ownQueryFeatures: true })).toEqual([]);
  });
});
