"""Detections on streams of losses: river's own methods, and the papers' formulas where river has none.

STEPD, CUSUM, EWMA and SEED are written out here from the papers, the plain way (every sum anew from all rows), to be compared
with the incremental code. A detection is the index of the row after which the method spoke; it begins anew with the next.
"""

import math

import numpy as np
from river import drift
from scipy import stats

import streams

# Pieces of a stream: rows, level at its first row, level after its last, and for numbers the standard deviation.
BERNOULLI = {
    "abrupt rise": (11, [[2000, 0.1, 0.1], [2000, 0.3, 0.3]]),
    "gradual rise": (12, [[1500, 0.1, 0.1], [1000, 0.1, 0.3], [1500, 0.3, 0.3]]),
    "stationary": (13, [[4000, 0.1, 0.1]]),
    "fall": (14, [[2000, 0.4, 0.4], [2000, 0.1, 0.1]]),
    "there and back": (15, [[1000, 0.1, 0.1], [1000, 0.4, 0.4], [1000, 0.1, 0.1], [1000, 0.4, 0.4]]),
    "rare": (16, [[2500, 0.004, 0.004], [1500, 0.04, 0.04]]),
    "perfect at first": (17, [[1000, 0, 0], [1000, 0.05, 0.05]]),
    "mostly wrong": (18, [[1500, 0.7, 0.7], [1500, 0.95, 0.95]]),
    "coin": (19, [[2000, 0.5, 0.5], [1000, 0.6, 0.6]]),
    "all wrong": (20, [[500, 1, 1]]),
    "all right": (21, [[500, 0, 0]]),
}
NUMERIC = {
    "mean rises": (31, [[1500, 0, 0, 1], [1500, 0.6, 0.6, 1]]),
    "mean falls": (32, [[1500, 0, 0, 1], [1500, -0.6, -0.6, 1]]),
    "spread rises": (33, [[1500, 0, 0, 1], [1500, 0, 0, 3]]),
    "large numbers": (34, [[1500, 1e9, 1e9, 1e6], [1500, 1e9 + 1e6, 1e9 + 1e6, 1e6]]),
}


def losses(seed, pieces):
    """A Bernoulli row takes one uniform, a numeric one twelve."""
    stream, values = streams.Stream(seed), []
    for rows, first, last, *sd in pieces:
        for row in range(rows):
            level = first + (last - first) * row / rows
            values.append(level + sd[0] * stream.bell() if sd else 1 if stream.uniform() < level else 0)
    return values


class SampledByStream:
    """Stands in for random.Random: distinct positions by partial Fisher-Yates."""

    def __init__(self, seed):
        self.stream = streams.Stream(seed)

    def sample(self, positions, count):
        pool = list(positions)
        for i in range(count):
            j = i + int(self.stream.uniform() * (len(pool) - i))
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:count]


class Kswin(drift.KSWIN):
    def _reset(self):
        super()._reset()
        self._rng = SampledByStream(self.seed)


class OfHits(drift.binary.FHDDM):
    """FHDDM hears a fall of what it is fed: hits, not errors."""

    def update(self, x):
        super().update(1 - x)


class FromPaper:
    """Keeps every row since the start and asks `speaks` of all of them after each."""

    def __init__(self, **options):
        self.o, self.kept, self.n, self.drift_detected = options, np.empty(10_000), 0, False

    def update(self, x):
        if self.drift_detected:
            self.n = 0
        self.kept[self.n] = x
        self.n += 1
        self.drift_detected = bool(self.speaks(self.kept[: self.n]))


class Stepd(FromPaper):
    def speaks(self, rows):
        older, recent = rows[: -self.o["recentRows"]], rows[-self.o["recentRows"] :]
        if len(older) < self.o["recentRows"]:
            return False
        pooled, per_row = rows.mean(), 1 / len(older) + 1 / len(recent)
        apart = recent.mean() - older.mean()
        if apart <= 0:
            return False
        t = (apart - per_row / 2) / math.sqrt(pooled * (1 - pooled) * per_row)
        return 2 * stats.norm.sf(t) < self.o["alpha"]


