// One class a cause. Every message has the form `op: what is wrong: [shapes] detail.` and may be followed by a hint,
// so that the same sentence can be read in a stack trace, a type error and a test.

/** The base of every error the library throws on purpose. */
export class NablaError extends Error {
  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message}\n  hint: ${hint}`);
    this.name = new.target.name;
  }
}

/** Shapes, sizes, ranks or axes that do not fit. */
export class ShapeError extends NablaError {}
/** A dtype that an operation does not accept. */
export class DTypeError extends NablaError {}
/** An index outside its axis. */
export class IndexError extends NablaError {}
/** An argument that is not what the function takes: not a tensor, not a number, not a function, an unknown option. */
export class ArgumentError extends NablaError {}
/** A value that exists only while a transform traces was read as a number, or left its transform. */
export class TracedValueError extends NablaError {}
/** A derivative that does not exist or has no rule. */
export class NotDifferentiableError extends NablaError {}
/** A second backward through a graph whose saved values are gone. */
export class GraphFreedError extends NablaError {}
/** The tape was used wrongly: backward on a non-scalar, requiresGrad on integers, an unreached input. */
export class AutogradError extends NablaError {}
/** Anomaly detection or a strict check met a NaN. */
export class AnomalyError extends NablaError {}
/** A matrix without the property that a decomposition needs. */
export class LinalgError extends NablaError {}
/** gradcheck found two derivatives that disagree. */
export class GradcheckError extends NablaError {}
/** The elements of a tensor were read after they had been donated to a jitted function. */
export class DonatedTensorError extends NablaError {}
/** A backend could not get the memory that a computation needs. */
export class BackendMemoryError extends NablaError {}

/** A text of the expression language that cannot be read, or whose shapes do not fit; points at the place. */
export class ParseError extends NablaError {
  /** Where in `source` the mistake begins, counted from 1. */
  readonly column: number;
  readonly source: string;

  constructor(what: string, source: string, column: number, hint?: string) {
    super(`${what} at column ${column}.\n${picture(source, column)}`, hint);
    this.column = column;
    this.source = source;
  }
}

const widest = 100;

/** The text around a column with a caret below it, on one line. */
function picture(source: string, column: number): string {
  const line = source.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  const from = line.length <= widest ? 0 : Math.max(0, Math.min(column - widest / 2, line.length - widest));
  const front = from > 0 ? '…' : '';
  const back = from + widest < line.length ? '…' : '';
  const shown = `${front}${line.slice(from, from + widest)}${back}`;
  return `  ${shown}\n  ${' '.repeat(column - 1 - from + front.length)}^`;
}
