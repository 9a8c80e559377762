// What the Playground asks of the compute worker; each task loads its library when it is first asked for.
import type { ContourInput } from './contour-lines.ts';
import type { LayoutInput } from './layout-graph.ts';

export const tasks = {
  transpile: async (input: { readonly code: string }) => (await import('./transpile.ts')).transpile(input),
  layout: async (input: LayoutInput) => (await import('./layout-graph.ts')).layoutGraph(input),
  contours: async (input: ContourInput) => (await import('./contour-lines.ts')).contourLines(input),
};
