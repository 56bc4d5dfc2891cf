"""The inputs of the golden fixtures, made by the same arithmetic as streams.ts, equal to the last bit.

All randomness is mulberry32, one 32-bit state per stream, each output divided by 2^32. Only +, -, *, /, floor, min and
max are used: no library function whose last bit could differ between languages.
"""

import math

import numpy as np

MASK = 0xFFFFFFFF


class Stream:
    def __init__(self, seed):
        self.state = seed & MASK

    def uniform(self):
        self.state = (self.state + 0x6D2B79F5) & MASK
        mixed = ((self.state ^ (self.state >> 15)) * (1 | self.state)) & MASK
        mixed = ((mixed + (((mixed ^ (mixed >> 7)) * (61 | mixed)) & MASK)) & MASK) ^ mixed
        return (mixed ^ (mixed >> 14)) / 2**32

    def bell(self):
        """Twelve uniforms, added left to right, minus 6: mean 0, variance 1."""
        total = self.uniform()
        for _ in range(11):
            total += self.uniform()
        return total - 6


def numbers(seed, rows, mean, sd, step):
    """mean + sd * bell; a step > 0 rounds down to its multiples, which makes ties."""
    stream = Stream(seed)
    values = [mean + sd * stream.bell() for _ in range(rows)]
    return np.array([math.floor(x / step) * step for x in values] if step > 0 else values)


def unlabelled(row, every):
    """Every so many rows one has no label yet; 0 = none."""
    return every > 0 and row % every == every - 1


def binary(seed, rows, share, skill, step, missing):
    """P(1) = .35 + skill * label + .15 * bell, cut to [0, 1]."""
    stream = Stream(seed)
    labels, scores = [], []
    for row in range(rows):
        label = 1 if stream.uniform() < share else 0
        score = min(1, max(0, 0.35 + skill * label + 0.15 * stream.bell()))
        labels.append(math.nan if unlabelled(row, missing) else label)
        scores.append(math.floor(score / step) * step if step > 0 else score)
    return np.array(labels, dtype=float), np.array(scores).astype(np.float32)


def multiclass(seed, rows, classes, labelled, likely, skill, missing):
    """Labels below `labelled`; weights uniform plus skill for the label, 0 from class `likely` on; divided by their sum."""
    stream = Stream(seed)
    labels, scores = [], []
    for row in range(rows):
        label = math.floor(stream.uniform() * labelled)
        weights = [(stream.uniform() + (skill if k == label else 0)) * (1 if k < likely else 0) for k in range(classes)]
        total = 0
        for weight in weights:
            total += weight
        labels.append(math.nan if unlabelled(row, missing) else label)
        scores.append([weight / total for weight in weights])
    return np.array(labels, dtype=float), np.array(scores).astype(np.float32)


def regression(seed, rows, mean, sd, noise, zeros, missing):
    """label = mean + sd * bell, 0 in every `zeros`-th row; score = label + noise * bell."""
    stream = Stream(seed)
    labels, scores = [], []
    for row in range(rows):
        label = mean + sd * stream.bell()
        if zeros > 0 and row % zeros == 0:
            label = 0
        scores.append(label + noise * stream.bell())
        labels.append(math.nan if unlabelled(row, missing) else label)
    return np.array(labels, dtype=float), np.array(scores).astype(np.float32)
