"""
The peers: each predicts rewards from observed answers, for a grid of settings, ordered from the strongest shrinkage
to the weakest. `rewards` are questions × prompts, NaN where no answer is observed; predictions are test questions ×
prompts.
"""

import numpy as np


def prompt_means(rewards):
    return np.nan_to_num(np.nanmean(rewards, axis=0), nan=0.0)


def per_prompt(fit_predict):
    """Fits each prompt's own answers: `fit_predict(rows, rewards, column) -> test predictions` or None for its mean."""

    def predict(rewards, train, test_count):
        predicted = np.tile(prompt_means(rewards[train]), (test_count, 1))
        for column in range(rewards.shape[1]):
            rows = train[~np.isnan(rewards[train, column])]
            values = rewards[rows, column]
            if len(rows) >= 5 and values.std() > 0:
                predicted[:, column] = fit_predict(rows, values)
        return predicted

    return predict


class Ridge:
    settings = [1000.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3]

    def predict(self, features, rewards, train, test, settings):
        from sklearn.linear_model import Ridge as SklearnRidge

        texts = features.tfidf()

        def one(alpha):
            def fit_predict(rows, values):
                model = SklearnRidge(alpha, solver="sparse_cg", tol=1e-3)
                return model.fit(texts[rows], values).predict(texts[test])

            return per_prompt(fit_predict)(rewards, train, len(test))

        return [one(alpha) for alpha in settings]


class Logistic:
    settings = [0.003, 0.03, 0.1, 0.3, 1.0, 3.0]

    def predict(self, features, rewards, train, test, settings):
        from scipy.sparse import vstack
        from sklearn.linear_model import LogisticRegression

        texts = features.tfidf()

        def one(strength):
            def fit_predict(rows, values):
                # A reward between 0 and 1 is a success and a failure, weighted.
                right, wrong = values > 0, values < 1
                x = vstack([texts[rows[right]], texts[rows[wrong]]])
                y = np.repeat([1, 0], [right.sum(), wrong.sum()])
                weights = np.concatenate([values[right], 1 - values[wrong]])
                model = LogisticRegression(C=strength, solver="liblinear", tol=1e-2)
                return model.fit(x, y, sample_weight=weights).predict_proba(texts[test])[:, 1]

            return per_prompt(fit_predict)(rewards, train, len(test))

        return [one(strength) for strength in settings]


class NearestNeighbors:
    settings = [(k, weighted) for k in (640, 320, 160, 80, 40, 20, 10, 5) for weighted in (False, True)]

    def __init__(self, cosine):
        self.cosine = cosine

    def predict(self, features, rewards, train, test, settings):
        cosine = getattr(features, self.cosine)()
        most = max(k for k, _ in settings)
        predicted = [np.tile(prompt_means(rewards[train]), (len(test), 1)) for _ in settings]
        # One table of neighbors serves all prompts that the same questions were asked with.
        observed = ~np.isnan(rewards[train])
        neighbors = {}
        for column in range(rewards.shape[1]):
            rows = train[observed[:, column]]
            if len(rows) == 0:
                continue
            key = observed[:, column].tobytes()
            if key not in neighbors:
                neighbors = {key: nearest(cosine, test, rows, most)}
            order, similarity = neighbors[key]
            values = rewards[rows, column][order]
            sums = np.cumsum(values, axis=1)
            weights = np.maximum(similarity, 1e-6)
            weighted_sums, weight_sums = np.cumsum(weights * values, axis=1), np.cumsum(weights, axis=1)
            for index, (k, weighted) in enumerate(settings):
                last = min(k, order.shape[1]) - 1
                predicted[index][:, column] = (
                    weighted_sums[:, last] / weight_sums[:, last] if weighted else sums[:, last] / (last + 1)
                )
        return predicted


def nearest(cosine, test, rows, most):
    """Positions among `rows` of the nearest to each test question, nearest first, and their cosines."""
    block = cosine[np.ix_(test, rows)]
    most = min(most, len(rows))
    order = np.argpartition(-block, most - 1, axis=1)[:, :most]
    similarity = np.take_along_axis(block, order, axis=1)
    sort = np.argsort(-similarity, axis=1, kind="stable")
    return np.take_along_axis(order, sort, axis=1), np.take_along_axis(similarity, sort, axis=1).astype(np.float64)


