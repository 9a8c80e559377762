# Writes src/data/digits-archive.ts: the 1,797 digits that ship with the package, from the copy inside scikit-learn.
# Run once, from the root of the repository:  python scripts/digits.py   (needs scikit-learn)
import base64
import textwrap
import zlib
from pathlib import Path

from sklearn.datasets import load_digits

digits = load_digits()
pixels = digits.images.astype('uint8').tobytes()
labels = digits.target.astype('uint8').tobytes()
compressor = zlib.compressobj(level=9, wbits=-15, memLevel=9)
packed = compressor.compress(pixels + labels) + compressor.flush()
text = '\n'.join(textwrap.wrap(base64.b64encode(packed).decode(), 116))

Path('src/data/digits-archive.ts').write_text(f'''// Written by scripts/digits.py: {len(digits.target)} images of 8x8 bytes from 0 to 16, then their labels, one byte each; raw DEFLATE in base64.
// E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
// https://doi.org/10.24432/C50P49, licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); unchanged but
// for the compression. This is the test part: 13 writers.
export const DIGITS_ARCHIVE = `
{text}
`;
''')
