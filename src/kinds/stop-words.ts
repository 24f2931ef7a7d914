/** English words that name nothing, by which no reader tells kinds of question apart. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `
  a about above after again against all also am an and any are as at be because been before being
  below between both but by can could did do does doing down during each either else ever every few
  for from further had has have having he her here hers herself him himself his how i if in into is it
  its itself just let me many more most much my myself no nor not now of off on once one only or other our ours
  out over own per same shall she should so some such than that the their them then there these they
  this those through to too under until up us very was we were what when where which while who whom
  whose why will with would you your yours
`
    .trim()
    .split(/\s+/u),
);

/** Whether a token names nothing: a word of that list, or no letter, digit or sign of a currency. */
export function isStopWord(token: string): boolean {
  return STOP_WORDS.has(token.toLowerCase()) || !/[\p{L}\p{N}\p{Sc}%]/u.test(token);
}
