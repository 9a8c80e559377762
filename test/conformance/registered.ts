// Loads everything that registers an operation.
import '../../src/index.ts';
import '../../src/random/composites.ts';
