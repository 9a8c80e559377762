// NABLA_DEBUG=program|loops|wasm prints a stage of every compilation; several are joined with commas. Where there is no
// environment, as in browsers, the global of that name is asked.

export type Stage = 'program' | 'loops' | 'wasm';

interface Surroundings {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly NABLA_DEBUG?: string;
}

/** Prints `text()` if the stage is asked for. */
export function debug(stage: Stage, text: () => string): void {
  const { process, NABLA_DEBUG } = globalThis as unknown as Surroundings;
  const asked = process?.env?.NABLA_DEBUG ?? NABLA_DEBUG;
  if (asked?.split(',').includes(stage)) console.error(text());
}
