// The entry point `nabla/data/node`: data that has to be read from disk.
export { type Mnist, mnist } from './mnist.ts';
