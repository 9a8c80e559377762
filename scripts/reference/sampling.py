# Writes test/random/fixtures/jax.json: what jax.random gives for fixed keys, 32-bit and 64-bit.
# Run once, from the root of the repository:  python scripts/reference/sampling.py   (needs jax; jax_threefry_partitionable)
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update('jax_enable_x64', True)
random = jax.random


def words(key):
    return np.asarray(random.key_data(key) if jnp.issubdtype(key.dtype, jax.dtypes.prng_key) else key).view(np.int32).tolist()


def numbers(x):
    x = np.asarray(x)
    return (x.view(np.int32) if x.dtype == np.uint32 else x.astype(np.float64)).tolist()


seeds = [0, 1, 42, 2**31 - 1, 2**32 - 1, 2**40 + 5, -1]
key = random.key(42)
keys = random.split(random.key(7), 3)
p = jnp.array([0.1, 0.2, 0.3, 0.4])
logits = jnp.log(p)
fixture = {
    'keys': [[seed, words(random.key(seed))] for seed in seeds],
    'split': words(random.split(key, 5)),
    'foldIn': [[data, words(random.fold_in(key, data))] for data in (0, 1, 123456789)],
    'bits': numbers(random.bits(key, (3, 4), jnp.uint32)),
    'bitsOfKeys': numbers(jax.vmap(lambda k: random.bits(k, (4,), jnp.uint32))(keys)),
    'uniform32': numbers(random.uniform(key, (2, 5), jnp.float32)),
    'uniform64': numbers(random.uniform(key, (2, 5), jnp.float64)),
    'uniformBetween': numbers(random.uniform(key, (8,), jnp.float64, -3.0, 5.0)),
    'normal32': numbers(random.normal(key, (10,), jnp.float32)),
    'normal64': numbers(random.normal(key, (10,), jnp.float64)),
    'truncatedNormal': numbers(random.truncated_normal(key, -1.0, 2.0, (10,), jnp.float64)),
    'exponential': numbers(random.exponential(key, (10,), jnp.float64)),
    'gumbel': numbers(random.gumbel(key, (10,), jnp.float64)),
    'bernoulli': numbers(random.bernoulli(key, jnp.float32(0.3), (20,))),
    'categorical': numbers(random.categorical(key, logits, shape=(20,))),
    'categoricalRows': numbers(random.categorical(key, jnp.stack([logits, logits[::-1]]).T, axis=0)),
    'randint': [
        [low, high, numbers(random.randint(key, (12,), low, high, jnp.int32))]
        for low, high in [(0, 10), (-5, 6), (0, 65536), (0, 100000), (-(2**31), 2**31 - 1)]
    ],
    'permutation': numbers(random.permutation(key, 20)),
    'choiceWithout': numbers(random.choice(key, 10, (6,), replace=False)),
}
out = pathlib.Path('test/random/fixtures')
out.mkdir(parents=True, exist_ok=True)
lines = ',\n'.join(f'  {json.dumps(name)}: {json.dumps(value)}' for name, value in fixture.items())
(out / 'jax.json').write_text('{\n' + lines + '\n}\n')