class Cusum(FromPaper):
    """The sum that never falls below 0 is the largest sum of u - k over all stretches that end now."""

    def __init__(self, **options):
        super().__init__(**options)
        self.u = np.empty(10_000)

    def speaks(self, rows):
        n = len(rows) - 1
        self.u[n] = 0
        sd = rows[:n].std(ddof=1) if n >= self.o["warmUpRows"] else 0
        if sd > 0:
            u = math.sqrt(n / (n + 1)) * (rows[n] - rows[:n].mean()) / sd
            self.u[n] = max(-self.o["cap"], min(self.o["cap"], u))
        used = self.u[self.o["warmUpRows"] : n + 1]
        return any(self.largest(sign * used) > self.o["threshold"] for sign in ([1, -1] if self.o["isTwoSided"] else [1]))

    def largest(self, u):
        return np.cumsum((u - self.o["tolerance"])[::-1]).max(initial=0)


class Ewma(FromPaper):
    """The weighted mean as the sum it stands for: .2 sum of .8^j x_{t - j}."""

    def speaks(self, rows):
        newest = rows[::-1][:400]
        z = 0.2 * float(newest @ POWERS[: len(newest)])
        return len(rows) >= self.o["warmUpRows"] and z > self.o["limit"](rows.mean())


class Seed(FromPaper):
    """Keeps where each block begins; means and variance always from the rows themselves."""

    def speaks(self, rows):
        size, n = self.o["blockRows"], len(rows)
        if n == 1:
            self.begins, self.fresh = [], 0
        if (n - 1) % size == 0:
            if self.fresh == self.o["compressBlocks"]:
                self.compress(rows[:-1])
                self.fresh = 0
            self.fresh += 1
            self.begins.append(n - 1)
        if n % size or len(self.begins) < 2:
            return False
        log = math.log(2 * math.log(n) / self.o["delta"])
        for cut in reversed(self.begins[1:]):
            m = 1 / cut + 1 / (n - cut)
            limit = math.sqrt(2 * m * rows.var() * log) + 2 / 3 * m * log
            if abs(rows[:cut].mean() - rows[cut:].mean()) > limit:
                return True
        return False

    def compress(self, rows):
        limit, end = 0.0, len(rows)
        for at in range(len(self.begins) - 1, 0, -1):
            limit += self.o["tolerance"]
            begin, before = self.begins[at], self.begins[at - 1]
            if abs(rows[begin:end].mean() - rows[before:begin].mean()) < limit:
                del self.begins[at]
            else:
                end = begin


POWERS = 0.8 ** np.arange(400)
RATES = [0.001, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7]
SPACINGS = [1000, 10_000, 100_000]


def mean_run(p, limit, cells=2000, steps=120):
    """Rows until the weighted mean, begun at p, first exceeds `limit` when the error rate is p: a Markov chain on cells.

    By then the tail of the survival function is geometric: memory of the start fades by .8 a row.
    """
    z = (np.arange(cells) + 0.5) / cells * limit
    down = (0.8 * z / limit * cells).astype(int)
    up = 0.8 * z + 0.2
    stays = up <= limit
    up = np.minimum((up / limit * cells).astype(int), cells - 1)
    alive, total, start = np.ones(cells), 0.0, min(int(p / limit * cells), cells - 1)
    for _ in range(steps):
        total += alive[start]
        last, alive = alive[start], (1 - p) * alive[down] + p * np.where(stays, alive[up], 0)
    ratio = alive[start] / last
    return total + alive[start] / (1 - ratio) if ratio < 1 else math.inf


def solve_limit(p, rows):
    """The least limit, to four digits, at which false alarms are at least so many rows apart."""
    low, high = int(p * 10_000), 10_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if mean_run(p, middle / 10_000) >= rows else (middle, high)
    return high / 10_000


def ewma_limits():
    return {"rates": RATES, "limits": {f"{rows} rows": [solve_limit(p, rows) for p in RATES] for rows in SPACINGS}}


