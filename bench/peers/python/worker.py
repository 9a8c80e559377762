"""A process that measures one Python library: requests as lines of JSON on stdin, replies as lines of JSON on stdout.

The counterpart of bench/worker.ts, bench/inputs.ts and bench/digest.ts: the same inputs from the same hash, the same digest.
"""

import importlib
import json
import sys
import time

MODULES = {"numpy": "numpy_cases", "jax": "jax_cases", "torch": "torch_cases"}
PACKAGES = {"numpy": ("numpy",), "jax": ("numpy", "jax"), "torch": ("numpy", "torch")}
ENTRIES = 16
PROJECTION_SEED = 7

replies = sys.stdout
sys.stdout = sys.stderr


def reply(message):
    replies.write(json.dumps(message, allow_nan=False) + "\n")
    replies.flush()


def hashed(seed, size):
    """Mulberry32: the numbers of [0, 1) at the positions 0 … size - 1 of the stream of `seed`."""
    u32 = np.uint32
    s = u32(seed) + (np.arange(size, dtype=u32) + u32(1)) * u32(0x6D2B79F5)
    t = (s ^ (s >> u32(15))) * (s | u32(1))
    t ^= t + (t ^ (t >> u32(7))) * (t | u32(61))
    return (t ^ (t >> u32(14))).astype(np.float64) / 2.0**32


def make_input(spec, dtype):
    size = int(np.prod(spec["shape"]))
    values = spec["low"] + (spec["high"] - spec["low"]) * hashed(spec["seed"], size)
    return values.astype(np.int32 if spec["integer"] else dtype).reshape(spec["shape"])


def finite(x):
    """JSON has no NaN; None is never right."""
    return float(x) if np.isfinite(x) else None


def digest(values):
    v = np.asarray(values, dtype=np.float64).ravel()
    r = 2 * hashed(PROJECTION_SEED, v.size) - 1
    places = [(k * (v.size - 1)) // (ENTRIES - 1) for k in range(ENTRIES)]
    return {
        "size": v.size,
        "norm": finite(np.sqrt(v @ v)),
        "projection": finite(v @ r),
        "entries": [finite(v[k]) for k in places],
    }


def answer(request, library, state):
    if request["action"] == "prepare":
        prepare = library.cases.get(request["program"])
        if prepare is None:
            return {"absent": True}
        inputs = {name: make_input(spec, request["dtype"]) for name, spec in request["inputs"].items()}
        library.begin(request["dtype"])
        state["step"] = prepare({name: library.tensor(value) for name, value in inputs.items()})
        return {}
    step, wait = state["step"], library.wait
    if request["action"] == "check":
        start = time.perf_counter()
        outputs = wait(step())
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "outputs": [digest(library.read(y)) for y in outputs]}
    start = time.perf_counter()
    for _ in range(request["count"]):
        wait(step())
    return {"seconds": time.perf_counter() - start}


def main():
    name = sys.argv[1]
    for package in PACKAGES[name]:
        try:
            importlib.import_module(package)
        except ImportError:
            return reply({"missing": package})
    global np
    np = sys.modules["numpy"]
    library = importlib.import_module(MODULES[name])
    reply({"version": library.version})
    state = {}
    for line in sys.stdin:
        try:
            message = answer(json.loads(line), library, state)
        except Exception as error:
            message = {"error": f"{type(error).__name__}: {error}"}
        reply(message)


main()
