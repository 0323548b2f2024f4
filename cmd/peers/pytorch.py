"""PyTorch's side of the comparison: trains on names for a measured while, on one thread, whenever it is asked to.

usage: pytorch.py FOLDER ALPHABET

FOLDER has a <Class>.txt for each class, a name a line, of letters of ALPHABET. A request is a line of JSON on standard
input, {"network": "tutorial" | "rnn" | "gru" | "lstm", "hidden": H, "batch": B, "letters": T or absent, "seconds": S};
the answer is a line, {"names": n, "processor": seconds, "wall": seconds}, after S seconds of processor time at least.
The first line printed says what this is.
"""

import json
import pathlib
import random
import sys
import time

import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

LEARNING_RATE = 0.0005
WARM_UP_SHARE = 0.2


def read_names(folder, alphabet):
    """Returns for each class its names, each one-hot, [T, letters]."""
    position = {letter: i for i, letter in enumerate(alphabet)}
    rows = torch.eye(len(alphabet))
    classes = []
    for path in sorted(pathlib.Path(folder).glob("*.txt")):
        names = path.read_text(encoding="utf-8").split("\n")
        classes.append([rows[[position[letter] for letter in name]] for name in names if name])
    return classes


class Tutorial(nn.Module):
    """The tutorial's network and its loop: two linear layers and a log-softmax for every letter of one name."""

    def __init__(self, letters, hidden, classes):
        super().__init__()
        self.hidden = hidden
        self.i2h = nn.Linear(letters + hidden, hidden)
        self.i2o = nn.Linear(letters + hidden, classes)
        self.softmax = nn.LogSoftmax(dim=1)

    def step(self, letter, state):
        combined = torch.cat((letter, state), 1)
        return self.softmax(self.i2o(combined)), self.i2h(combined)

    def forward(self, names):
        (name,) = names
        state = torch.zeros(1, self.hidden)
        for letter in name.split(1):
            output, state = self.step(letter, state)
        return output

    def update(self):
        for parameter in self.parameters():
            parameter.data.add_(parameter.grad.data, alpha=-LEARNING_RATE)


class Recurrent(nn.Module):
    """torch.nn.RNN, GRU or LSTM with a linear layer on its last state; several names are packed."""

    def __init__(self, layer, letters, hidden, classes):
        super().__init__()
        self.recurrent = layer(letters, hidden)
        self.out = nn.Linear(hidden, classes)
        self.optimizer = torch.optim.SGD(self.parameters(), lr=LEARNING_RATE)

    def forward(self, names):
        sequence = names[0].unsqueeze(1) if len(names) == 1 else pack_sequence(names, enforce_sorted=False)
        state = self.recurrent(sequence)[1]
        if isinstance(state, tuple):  # an LSTM's state and cell
            state = state[0]
        return torch.log_softmax(self.out(state[0]), dim=1)

    def update(self):
        self.optimizer.step()


def build(network, letters, hidden, classes):
    if network == "tutorial":
        return Tutorial(letters, hidden, classes)
    layer = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[network]
    return Recurrent(layer, letters, hidden, classes)


class Training:
    """One workload under way; it goes on where its last round ended."""

    def __init__(self, names, network, hidden, batch, letters):
        chosen = [[name for name in members if letters in (None, len(name))] for members in names]
        self.classes = [(index, members) for index, members in enumerate(chosen) if members]
        self.batch = batch
        self.random = random.Random(1)
        self.model = build(network, names[0][0].size(1), hidden, len(names))
        self.criterion = nn.NLLLoss()

    def draw(self):
        """A class, all equally likely, then one of its names, all equally likely."""
        index, members = self.random.choice(self.classes)
        return self.random.choice(members), index

    def step(self):
        names, classes = zip(*(self.draw() for _ in range(self.batch)))
        loss = self.criterion(self.model(names), torch.tensor(classes))
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        self.model.update()
        return loss.item()

    def run(self, seconds):
        """Trains for that much processor time at least and says how many names and how long it was."""
        processor, wall, steps = time.process_time(), time.perf_counter(), 0
        while steps == 0 or time.process_time() - processor < seconds:
            self.step()
            steps += 1
        return {
            "names": steps * self.batch,
            "processor": time.process_time() - processor,
            "wall": time.perf_counter() - wall,
        }


def blas():
    """The library that multiplies matrices, or "" where it is part of PyTorch or the system does not tell."""
    try:
        maps = pathlib.Path("/proc/self/maps").read_text(encoding="utf-8")
    except OSError:
        return ""
    libraries = {line.split(maxsplit=5)[-1] for line in maps.splitlines() if "libblas" in line}
    return min(libraries, default="")


def main(folder, alphabet):
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    names = read_names(folder, alphabet)
    print(json.dumps({"is": "PyTorch " + torch.__version__, "blas": blas()}), flush=True)
    trainings = {}
    for line in sys.stdin:
        request = json.loads(line)
        workload = request["network"], request["hidden"], request["batch"], request.get("letters")
        if workload not in trainings:
            trainings[workload] = Training(names, *workload)
        training = trainings[workload]
        training.run(request["seconds"] * WARM_UP_SHARE)
        print(json.dumps(training.run(request["seconds"])), flush=True)


main(*sys.argv[1:])
