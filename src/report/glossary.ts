/** A term of the reports in words that need no paper; `docs/glossary.md` has the same. */
export interface GlossaryEntry {
  readonly term: string;
  readonly text: string;
}

/** Every term that a report or the terminal uses, in the order of a reader's need. */
export const GLOSSARY: readonly GlossaryEntry[] = [
  {
    term: "best single prompt",
    text: "The one prompt that does best when it is put to every question. Choosing per question has to beat it. Which one that is, is itself learned from the log, and so not quite certain.",
  },
  {
    term: "choosing per question",
    text: "For each question the prompt with the highest estimated success, where the estimate differs from the best single prompt's by more than it usually errs. The estimate comes from the log alone: no LLM is called.",
  },
  {
    term: "any prompt right",
    text: "The share of the questions that at least one prompt got right. It counts lucky answers and needs to know them beforehand, so that no way of choosing reaches it. The paper calls it the oracle.",
  },
  {
    term: "gain",
    text: "How many more questions in a hundred are right by choosing than with the best single prompt, in percentage points. Both are compared on the same questions, and none of these was used to learn the choice.",
  },
  {
    term: "interval",
    text: "The bounds in brackets hold the true value in 95 of 100 logs like this one. Where the interval of a gain reaches below zero, there may be no gain.",
  },
  {
    term: "questions not seen",
    text: "The log is divided into five parts. Each is judged by a choice that was learned from the other four, so that every question is tested once and never by a choice that knew its answer. Questions that are the same but for case and white space stay together. This is nested cross-validation; a grouped split does it once, with one part.",
  },
  {
    term: "leak",
    text: "Test questions that also stand in the training rows. What is measured on them is memory, not skill. The paper's own protocol has such a leak, which is why its gain looks larger.",
  },
  {
    term: "kinds of question",
    text: "Questions that are put alike, numbers masked, are one kind. How finely they are divided is chosen so that the kinds tell most of which prompt is taken. A kind is named by the words that set it apart from the others.",
  },
  {
    term: "estimate from a log with gaps",
    text: "Where not every question was answered under every prompt, a missing answer is predicted, and the predictions are corrected by the answers there are, each weighted by how seldom its like was logged. It holds if either the predictions or these weights are right. Statistics calls it doubly robust.",
  },
  {
    term: "effective questions",
    text: "How many questions with all their answers would tell as much as this log does. Far fewer than there are means that a few answers stand for many, and the interval is as wide as that makes it.",
  },
  {
    term: "hidden selection",
    text: "In a log of real use, something that was not logged may have decided which prompt was used, and also made answers good or bad. The figure says how strong that would have to be to explain the whole gain: near 1, little would do it; above 2, only a strong hidden reason.",
  },
  {
    term: "new kinds",
    text: "A second, stricter estimate: whole kinds of questions are kept from the choice and then tested. It says what to expect of questions unlike those logged, the first estimate of more questions of the same kinds.",
  },
  {
    term: "unlike the log",
    text: "Questions that resemble nothing in the log. For these the choice would be a guess, so they get the best single prompt.",
  },
  {
    term: "candidate",
    text: "What may be chosen for a question: a prompt, an LLM, or a pair of both, whatever the log has several of.",
  },
  {
    term: "saving at equal success",
    text: "What choosing per question costs less than always the most successful candidate, where it is right as often, up to one point in a hundred. The rule is set on four parts of the log and measured on the fifth. It counts only where the interval of the saving lies above zero and that of the success above the point that may be lost.",
  },
  {
    term: "cost and success",
    text: "A right answer may be worth much or little. For each worth, every question gets the candidate whose expected success is worth most above its cost; together these choices make a curve from the cheapest candidate to the most successful one. What matters is how far it lies above mixing candidates at random.",
  },
  {
    term: "the knob",
    text: "How success is to be weighed against cost, in one of three ways: what a right answer is worth, what a question may cost on average, or which share of the best success to keep. It is set on one part of the log and measured on another.",
  },
  {
    term: "gate",
    text: "The check, before a chooser is stored, that choosing pays: its gain on training questions kept out of the fit must stand some standard errors above zero (averse 2, balanced 1, neutral 0). Where it does not, every question gets the best single prompt. Its figure differs from the gain shown first, since it is measured within the training questions.",
  },
  {
    term: "attainable",
    text: "What a perfect choice could reach. An answer is partly luck, so that this can be told only where questions were asked several times: choosing by the other repeats gives a lower figure, taking each question's best prompt a higher one that counts luck as skill.",
  },
  {
    term: "reward model",
    text: "What estimates, from a question and a prompt, how likely an answer is right. It learns from the log.",
  },
  {
    term: "calibration",
    text: "Whether estimates come true: of the pairs estimated at 60 %, 60 in 100 should be right.",
  },
  {
    term: "ranks prompts",
    text: "Take a question that one prompt got right and another wrong: how often the estimate of the first is higher. 0.5 is chance, 1 is always. Also called the AUC within a question.",
  },
  {
    term: "critic",
    text: "The LLM asked whether its own answer is right. It needs an answer and a verdict for each prompt; the reward model needs neither.",
  },
  {
    term: "held-out prompts",
    text: "Prompts that are kept from training, to see how far estimates carry to prompts that were never tried.",
  },
];

/** What a term means. */
export function explainTerm(term: string): string {
  const entry = GLOSSARY.find((each) => each.term === term);
  if (entry === undefined) throw new Error(`no glossary entry for ${term}`);
  return entry.text;
}
