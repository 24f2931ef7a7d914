"""Writes the benchmark's workloads as raw arrays, from the released logs.

usage: python prepare_workloads.py DATA_FOLDER OUTPUT_FOLDER

gsm8k: the first 5978 training questions (80 %) train, the other 1495 test; 6 prompts with their published 1536-d
embeddings. Questions have no published embedding, so a seeded random projection of hashed word and bigram counts
to 1536 dimensions stands in for one. The 100 further prompts have published embeddings but no labels; theirs are
drawn, seeded, from the success rates of the question and of the nearest labeled prompt.
"""

import json
import re
import sys
import zlib
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

DIMENSIONS = 1536
BUCKETS = 1 << 15
TRAINING_QUESTIONS = 5978
ALIASES = ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"]


def embed(texts):
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        words = re.findall(r"[a-z]+|\d", text.lower())
        counts = {}
        for token in words + [f"{a} {b}" for a, b in zip(words, words[1:])]:
            bucket = zlib.crc32(token.encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
        rows += [row] * len(counts)
        columns += counts.keys()
        values += [1 + np.log(count) for count in counts.values()]
    matrix = csr_matrix((values, (rows, columns)), (len(texts), BUCKETS))
    projected = matrix @ np.random.default_rng(1).standard_normal((BUCKETS, DIMENSIONS))
    return (projected / np.linalg.norm(projected, axis=1, keepdims=True)).astype(np.float32)


def main():
    data, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    lines = next(data.glob("grade-school-math/**/train.jsonl")).read_text().splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    queries = embed(questions)
    labels = np.stack(
        [np.load(data / f"prompt-oirl/llama_exps/LMllama2/gsm8k_train_{alias}.npy") for alias in ALIASES], axis=1
    ).astype(np.uint8)
    folder = data / "prompt-oirl/embeddings"
    prompts = np.concatenate(
        [np.load(folder / "prompt_embeddings.npy").reshape(6, -1), np.load(folder / "prompt_list_embeddings.npy").reshape(100, -1)]
    ).astype(np.float32)
    assert queries.shape == (len(labels), DIMENSIONS) and prompts.shape == (106, DIMENSIONS)
    random = np.random.default_rng(2)
    nearest = np.argmax(prompts[6:] @ prompts[:6].T, axis=1)
    chance = 0.5 * labels.mean(axis=0)[nearest][None, :] + 0.5 * labels.mean(axis=1)[:, None]
    more = (random.random((len(labels), 100)) < chance).astype(np.uint8)
    labels = np.concatenate([labels, more], axis=1)
    known = (random.random(labels.shape) < 0.3).astype(np.uint8)
    for name, rows in {"train": slice(0, TRAINING_QUESTIONS), "test": slice(TRAINING_QUESTIONS, None)}.items():
        queries[rows].tofile(output / f"queries-{name}.f32")
        labels[rows].tofile(output / f"labels-{name}.u8")
        known[rows].tofile(output / f"known-{name}.u8")
    prompts.tofile(output / "prompts.f32")
    print(f"{TRAINING_QUESTIONS} training and {len(labels) - TRAINING_QUESTIONS} test questions in {output}")


main()
