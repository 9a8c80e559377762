"""Expected values of every sample of every operation, computed independently of the library.

    python3 scripts/reference/conformance.py        needs numpy, scipy and torch

runs dump-samples.ts (what the library has registered, with the inputs that the conformance tests draw), evaluates each
sample with the function of the same name in expected/, and writes test/conformance/fixtures/values.json. An operation
without a function there is listed and left out; the tests fail for it until it has one, or a sample gives its reason
(exempt.reference).
"""

import importlib
import json
import math
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np

import expected

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "test" / "conformance" / "fixtures" / "values.json"
DTYPES = {"float32": np.float64, "float64": np.float64, "int32": np.int64, "bool": np.bool_}


def decode(value):
    """What dump-samples.ts wrote: tensors, numbers that JSON lacks, lists, options."""
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        flat = np.array([decode(v) for v in value["values"]], dtype=np.float64)
        return flat.astype(DTYPES[value["tensor"]]).reshape(value["shape"])
    if "number" in value:
        return float(value["number"].replace("Infinity", "inf"))
    return {key: decode(v) for key, v in value.items()}


def encode(value):
    """Shape and row-major numbers; what JSON lacks as text."""
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return {"shape": list(array.shape), "values": [int(v) for v in array.ravel()]}
    if np.issubdtype(array.dtype, np.integer):
        return {"shape": list(array.shape), "values": [int(v) for v in array.ravel()]}
    flat = [float(v) for v in array.astype(np.float64).ravel()]
    return {"shape": list(array.shape), "values": [number(v) for v in flat]}


def number(v):
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return int(v) if v == int(v) and abs(v) < 2**53 else v


def digest(inputs):
    """A number that changes with the inputs, so that a fixture of other inputs is noticed."""
    state = 7
    for x in inputs:
        for v in [*x["shape"], *(decode(v) for v in x["values"])]:
            bits = 0x7FC00000 if math.isnan(v) else int(np.float32(v).view(np.uint32))
            state = (state * 31 + bits) % 2147483647
    return state


def tables():
    found = {"primitive": {}, "composite": {}}
    for module in pkgutil.iter_modules(expected.__path__):
        loaded = importlib.import_module(f"expected.{module.name}")
        for table in found:
            for name, f in getattr(loaded, table.upper(), {}).items():
                if name in found[table]:
                    raise SystemExit(f"two references for {table} {name}")
                found[table][name] = f
    return found


def evaluate(f, sample):
    x = [decode(v) for v in sample["inputs"]]
    params = decode(sample["params"])
    y = f(*x, **params) if sample["table"] == "primitive" else f(*x, *params)
    return [encode(v) for v in y] if isinstance(y, (tuple, list)) else [encode(y)]


def distance(ours, theirs):
    """Largest difference relative to the largest number, or what does not match."""
    if len(ours) != len(theirs):
        return f"{len(ours)} results, reference has {len(theirs)}"
    worst = 0.0
    for a, b in zip(ours, theirs):
        if a["shape"] != b["shape"]:
            return f"shape {a['shape']}, reference has {b['shape']}"
        u = np.array([float(decode(v)) for v in a["values"]])
        v = np.array([float(w) for w in b["values"]])
        same = (u == v) | (np.isnan(u) & np.isnan(v))
        if np.any(~same & ~(np.isfinite(u) & np.isfinite(v))):
            return f"{u} but reference {v}"
        scale = max((abs(w) for w in v if math.isfinite(w)), default=1) or 1
        worst = max(worst, *(np.abs(u - v)[~same] / scale), 0.0)
    return worst


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    script = ["npx", "tsx", "scripts/reference/dump-samples.ts"]
    dumped = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    references = tables()
    values, missing = {}, []
    for sample in json.loads(dumped):
        f = references[sample["table"]].get(sample["name"])
        if sample.get("exempt"):
            continue
        if f is None:
            missing.append(sample["key"])
            continue
        try:
            outputs = evaluate(f, sample)
        except Exception as error:
            print(f"{sample['key']}: the reference failed: {type(error).__name__}: {error}")
            missing.append(sample["key"])
            continue
        error = distance(sample["ours"], outputs)
        single = any(y["tensor"] == "float32" for y in sample["ours"])
        if isinstance(error, str) or error > (1e-6 if single else 1e-12):
            print(f"{sample['key']}: differs: {error}\n    ours {sample['ours']}\n    theirs {outputs}")
        values[sample["key"]] = {"inputs": digest(sample["inputs"]), "outputs": outputs}
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"  {json.dumps(key)}: {json.dumps(v, separators=(',', ':'))}" for key, v in values.items()]
    FIXTURE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(values)} samples written to {FIXTURE.relative_to(ROOT)}, {len(missing)} without a reference")
    for key in missing:
        print(f"  {key}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
