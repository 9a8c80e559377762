// Bytes that are not what their format says they are, or arrays that a format cannot hold.
import { NablaError } from '../errors.ts';

/** Thrown by every reader and writer of file formats; the message begins with the format's name. */
export class FormatError extends NablaError {}
