"""One training by XGBoost or LightGBM, in a process of its own. Prints one line of JSON."""

import json
import resource
import sys
import time

import numpy as np

request = json.loads(sys.argv[1])
COLUMNS, ALL_PROMPTS = 1536, 106
count, threads, eta, rounds = (request[name] for name in ("prompts", "threads", "learningRate", "rounds"))


def load(part):
    queries = np.fromfile(f"{request['folder']}/queries-{part}.f32", np.float32).reshape(-1, COLUMNS)
    prompts = np.fromfile(f"{request['folder']}/prompts.f32", np.float32).reshape(-1, COLUMNS)
    labels = np.fromfile(f"{request['folder']}/labels-{part}.u8", np.uint8).reshape(-1, ALL_PROMPTS)[:, :count]
    known = np.fromfile(f"{request['folder']}/known-{part}.u8", np.uint8).reshape(-1, ALL_PROMPTS)[:, :count]
    keep = known if request["partial"] and part == "train" else np.ones_like(labels)
    row, column = np.nonzero(keep)
    x = np.empty((len(row), 2 * COLUMNS), np.float32)
    x[:, :COLUMNS] = queries[row]
    x[:, COLUMNS:] = prompts[column]
    return x, labels[row, column].astype(np.float32)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def auc(scores, labels):
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    return (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


x, y = load("train")
start = time.time()
if request["engine"] == "xgboost":
    import xgboost

    version = xgboost.__version__
    data = xgboost.QuantileDMatrix(x, y, max_bin=256, nthread=threads)
    del x
    parameters = dict(
        tree_method="hist", objective="binary:logistic", max_depth=10, eta=eta, base_score=0.5, max_bin=256, nthread=threads
    )
    booster = xgboost.Booster(parameters, [data])
    update = lambda index: booster.update(data, index)
else:
    import lightgbm

    version = lightgbm.__version__
    data = lightgbm.Dataset(x, y, params=dict(max_bin=255, num_threads=threads, verbose=-1))
    parameters = dict(
        objective="binary", num_leaves=1024, max_depth=10, min_data_in_leaf=1, min_sum_hessian_in_leaf=1, lambda_l2=1,
        learning_rate=eta, boost_from_average=False, max_bin=255, num_threads=threads, verbose=-1,
    )
    booster = lightgbm.Booster(parameters, data)
    update = lambda index: booster.update()
binning = time.time() - start
times, cpus = [], []
for index in range(rounds):
    start, cpu = time.time(), cpu_seconds()
    update(index)
    times.append(time.time() - start)
    cpus.append(cpu_seconds() - cpu)
# XGBoost sets itself up inside its first round, so that round is counted once and not extrapolated.
per_round, cpu_per_round = np.mean(times[1:]), np.mean(cpus[1:])
test, labels = load("test")
if request["engine"] == "xgboost":
    train_margins = booster.predict(data, output_margin=True)
    scores = booster.predict(xgboost.DMatrix(test), output_margin=True)
else:
    train_margins = booster.predict(x, raw_score=True)
    scores = booster.predict(test, raw_score=True)
print(
    json.dumps(
        dict(
            version=version, rounds=rounds, secondsBinning=binning, secondsFirstRound=times[0], msPerRound=1000 * per_round,
            cpuMsPerRound=1000 * cpu_per_round, peakMemoryMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            trainLogLoss=float(np.mean(np.logaddexp(0, train_margins) - y * train_margins)),
            testAuc=float(auc(scores, labels)),
        )
    )
)
