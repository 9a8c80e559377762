// Loads everything that registers an operation.
import '../../src/index.ts';
