"""
One peer on one log: for each seed, choices of prompts for every question, each made by a model that has seen only the
other folds, its settings chosen by cross-validation within them. The request is JSON on the command line:
{ folder, shape: "complete" | "one", peer, seeds: [{ seed, out }] }. Writes a file of JSON a seed.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
from peer_models import PEERS, prompt_means
from text_features import TextFeatures, peak_memory_mb

INNER_FOLDS = 3
RIVAL_MARGIN = 0.2

request = json.loads(sys.argv[1])
peer = PEERS[request["peer"]]


def load(name):
    with open(os.path.join(request["folder"], name), encoding="utf-8") as file:
        return json.load(file)


def choose(predicted, fixed):
    """The best predicted prompt, the fixed one where it is as good."""
    best = predicted.argmax(axis=1)
    rows = np.arange(len(predicted))
    return np.where(predicted[:, fixed] >= predicted[rows, best] - 1e-12, fixed, best)


def contrast_loss(predicted, rewards, fixed, complete):
    """Squared error of the rivals' advantage over the fixed prompt; of single answers where there is no contrast."""
    if not complete:
        return np.nanmean((predicted - rewards) ** 2)
    means = prompt_means(rewards)
    rivals = [column for column in range(len(means)) if column != fixed and means[column] > means[fixed] - RIVAL_MARGIN]
    errors = (predicted - predicted[:, [fixed]]) - (rewards - rewards[:, [fixed]])
    return np.nanmean(errors[:, rivals] ** 2) if rivals else 0.0


def gain(chosen, rewards, fixed, complete):
    """Of the choice over the fixed prompt; of single answers doubly robust, with the prompts' means as predictions."""
    rows = np.arange(len(rewards))
    if complete:
        return np.nanmean(rewards[rows, chosen] - rewards[:, fixed])
    observed = ~np.isnan(rewards)
    means = prompt_means(rewards)
    scores = means + np.where(observed, rewards - means, 0) / np.maximum(observed.mean(axis=0), 1e-9)
    return np.mean(scores[rows, chosen] - scores[:, fixed])


def inner_folds(groups, seed):
    """Whole groups, dealt out at random."""
    found, place = np.unique(groups, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(found)) % INNER_FOLDS)[place]


def run_fold(features, rewards, groups, train, test, seed):
    """Choices for the test questions by each rule, the fixed prompt, and the settings that were chosen."""
    fixed = int(prompt_means(rewards[train]).argmax())
    complete = request["shape"] == "complete"
    inner = inner_folds(groups[train], seed)
    predicted = [np.empty((len(train), rewards.shape[1])) for _ in peer.settings]
    for fold in range(INNER_FOLDS):
        held_out = inner == fold
        parts = peer.predict(features, rewards, train[~held_out], train[held_out], peer.settings)
        for whole, part in zip(predicted, parts):
            whole[held_out] = part
    losses = [contrast_loss(one, rewards[train], fixed, complete) for one in predicted]
    gains = [gain(choose(one, fixed), rewards[train], fixed, complete) for one in predicted]
    # Settings run from the strongest shrinkage to the weakest; among equals the first is taken.
    settings = {"loss": peer.settings[int(np.argmin(losses))], "gain": peer.settings[int(np.argmax(gains))]}
    final = peer.predict(features, rewards, train, test, list(settings.values()))
    return {rule: choose(one, fixed) for rule, one in zip(settings, final)}, fixed, settings


def run_seed(features, log, division, seed):
    groups, folds = np.array(log["groups"]), np.array(division["folds"])
    rewards = np.array(log["rewards"], dtype=float)
    if request["shape"] == "one":
        rewards = np.full_like(rewards, np.nan)
        rewards[np.arange(len(rewards)), division["oneColumn"]] = division["oneReward"]
    chosen = {rule: np.zeros(len(rewards), int) for rule in ("loss", "gain")}
    fixed, settings = np.zeros(len(rewards), int), []
    for fold in range(folds.max() + 1):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        choices, fixed[test], of_fold = run_fold(features, rewards, groups, train, test, seed)
        settings.append(of_fold)
        for rule, choice in choices.items():
            chosen[rule][test] = choice
    return {"chosen": {rule: choice.tolist() for rule, choice in chosen.items()}, "fixed": fixed.tolist(), "settings": settings}


warnings.simplefilter("ignore", RuntimeWarning)
log = load("log.json")
features = TextFeatures(log["texts"], request["folder"])
features.tasks = np.array(log["tasks"]) if log["tasks"] is not None else None
for seed in request["seeds"]:
    start, before = time.process_time(), features.seconds_here
    result = run_seed(features, log, load(f"seed-{seed['seed']}.json"), seed["seed"])
    # Features are computed in the first seed and serve all; each bears them whole.
    result["seconds"] = time.process_time() - start - (features.seconds_here - before) + features.seconds
    result["peakMemoryMb"] = max(peak_memory_mb(), features.peak_memory_mb)
    with open(seed["out"] + ".part", "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.replace(seed["out"] + ".part", seed["out"])
    print(f"{log['name']} {request['shape']} {request['peer']} seed {seed['seed']}: {result['seconds']:.1f} s", file=sys.stderr, flush=True)
