// Loaded for its effect: the fastest backend this engine has.
import { setBackend } from './backend.ts';
import { hasSimd } from './wasm/support.ts';

if (hasSimd()) setBackend('wasm');
