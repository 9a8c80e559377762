declare module 'virtual:type-files' {
  /** Text by path: `/lib.es2023.d.ts`, `/node_modules/nabla/index.d.ts`. */
  export const files: Readonly<Record<string, string>>;
}
