// The library that the type tests are compiled against.
export * from './declarations.ts';
