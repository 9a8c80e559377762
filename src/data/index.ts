// The entry point `nabla/data`: files of tensors, and real digits to try things on.
export { type Digits, digits } from './digits.ts';
export { FormatError } from './format-error.ts';
export { loadNpy, loadNpz, saveNpy, saveNpz } from './numpy.ts';
export { load, save } from './save.ts';
export type { Bytes } from './tensors.ts';
