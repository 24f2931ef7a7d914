"""The doubly robust values that src/evaluate/estimates-against-others.test.ts expects, by the Open Bandit Pipeline's own code.

    pip download --no-deps obp==0.4.1 && python3 -m zipfile -e obp-0.4.1-py3-none-any.whl obp
    python3 obp-estimates.py obp

Its file of estimators is run alone, since the package as a whole wants PyTorch, of which the formula needs nothing.
"""

import importlib.util
import sys
import types

import numpy as np

stub = types.ModuleType("torch")
stub.Tensor = type("Tensor", (), {})
sys.modules["torch"] = stub
for name in ("obp", "obp.ope"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
utils = types.ModuleType("obp.utils")
for name in ("estimate_confidence_interval_by_bootstrap", "check_ope_inputs", "check_ope_inputs_tensor"):
    setattr(utils, name, lambda **_: None)
sys.modules["obp.utils"] = utils
spec = importlib.util.spec_from_file_location("obp.ope.estimators", f"{sys.argv[1]}/obp/ope/estimators.py")
estimators = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = estimators
spec.loader.exec_module(estimators)

# The fixture of the test: 12 rounds of 3 actions.
rounds, actions = 12, 3
logging = np.array([0.5, 0.3, 0.2])
action = np.array([(t * t + 1) % actions for t in range(rounds)])
reward = np.array([float((3 * t + 1) % 4 < 2) for t in range(rounds)])
q_hat = np.array([[((5 * t + 3 * a) % 11) / 10 for a in range(actions)] for t in range(rounds)])
chosen = np.array([(2 * t) % actions for t in range(rounds)])
certain = np.eye(actions)[chosen]
mixed = np.full((rounds, actions), 0.25) + 0.25 * certain
for policy in (certain, mixed):
    values = estimators.DoublyRobust()._estimate_round_rewards(
        reward=reward,
        action=action,
        pscore=logging[action],
        action_dist=policy[:, :, np.newaxis],
        estimated_rewards_by_reg_model=q_hat[:, :, np.newaxis],
    )
    print([round(float(value), 12) for value in values])
