"""Values of policies by vw-estimators: python3 vw-estimates.py <folder of the package>, rounds as JSON on standard input.

A round is [probability of the logging policy, reward, probability of the policy]. Prints {"ips": …, "snips": …}.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
from estimators.bandits import ips, snips  # noqa: E402

estimators = {"ips": ips.Estimator(), "snips": snips.Estimator()}
for logged, reward, wanted in json.load(sys.stdin):
    for estimator in estimators.values():
        estimator.add_example(logged, reward, wanted)
json.dump({name: estimator.get() for name, estimator in estimators.items()}, sys.stdout)
