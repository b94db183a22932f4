"""Fitting points: everything that needs numpy and scikit-learn, and nothing that knows what a lead is.

A group is what one criterion says of each lead: the index of its step, or NOTHING for 0 points. Groups
are fitted jointly by logistic regression, so that what two of them share is not counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

Floats = NDArray[np.float64]

STRENGTH = 1.0  # of the ridge; pulls steps with few leads towards 0 points
MOST_POINTS = (10, 12, 15, 20, 25, 30, 40, 50)
AUC_GIVEN_UP = 0.001  # for small whole numbers


@dataclass(frozen=True, slots=True)
class Group:
    """`places` has the step of each lead, from 0 below `steps`, or less than 0 for none."""

    steps: int
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A group that is worth its steps, by its index, with their log-odds."""

    group: int
    weights: tuple[float, ...]


def choose(groups: Sequence[Group], won: Sequence[bool], at_most: int) -> tuple[Chosen, ...]:
    """Return the groups to keep, at least one and at most so many, with their jointly fitted weights.

    From all of them together, the one that explains least for its steps is left out (Wald statistic
    against the Bayesian information criterion), until each explains enough and there are few.
    """
    outcomes = np.asarray(won, dtype=np.float64)
    blocks = [_block(group) for group in groups]
    left = [index for index, group in enumerate(groups) if group.steps]
    while left:
        weights, spread = _fit(np.hstack([blocks[index] for index in left]), outcomes)
        worth = _worth(weights, spread, [groups[index].steps for index in left], len(outcomes))
        weakest = int(np.argmin(worth))
        if len(left) == 1 or (len(left) <= at_most and worth[weakest] > 0):
            break
        del left[weakest]
    found, start = [], 0
    for index in left:
        after = start + groups[index].steps
        found.append(Chosen(index, tuple(float(weight) for weight in weights[start:after])))
        start = after
    return tuple(found)


def weigh(groups: Sequence[Group], won: Sequence[bool]) -> tuple[tuple[float, ...], ...]:
    """Return the jointly fitted log-odds of every step of every group."""
    if not sum(group.steps for group in groups):
        return tuple(() for _ in groups)
    weights, _ = _fit(np.hstack([_block(group) for group in groups]), np.asarray(won, dtype=np.float64))
    found, start = [], 0
    for group in groups:
        found.append(tuple(float(weight) for weight in weights[start : start + group.steps]))
        start += group.steps
    return tuple(found)


def whole_points(groups: Sequence[Group], chosen: Sequence[Chosen], won: Sequence[bool]) -> tuple[tuple[int, ...], ...]:
    """Return whole points for the chosen groups' steps: the smallest that rank almost as well as the weights."""
    blocks = [_block(groups[one.group]) for one in chosen]
    heaviest = max((abs(weight) for one in chosen for weight in one.weights), default=0.0)
    if not heaviest:
        return tuple((0,) * len(one.weights) for one in chosen)
    wanted = _area(blocks, [np.asarray(one.weights) for one in chosen], won) - AUC_GIVEN_UP
    best: tuple[float, list[Floats]] | None = None
    for most in MOST_POINTS:
        points = [np.rint(np.asarray(one.weights) * most / heaviest) for one in chosen]
        area = _area(blocks, points, won)
        if best is None or area > best[0]:
            best = (area, points)
        if area >= wanted:
            break
    assert best is not None  # noqa: S101 (MOST_POINTS is not empty)
    return tuple(tuple(int(number) for number in points) for points in best[1])


def _block(group: Group) -> Floats:
    places = np.asarray(group.places)
    return (places[:, None] == np.arange(group.steps)[None, :]).astype(np.float64)


def _fit(design: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """Return the weights, and how much they spread together."""
    model = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=100).fit(design, outcomes)
    weights: Floats = model.coef_[0]
    likely = 1 / (1 + np.exp(-np.clip(design @ weights + model.intercept_[0], -30, 30)))
    bends = likely * (1 - likely)
    with_base = np.hstack([design, np.ones((len(design), 1))])
    curvature = with_base.T @ (with_base * bends[:, None])
    curvature[np.diag_indices(len(weights))] += 1 / STRENGTH
    return weights, np.linalg.pinv(curvature, hermitian=True)[:-1, :-1]


def _worth(weights: Floats, spread: Floats, steps: Sequence[int], leads: int) -> list[float]:
    """Return how much more each group explains than its steps cost."""
    found, start = [], 0
    for count in steps:
        part = slice(start, start + count)
        explained = weights[part] @ np.linalg.pinv(spread[part, part], hermitian=True) @ weights[part]
        found.append(round(float(explained) - count * log(leads), 6))
        start += count
    return found


def _area(blocks: Sequence[Floats], points: Sequence[Floats], won: Sequence[bool]) -> float:
    scores = sum(block @ numbers for block, numbers in zip(blocks, points, strict=True))
    return float(roc_auc_score(won, scores))
