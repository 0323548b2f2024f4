#!/usr/bin/env python3
"""Load every *.safetensors of a folder into the PyTorch module its metadata describes, with strict=True, and write the
weights again as *.torch, with the log-probabilities of NAME in the metadata.

usage: torch_loads.py FOLDER NAME        (Debian: python3-torch; exit status 77 without it)
"""
import glob, json, struct, sys

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit(77)


def read(path):
    b = open(path, "rb").read()
    n, = struct.unpack("<Q", b[:8])
    header = json.loads(b[8:8 + n])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, e in header.items():
        begin, end = e["data_offsets"]
        values = struct.unpack(f"<{(end - begin) // 4}f", b[8 + n + begin:8 + n + end])
        tensors[name] = torch.tensor(values).reshape(e["shape"])
    return metadata, tensors


def write(path, metadata, tensors):
    header, data = {"__metadata__": metadata}, b""
    for name, t in tensors.items():
        flat = struct.pack(f"<{t.numel()}f", *t.flatten().tolist())
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(flat)]}
        data += flat
    form = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(form)) + form + data)


class Tutorial(nn.Module):
    def __init__(self, c, classes):
        super().__init__()
        self.i2h = nn.Linear(57 + c["hidden_size"], c["hidden_size"])
        self.i2o = nn.Linear(57 + c["hidden_size"], classes)
        self.activation = {"identity": nn.Identity(), "tanh": nn.Tanh(), "relu": nn.ReLU()}[c["activation"]]

    def forward(self, letters):
        h = torch.zeros(self.i2h.out_features)
        for x in nn.functional.one_hot(letters, 57).float():
            z = torch.cat((x, h))
            h = self.activation(self.i2h(z))
        return self.i2o(z)


class Stack(nn.Module):
    def __init__(self, c, classes):
        super().__init__()
        width = c.get("embedding_size", 57)
        if "embedding_size" in c:
            self.embedding = nn.Embedding(57, width)
        kind = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[c["cell"]]
        extra = {"nonlinearity": c["activation"]} if c["cell"] == "elman" else {}
        self.directions = 2 if c.get("bidirectional") else 1
        self.rnn = kind(width, c["hidden_size"], num_layers=c["layers"], bidirectional=self.directions == 2, **extra)
        self.out = nn.Linear(self.directions * c["hidden_size"], classes)

    def forward(self, letters):
        x = self.embedding(letters) if hasattr(self, "embedding") else nn.functional.one_hot(letters, 57).float()
        _, h = self.rnn(x[:, None, :])
        h = h[0] if isinstance(h, tuple) else h
        return self.out(h[-self.directions:].flatten())


class Ensemble(nn.Module):
    def __init__(self, networks):
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, letters):
        return torch.stack([torch.softmax(n(letters), 0) for n in self.networks]).mean(0).log()


folder, name = sys.argv[1:]
for path in sorted(glob.glob(folder + "/*.safetensors")):
    metadata, tensors = read(path)
    c, classes = json.loads(metadata["config"]), json.loads(metadata["classes"])
    kind = Tutorial if any(t.endswith("i2h.weight") for t in tensors) else Stack
    networks = [kind(c, len(classes)) for _ in range(c["ensemble_size"])]
    module = networks[0] if len(networks) == 1 else Ensemble(networks)
    module.load_state_dict(tensors, strict=True)
    letters = torch.tensor([metadata["alphabet"].index(l) for l in name])
    with torch.no_grad():
        logp = torch.log_softmax(module(letters), 0).tolist()
    write(path.replace(".safetensors", ".torch"), {"log_probabilities": json.dumps(logp)}, module.state_dict())
