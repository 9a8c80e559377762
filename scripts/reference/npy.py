# Writes test/data/fixtures/: tiny files by NumPy and by the safetensors package, and arrays.json with what they hold.
# Run once, from the root of the repository:  python scripts/reference/npy.py   (needs numpy, safetensors, ml_dtypes)
import io
import json
import pathlib
import zipfile

import ml_dtypes
import numpy as np
from numpy.lib import format as npy_format
from safetensors.numpy import save

out = pathlib.Path('test/data/fixtures')
held = {}

DTYPE = {'f': 'float32', 'i': 'int32', 'u': 'int32', 'b': 'bool', 'V': 'float32'}


def describe(x):
    dtype = 'float64' if x.dtype.str[1:] == 'f8' else DTYPE[x.dtype.kind]
    wide = x.astype(np.float64) if x.dtype.kind in 'fV' else x.astype(np.int64)
    return {'shape': list(x.shape), 'dtype': dtype, 'values': [str(v).replace('inf', 'Infinity').replace('nan', 'NaN')
                                                               for v in wide.reshape(-1).tolist()]}


def npy(name, x, version=None):
    with open(out / f'{name}.npy', 'wb') as file:
        npy_format.write_array(file, x, version=version)
    held[f'{name}.npy'] = describe(x)


numbers = np.array([[0.0, -0.0, 1.5], [-2.25, np.inf, np.nan]])
grid = np.arange(24).reshape(2, 3, 4)
npy('f4', numbers.astype('<f4'))
npy('f8', numbers)
npy('i4', np.array([-(2**31), -1, 0, 1, 2**31 - 1], '<i4'))
npy('b1', np.array([[True, False, True]]))
npy('scalar', np.array(2.5))
npy('empty', np.zeros((0, 3), '<f4'))
npy('i8', np.array([-(2**31), -1, 0, 2**31 - 1], '<i8'))
npy('u8', np.array([0, 7, 2**31 - 1], '<u8'))
npy('u4', np.array([0, 2**31 - 1], '<u4'))
npy('i2', np.array([-32768, 32767], '<i2'))
npy('u2', np.array([0, 65535], '<u2'))
npy('i1', np.array([-128, 127], '|i1'))
npy('u1', np.array([0, 255], '|u1'))
npy('f2', np.array([0.0, -0.0, 1.0, -2.5, 65504, 2**-14, 2**-24, 1 / 3, np.inf, -np.inf, np.nan], '<f2'))
npy('big-f4', numbers.astype('>f4'))
npy('big-f8', numbers.astype('>f8'))
npy('big-i8', np.array([-5, 2**31 - 1], '>i8'))
npy('big-f2', np.array([1.5, -0.25], '>f2'))
npy('fortran', np.asfortranarray(grid.astype('<f8')))
npy('fortran-i4', np.asfortranarray(grid[:, :, 0].astype('<i4')))
npy('version-2', grid.astype('<i4'), (2, 0))
npy('version-3', grid.astype('<f4'), (3, 0))
np.save(out / 'too-wide-i8.npy', np.array([1, 2**32]))
np.save(out / 'too-wide-u4.npy', np.array([2**31], '<u4'))
np.save(out / 'complex.npy', np.array([1j]))
np.save(out / 'text.npy', np.array(['abc']))
np.save(out / 'fields.npy', np.zeros(1, [('x', '<f4'), ('y', '<i4')]))
np.save(out / 'pickled.npy', np.array([None]), allow_pickle=True)

arrays = {'weights': numbers.astype('<f4'), 'größe': np.arange(5), '__proto__': np.array([True]),
          'repetitive': (np.arange(700) % 7).reshape(7, 100), 'constant': np.zeros(3000, '|u1'),
          'ramp': (np.arange(2000) ** 2 % 1009).astype('<i2')}
np.savez(out / 'stored.npz', **arrays)
np.savez_compressed(out / 'deflated.npz', **arrays)
for name in ['stored.npz', 'deflated.npz']:
    held[name] = {key: describe(x) for key, x in arrays.items()}

# Streamed, so that sizes are known only after the data; with a comment and a directory entry's extra field.
class Unseekable(io.BytesIO):
    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


stream = Unseekable()
with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
    with archive.open('x.npy', 'w') as file:
        npy_format.write_array(file, grid.astype('<f8'))
    archive.comment = b'a comment with PK\x05\x06 in it'
(out / 'streamed.npz').write_bytes(stream.getvalue())
held['streamed.npz'] = {'x': describe(grid.astype('<f8'))}

ours = {'b': np.array([1.5, 2.5], '<f4'), 'a': np.array([[1, 2, 3]], '<i4'), 'mask': np.array([True, False, True]),
        'wide': np.array([1e300, -1e-300]), 'scalar': np.array(7, '<f4'), 'empty': np.zeros((2, 0), '<f4')}
(out / 'ours.safetensors').write_bytes(save(ours, {'format': 'pt "quoted" ∇'}))
held['ours.safetensors'] = {key: describe(x) for key, x in ours.items()}
others = {'f2': np.array([1.5, -2.0**-24, np.inf], '<f2'), 'bf2': np.array([1.5, -3.0e38, np.nan], ml_dtypes.bfloat16),
          'i8': np.array([-1, 2**31 - 1]), 'u1': np.array([0, 255], 'u1'), 'i1': np.array([-128, 127], 'i1'),
          'i2': np.array([[-300], [300]], '<i2'), 'u2': np.array([65535], '<u2'), 'u4': np.array([9], '<u4')}
(out / 'others.safetensors').write_bytes(save(others))
held['others.safetensors'] = {key: describe(x) for key, x in others.items()}

with open(out / 'arrays.json', 'w') as file:
    file.write(f'{{\n  "numpy": "{np.__version__}"')
    for name, value in held.items():
        file.write(f',\n  {json.dumps(name)}: {json.dumps(value)}')
    file.write('\n}\n')
