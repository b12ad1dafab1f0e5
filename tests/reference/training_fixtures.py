#!/usr/bin/python3
"""Writes tests/UcfActionRecognition.Tests/Fixtures/training/optimizers.json and losses.json: what PyTorch's optimizers and cross entropy do, in float64.

Needs Debian's python3-torch. Run: /usr/bin/python3 tests/reference/training_fixtures.py
"""
import json
import math
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent.parent / "UcfActionRecognition.Tests" / "Fixtures" / "training"
torch.set_default_dtype(torch.float64)


def formula(*shape, shift=0.0):
    """The same numbers as Formula.Wave of the tests."""
    count = math.prod(shape)
    return torch.tensor([math.sin(0.7 * i + shift) for i in range(count)]).reshape(shape)


def optimizers():
    """Five steps of a weight (which decays) and a bias (which does not)."""
    cases = {
        "adam": lambda groups: torch.optim.Adam(groups, lr=0.01),
        "adam decay": lambda groups: torch.optim.Adam(groups, lr=0.01, weight_decay=0.1),
        "adam betas": lambda groups: torch.optim.Adam(groups, lr=0.01, betas=(0.8, 0.99), eps=1e-4),
        "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.01, weight_decay=0.1),
        "sgd": lambda groups: torch.optim.SGD(groups, lr=0.01),
        "sgd momentum": lambda groups: torch.optim.SGD(groups, lr=0.01, momentum=0.9),
        "sgd momentum decay": lambda groups: torch.optim.SGD(groups, lr=0.01, momentum=0.9, weight_decay=0.1),
    }
    result = {}
    for name, create in cases.items():
        weight = torch.nn.Parameter(formula(3, 5))
        bias = torch.nn.Parameter(formula(4, shift=1.0))
        optimizer = create([{"params": [weight]}, {"params": [bias], "weight_decay": 0}])
        for step in range(5):
            weight.grad = formula(3, 5, shift=0.3 * step)
            bias.grad = formula(4, shift=2.0 + 0.3 * step)
            optimizer.step()
        result[name] = {"weight": weight.flatten().tolist(), "bias": bias.flatten().tolist()}
    return result


def losses():
    """Cross entropy of 6 rows of 4 classes, and its gradient."""
    labels = torch.tensor([0, 1, 2, 3, 1, 1])
    weights = torch.tensor([1.0, 0.5, 2.0, 0.0])
    result = {}
    for name, arguments in {
        "plain": {},
        "smoothing": {"label_smoothing": 0.1},
        "weights": {"weight": weights},
        "both": {"weight": weights, "label_smoothing": 0.2},
    }.items():
        logits = (3 * formula(6, 4)).requires_grad_()
        loss = torch.nn.functional.cross_entropy(logits, labels, **arguments)
        loss.backward()
        result[name] = {"loss": loss.item(), "gradient": logits.grad.flatten().tolist()}
    return result


FOLDER.mkdir(parents=True, exist_ok=True)
(FOLDER / "optimizers.json").write_text(json.dumps(optimizers(), indent=1) + "\n")
(FOLDER / "losses.json").write_text(json.dumps(losses(), indent=1) + "\n")
