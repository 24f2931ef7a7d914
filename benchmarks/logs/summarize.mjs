const RULES = ["loss", "gain"];
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * @param measured one a log: `{ log, divisions, product, peers }`, of `runProduct` and `runPeer`
 * @returns `{ logs, means }`: for each log and shape what ours, the peers and the brackets gain in points, and what
 *   they take; `means` over the logs. A peer's settings are chosen by the rule that gains more on average over the
 *   logs, which favors the peer.
 */
export function summarize(measured, parts) {
  const shapes = Object.keys(measured[0].peers);
  const rules = Object.fromEntries(shapes.map((shape) => [shape, rulesOfPeers(measured, shape, parts)]));
  const logs = measured.map((one) => ({
    name: one.log.name,
    questions: one.log.texts.length,
    prompts: one.log.prompts.length,
    groups: new Set(one.log.groups).size,
    tasks: one.log.tasks === null ? null : new Set(one.log.tasks).size,
    shapes: Object.fromEntries(
      shapes.map((shape) => [shape, summarizeShape(one, shape, rules[shape], parts)]),
    ),
  }));
  const means = Object.fromEntries(
    shapes.map((shape) => {
      const methods = logs.map((log) => log.shapes[shape].methods);
      const everywhere = Object.keys(methods[0]).filter((name) => methods.every((all) => name in all));
      return [
        shape,
        Object.fromEntries(everywhere.map((name) => [name, mean(methods.map((all) => all[name].gain))])),
      ];
    }),
  );
  return { logs, means, rules };
}

/** For each peer the rule by which its settings are chosen. */
function rulesOfPeers(measured, shape, parts) {
  const gain = (peer, rule) => {
    const withPeer = measured.filter(({ peers }) => peers[shape][peer] !== undefined);
    return mean(
      withPeer.map(
        ({ log, peers }) =>
          parts.estimateGain(
            parts.meanGains(log.rewards, chosenBy(peers[shape][peer], rule)),
            listGroups(log),
            parts,
          ).gain,
      ),
    );
  };
  const names = new Set(measured.flatMap(({ peers }) => Object.keys(peers[shape])));
  return Object.fromEntries(
    Array.from(names, (peer) => [
      peer,
      RULES.reduce((best, rule) => (gain(peer, rule) > gain(peer, best) ? rule : best)),
    ]),
  );
}

const listGroups = ({ groups }) => Int32Array.from(groups);
const chosenBy = (runs, rule) => runs.map(({ chosen, fixed }) => ({ chosen: chosen[rule], fixed }));

function summarizeShape({ log, divisions, product, peers }, shape, rules, parts) {
  const groups = listGroups(log);
  const usage = (runs) => ({
    seconds: mean(runs.map(({ seconds }) => seconds)),
    peakMemoryMb: Math.max(...runs.map(({ peakMemoryMb }) => peakMemoryMb)),
  });
  const methods = {};
  const gains = {};
  const add = (name, runs, chosen) => {
    gains[name] = parts.meanGains(log.rewards, chosen);
    methods[name] = { ...parts.estimateGain(gains[name], groups, parts), ...usage(runs) };
  };
  const runsOfPeers = Object.entries(peers[shape]);
  for (const [name, runs] of runsOfPeers) add(name, runs, chosenBy(runs, rules[name]));
  const fixed = runsOfPeers[0]?.[1].map((run) => run.fixed);
  if (fixed !== undefined) {
    const best = log.rewards.map((row) => row.indexOf(Math.max(...row.filter((reward) => reward !== null))));
    gains.oracle = meanGains(
      log,
      fixed.map((one) => ({ chosen: best, fixed: one })),
    );
    methods.oracle = parts.estimateGain(gains.oracle, groups, parts);
  }
  const runs = product[shape];
  const reported = reportedByProduct(runs);
  const reason = whyNotPaired(runs, divisions, fixed);
  for (const strategy of ["safe", "argmax"])
    if (reason === null)
      add(
        strategy,
        runs,
        runs.map(({ choices }, seed) => ({ chosen: choices[strategy], fixed: fixed[seed] })),
      );
    else
      methods[strategy] = {
        gain: reported[strategy]?.uplift ?? Number.NaN,
        ci95: reported[strategy]?.ci95 ?? null,
        ...usage(runs),
      };
  const rivals = runsOfPeers.map(([name]) => name).filter((name) => name !== "task-known");
  // Peers choose without a gate, which single answers seldom open.
  const compared = shape === "one" ? "argmax" : "safe";
  return {
    methods,
    reported,
    compared,
    comparison:
      reason === null
        ? parts.comparePeers(
            gains[compared],
            rivals.map((name) => [name, gains[name]]),
            groups,
            parts,
          )
        : { reason },
  };
}

/** What the product says itself: means over the seeds, in points; null where it gives no value. */
function reportedByProduct(runs) {
  const reported = {};
  for (const name of ["safe", "argmax"]) {
    const found = runs.map(({ strategies }) => strategies.find((one) => one.name === name));
    reported[name] = found.every((one) => typeof one?.uplift === "number")
      ? {
          uplift: 100 * mean(found.map(({ uplift }) => uplift)),
          ci95: [0, 1].map((bound) => 100 * mean(found.map(({ upliftCi95 }) => upliftCi95[bound]))),
          seedsAboveZero: found.filter(({ upliftCi95 }) => upliftCi95[0] > 0).length,
        }
      : null;
  }
  return { ...reported, openFolds: runs.reduce((sum, { gate }) => sum + Number(gate.open), 0) };
}

/** Why ours cannot be set beside the peers question by question; null where it can. */
function whyNotPaired(runs, divisions, fixed) {
  if (fixed === undefined) return "no peer was run";
  if (runs.some(({ choices }) => choices === null)) return "the product wrote no choices";
  const other = runs.findIndex(({ choices }, seed) =>
    choices.folds.some((fold, index) => fold !== divisions[seed].folds[index]),
  );
  return other === -1
    ? null
    : `the product's folds of seed ${divisions[other].seed} are others than the peers'`;
}
