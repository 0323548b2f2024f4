#!/usr/bin/env python3
"""Compute with PyTorch the trajectories of this folder's torch/ that go beyond one plain layer.

usage: torch_golden.py OUT_DIR        (Debian: python3-torch; everything is seeded)

Each file holds the configuration, the initial weights, the names and classes of every step, the loss of every step, the
final weights, and log-probabilities of a few names under them. The names are random letters: what they are does not
matter to an equation.
"""
import json, os, random, sys
import torch
from torch import nn

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,;'"
CLASSES = ["A", "B", "C", "D", "E"]
STEPS = 60

CASES = {
    "rnn_tanh_two_layers_momentum": dict(cell="elman", activation="tanh", layers=2, momentum=0.9, batch=4),
    "rnn_relu_bidirectional_nesterov": dict(cell="elman", activation="relu", bidirectional=True, momentum=0.8, nesterov=True,
                                            weight_decay=0.01),
    "rnn_tanh_embedding_weight_decay": dict(cell="elman", activation="tanh", embedding=3, weight_decay=0.02, batch=3),
    "gru_three_layers_bidirectional_adamw": dict(cell="gru", layers=3, bidirectional=True, optimizer="adamw",
                                                 learning_rate=0.01, weight_decay=0.1, batch=6),
    "gru_embedding_adam_smoothing": dict(cell="gru", embedding=4, optimizer="adam", learning_rate=0.01, weight_decay=0.01,
                                         label_smoothing=0.1),
    "lstm_two_layers_bidirectional_embedding_clip": dict(cell="lstm", layers=2, bidirectional=True, embedding=5, clip=0.3,
                                                         batch=5, label_smoothing=0.2),
}
DEFAULTS = dict(activation="", hidden=6, layers=1, bidirectional=False, embedding=0, optimizer="sgd", learning_rate=0.05,
                momentum=0, nesterov=False, weight_decay=0, clip=0, batch=1, label_smoothing=0)


class Network(nn.Module):
    def __init__(self, c):
        super().__init__()
        width = c["embedding"] or len(ALPHABET)
        if c["embedding"]:
            self.embedding = nn.Embedding(len(ALPHABET), width)
        kind = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[c["cell"]]
        extra = {"nonlinearity": c["activation"]} if c["cell"] == "elman" else {}
        self.rnn = kind(width, c["hidden"], num_layers=c["layers"], bidirectional=c["bidirectional"], **extra)
        self.directions = 2 if c["bidirectional"] else 1
        self.out = nn.Linear(self.directions * c["hidden"], len(CLASSES))

    def forward(self, name):
        letters = torch.tensor([ALPHABET.index(l) for l in name])
        if hasattr(self, "embedding"):
            x = self.embedding(letters)
        else:
            x = nn.functional.one_hot(letters, len(ALPHABET)).float()
        _, h = self.rnn(x[:, None, :])
        h = h[0] if isinstance(h, tuple) else h
        return self.out(h[-self.directions:].reshape(1, -1))


def optimizer(c, parameters):
    rate, decay = c["learning_rate"], c["weight_decay"]
    if c["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=c["momentum"], nesterov=c["nesterov"], weight_decay=decay)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[c["optimizer"]](parameters, rate, weight_decay=decay)


def dump(network):
    return {k: {"shape": list(v.shape), "data": v.flatten().tolist()} for k, v in network.state_dict().items()}


def trajectory(c):
    torch.manual_seed(7)
    rng = random.Random(7)
    name = lambda: "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 9)))
    network = Network(c)
    step = optimizer(c, network.parameters())
    criterion = nn.CrossEntropyLoss(label_smoothing=c["label_smoothing"])
    doc = {"config": {**c, "classes": CLASSES, "alphabet": ALPHABET, "torch": torch.__version__},
           "initial": dump(network), "steps": [], "losses": []}
    for _ in range(STEPS):
        batch = [(name(), rng.randrange(len(CLASSES))) for _ in range(c["batch"])]
        loss = criterion(torch.cat([network(n) for n, _ in batch]), torch.tensor([y for _, y in batch]))
        step.zero_grad()
        loss.backward()
        if c["clip"]:
            nn.utils.clip_grad_norm_(network.parameters(), c["clip"])
        step.step()
        doc["steps"].append(batch)
        doc["losses"].append(loss.item())
    doc["final"] = dump(network)
    with torch.no_grad():
        doc["probes"] = [[n, torch.log_softmax(network(n), 1)[0].tolist()] for n in ["Albert", "X", "O'Neill"]]
    return doc


if __name__ == "__main__":
    torch.set_num_threads(1)
    for title, case in CASES.items():
        with open(os.path.join(sys.argv[1], title + ".json"), "w", encoding="utf-8") as f:
            json.dump(trajectory({**DEFAULTS, **case}), f)