def binary_methods():
    """Name, our options, river's detector or the paper's."""
    for confidence in (0.001, 0.05):
        for both in (False, True):
            a = drift.binary.HDDMA(drift_confidence=confidence, warning_confidence=0.2, two_sided_test=both)
            yield "hddm-a", {"confidence": confidence, "isTwoSided": both}, a
            for weight in (0.05, 0.01):
                w = drift.binary.HDDMW(confidence, 0.2, weight, two_sided_test=both)
                yield "hddm-w", {"confidence": confidence, "weight": weight, "isTwoSided": both}, w
    for warm_up, limit in ((30, 3.0), (100, 2.5)):
        d = drift.binary.DDM(warm_start=warm_up, warning_threshold=1, drift_threshold=limit)
        yield "ddm", {"warmUpRows": warm_up, "deviations": limit}, d
        e = drift.binary.EDDM(warm_start=warm_up, alpha=0.95, beta=1.2 - 0.1 * limit)
        yield "eddm", {"warmUpErrors": warm_up, "share": 1.2 - 0.1 * limit}, e
    for rows, confidence in ((100, 1e-6), (60, 0.01)):
        yield "fhddm", {"windowRows": rows, "confidence": confidence}, OfHits(rows, confidence)
    for rows, alpha in ((30, 0.003), (100, 0.0001)):
        yield "stepd", {"recentRows": rows, "alpha": alpha}, Stepd(recentRows=rows, alpha=alpha)


def numeric_methods():
    for delta, clock in ((0.002, 32), (0.05, 10)):
        options = {"delta": delta, "clock": clock, "maxBuckets": 5, "minSideRows": 5, "graceRows": 10}
        yield "adwin", options, drift.ADWIN(delta, clock, 5, 5, 10)
    other = {"delta": 0.002, "clock": 1, "maxBuckets": 3, "minSideRows": 20, "graceRows": 50}
    yield "adwin", other, drift.ADWIN(0.002, 1, 3, 20, 50)
    for delta, size, blocks, tolerance in ((0.05, 32, 75, 0.008), (0.2, 16, 20, 0.02)):
        options = {"delta": delta, "blockRows": size, "compressBlocks": blocks, "tolerance": tolerance}
        yield "seed", options, Seed(**options)
    for threshold, delta, memory, mode in ((50, 0.005, 0.9999, "both"), (20, 0.02, 0.999, "up"), (8, 0, 1, "both")):
        options = {"warmUpRows": 30, "tolerance": delta, "threshold": threshold, "memory": memory}
        ours = {**options, "isTwoSided": mode == "both"}
        yield "page-hinkley", ours, drift.PageHinkley(30, delta, threshold, memory, mode)
    for alpha, window, recent, seed in ((0.005, 100, 30, 42), (0.0001, 260, 60, 7)):
        options = {"alpha": alpha, "windowRows": window, "recentRows": recent, "seed": seed}
        yield "kswin", options, Kswin(alpha=alpha, window_size=window, stat_size=recent, seed=seed)
    for tolerance, threshold, both in ((0.15, 25, False), (0.25, 8, True)):
        options = {"warmUpRows": 30, "tolerance": tolerance, "threshold": threshold, "cap": 5, "isTwoSided": both}
        yield "cusum", options, Cusum(**options)


def detections(detector, xs):
    """Indices of the detections; of ADWIN also [rows, width, mean, variance] every 500 rows."""
    found, trace = [], []
    for index, x in enumerate(xs):
        detector.update(x)
        if detector.drift_detected:
            found.append(index)
        if isinstance(detector, drift.ADWIN) and (index + 1) % 500 == 0:
            trace.append([index + 1, detector.width, detector.estimation, detector.variance])
    return {"at": found, **({"trace": trace} if trace else {})}


def error_streams():
    limits, cases = ewma_limits()["limits"], []
    for name, (seed, pieces) in {**BERNOULLI, **NUMERIC}.items():
        xs = losses(seed, pieces)
        is_binary = name in BERNOULLI
        expected = []
        for method, options, detector in [*(binary_methods() if is_binary else []), *numeric_methods()]:
            expected.append({"method": method, "options": options, **detections(detector, xs)})
        for every, values in limits.items() if is_binary else []:
            chart = Ewma(warmUpRows=100, limit=lambda p: np.interp(p, RATES, values) if p <= RATES[-1] else 1)
            options = {"warmUpRows": 100, "alarmsEvery": every}
            expected.append({"method": "ewma", "options": options, **detections(chart, xs)})
        cases.append({"name": name, "seed": seed, "pieces": pieces, "sum": sum(xs), "expected": expected})
    return {"cases": cases}


FIXTURES = (ewma_limits, error_streams)