class RandomForest:
    settings = [200, 50, 12, 4]
    trees = {"tuning": 30, "final": 80}

    def predict(self, features, rewards, train, test, settings):
        from sklearn.ensemble import RandomForestRegressor

        texts = features.svd()
        trees = self.trees["tuning" if settings == self.settings else "final"]

        def forest(leaf):
            return RandomForestRegressor(trees, min_samples_leaf=leaf, max_features="sqrt", max_samples=0.7, random_state=0)

        def one(leaf):
            if not np.isnan(rewards[train]).any():
                predicted = forest(leaf).fit(texts[train], rewards[train]).predict(texts[test])
                return predicted.reshape(len(test), -1)
            each = lambda rows, values: forest(leaf).fit(texts[rows], values).predict(texts[test])
            return per_prompt(each)(rewards, train, len(test))

        return [one(leaf) for leaf in settings]


class MatrixFactorization:
    """
    As RouteLLM's router: a question's sentence vector is projected, multiplied by a prompt's vector, and summed up with
    weights, which is a logit; trained by Adam on cross entropy, stopped when held-out questions say so.
    """

    rank = 32
    learning_rate = 0.01
    settings = [(decay, steps) for steps in (5, 10, 20, 40, 80) for decay in (0.1, 0.01)]

    def predict(self, features, rewards, train, test, settings):
        x = features.sentences()
        predictions = {}
        for decay in sorted({decay for decay, _ in settings}):
            stops = sorted({steps for other, steps in settings if other == decay})
            for steps, predicted in zip(stops, self._train(x[train], rewards[train], x[test], decay, stops)):
                predictions[decay, steps] = predicted
        return [predictions[setting] for setting in settings]

    def _train(self, x, rewards, x_test, decay, stops):
        random = np.random.default_rng(0)
        observed = ~np.isnan(rewards)
        target = np.where(observed, rewards, 0).astype(np.float32)
        weight = (observed / observed.sum()).astype(np.float32)
        mean = np.clip(prompt_means(rewards), 0.01, 0.99)
        center = x.mean(axis=0)
        scale = 1 / np.sqrt(((x - center) ** 2).sum(axis=1).mean())
        x, x_test = (x - center) * scale, (x_test - center) * scale
        parameters = [
            random.normal(0, 1, (x.shape[1], self.rank)).astype(np.float32) / np.sqrt(self.rank),
            # Zero at first, so that training starts from the prompts' means and early stops stay near them.
            np.zeros((self.rank, rewards.shape[1]), np.float32),
            np.log(mean / (1 - mean)).astype(np.float32),
        ]
        first, second = [[np.zeros_like(value) for value in parameters] for _ in range(2)]
        for step in range(1, max(stops) + 1):
            projection, prompts, bias = parameters
            hidden = x @ projection
            slope = (1 / (1 + np.exp(-(hidden @ prompts + bias))) - target) * weight
            gradients = [
                x.T @ (slope @ prompts.T) + decay * projection / len(x),
                hidden.T @ slope + decay * prompts / len(x),
                slope.sum(axis=0),
            ]
            for index, gradient in enumerate(gradients):
                first[index] += 0.1 * (gradient - first[index])
                second[index] += 0.001 * (gradient**2 - second[index])
                rate = self.learning_rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                parameters[index] -= rate * first[index] / (np.sqrt(second[index]) + 1e-8)
            if step in stops:
                projection, prompts, bias = parameters
                yield 1 / (1 + np.exp(-((x_test @ projection) @ prompts + bias)))


class TaskKnown:
    """Not a peer: the mean of each prompt on the questions of the same task, drawn toward its mean on all."""

    settings = [512.0, 128.0, 32.0, 8.0, 2.0]

    def predict(self, features, rewards, train, test, settings):
        tasks = features.tasks
        means = prompt_means(rewards[train])
        predicted = [np.tile(means, (len(test), 1)) for _ in settings]
        for task in set(tasks[test]):
            observed = rewards[train[tasks[train] == task]]
            sums, counts = np.nansum(observed, axis=0), (~np.isnan(observed)).sum(axis=0)
            for index, shrinkage in enumerate(settings):
                predicted[index][tasks[test] == task] = (sums + shrinkage * means) / (counts + shrinkage)
        return predicted


PEERS = {
    "ridge": Ridge(),
    "logistic": Logistic(),
    "knn-words": NearestNeighbors("tfidf_cosine"),
    "knn-sentences": NearestNeighbors("sentence_cosine"),
    "random-forest": RandomForest(),
    "matrix-factorization": MatrixFactorization(),
    "task-known": TaskKnown(),
}
