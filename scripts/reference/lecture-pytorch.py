# Runs the lecture's PyTorch programs and keeps what they print: site/src/rooms/lecture/pytorch.json, which the page shows
# beside our own programs. Run from the root of the repository:  python scripts/reference/lecture-pytorch.py
import contextlib
import io
import json
from pathlib import Path

import torch

room = Path('site/src/rooms/lecture')
programs = {}
for path in sorted((room / 'code').glob('*.py')):
    code = path.read_text()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, path.name, 'exec'), {'__name__': '__main__'})
    programs[path.stem] = {'code': code.rstrip(), 'output': printed.getvalue().rstrip()}

recorded = {'version': torch.__version__.split('+')[0], 'programs': programs}
(room / 'pytorch.json').write_text(json.dumps(recorded, indent=2, ensure_ascii=False) + '\n')
