// TypeScript to the JavaScript that the sandbox runs, with a map from its positions back to the user's.
import { transform } from 'sucrase';

export interface Position {
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
}

export type Transpiled =
  | { readonly ok: true; readonly code: string; readonly mappings: string }
  | { readonly ok: false; readonly message: string; readonly at: Position };

export function transpile({ code }: { readonly code: string }): Transpiled {
  try {
    const { code: script, sourceMap } = transform(code, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      filePath: 'f.ts',
      sourceMapOptions: { compiledFilename: 'f.js' },
    });
    return { ok: true, code: script, mappings: sourceMap?.mappings ?? '' };
  } catch (error) {
    if (error instanceof RangeError) {
      return { ok: false, message: 'the code is nested too deeply to be read.', at: { line: 1, column: 1 } };
    }
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    return {
      ok: false,
      message: message.replace(/^Error transforming f\.ts: /, '').replace(/ \(\d+:\d+\)$/, ''),
      at: { line: loc?.line ?? 1, column: loc?.column ?? 1 },
    };
  }
}
