// The library that the type tests are compiled against, and run with.
export * from '../../src/index.ts';
