import { expect, test } from "vitest";
import { realQuestions } from "../../test/support/real-questions.ts";
import { requireSharedData } from "../../test/support/shared-data.ts";
import {
  capitalizedWords,
  countCapitals,
  learnNames,
  MAX_CAPITALIZED_SHARE,
  readCapitals,
} from "./learned-names.ts";

const GERMAN = [
  "Anna kauft drei Äpfel auf dem Markt und gibt ihrem Bruder einen Apfel. Wie viele Äpfel hat Anna noch?",
  "Ein Zug fährt mit einer Geschwindigkeit von 80 Kilometern in der Stunde. Welche Strecke legt der Zug in drei Stunden zurück?",
  "In einer Klasse sind 12 Jungen und 15 Mädchen. Wie viele Kinder sind in der Klasse?",
  "Der Bäcker verkauft am Morgen 40 Brötchen und am Nachmittag 25 Brötchen. Wie viele Brötchen verkauft er am Tag?",
  "Peter spart jede Woche 5 Euro von seinem Taschengeld. Nach wie vielen Wochen kann er ein Spiel für 35 Euro kaufen?",
];

const learnNamesFrom = (texts: readonly string[]): ReadonlySet<string> | null =>
  learnNames(texts.map(readCapitals));
const countCapitalsIn = (texts: readonly string[]): ReturnType<typeof countCapitals> =>
  countCapitals(texts.map(readCapitals));

test("names are what is capitalized inside sentences too", () => {
  const names = learnNamesFrom([
    "Rosa has 3 apples. How many does Rosa eat?",
    "Calculate the sum that Rosa paid. How much is that?",
    "Calculate what is left. How much does Jim get?",
    "Calculate the price. How much does a rose cost?",
    "On Mondays the shop sells a pen to Rosa and three pens to the children of the village nearby.",
  ]);
  expect([...names!].sort()).toEqual(expect.arrayContaining(["jim", "rosa"]));
  for (const word of ["calculate", "how", "the", "a"]) expect(names).not.toContain(word);
});

test("a period after a short capitalized word ends no sentence, and a title is no name", () => {
  const names = learnNamesFrom(
    Array.from(
      { length: 4 },
      () =>
        "yesterday in the very big shop at the end of the road the kind old Mrs. Hilt and her friend Dr. Wu bought a pie.",
    ),
  );
  expect([...names!].sort()).toEqual(["hilt", "wu"]);
});

test("texts without capitals have no names", () => {
  expect(learnNamesFrom(["how many apples are left?", "小明有三个苹果"])).toEqual(new Set());
});

test("where many words are capitalized, capitals do not mark names", () => {
  expect(countCapitalsIn(GERMAN).capitalizedShare).toBeGreaterThan(MAX_CAPITALIZED_SHARE + 0.1);
  expect(learnNamesFrom(GERMAN)).toBeNull();
  expect(learnNamesFrom(["HOW MANY APPLES ARE LEFT IN THE BASKET?"])).toBeNull();
});

for (const task of ["mawps", "gsm8k"] as const)
  test(`the ${task} questions are far from the share that switches names off`, async (context) => {
    requireSharedData(context);
    const questions = await realQuestions(task);
    expect(countCapitalsIn(questions).capitalizedShare).toBeLessThan(MAX_CAPITALIZED_SHARE / 2);
    const names = learnNamesFrom(questions)!;
    for (const name of ["john", "sally", "tom"]) expect(names).toContain(name);
    for (const word of ["how", "the", "he", "if", "apples"]) expect(names).not.toContain(word);
  });

test("capitalized words come in lower case, without single letters and inner capitals", () => {
  expect(capitalizedWords("Élodie and I sold an iPhone to McDonald at 5PM, Ωmega")).toEqual(
    new Set(["élodie", "mcdonald", "pm", "ωmega"]),
  );
});
