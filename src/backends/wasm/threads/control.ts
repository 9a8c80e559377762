// The words through which the calling thread and its workers talk: a job, and who is busy with it. A word that several
// threads write has a cache line of its own. After the words there is space for the bytes of one module.

/** What the workers shall do, at KIND. */
export const CLOSED = 0;
export const RUN = 1;
export const LOAD = 2;
export const LEAVE = 3;

const LINE = 16;

/** Positions in an Int32Array. */
export const EPOCH = 0;
/** Workers that look at the job. It may change only while there are none. */
export const ACTIVE: number = LINE;
/** The first part that nobody has taken. */
export const NEXT: number = 2 * LINE;
/** Workers that have started. */
export const READY: number = 3 * LINE;
/** Workers that sleep until EPOCH changes. */
export const ASLEEP: number = 4 * LINE;
/** Whether the caller sleeps until ACTIVE changes. */
export const WAITING: number = 5 * LINE;
/** Workers that have the module which is being loaded. */
export const LOADED: number = 6 * LINE;
export const KIND: number = 7 * LINE;
/** The module of the job, and how many bytes it has while it is being loaded. */
export const CODE: number = KIND + 1;
export const LENGTH: number = KIND + 2;
/** Which function of it, and its arguments: the base address, and the scratch memory of the caller and of each worker. */
export const FUNCTION: number = KIND + 3;
export const BASE: number = KIND + 4;
export const SCRATCH: number = KIND + 5;
export const SCRATCH_SIZE: number = KIND + 6;
/** Parts of the job, and how many are taken at once. */
export const COUNT: number = KIND + 7;
export const GRAIN: number = KIND + 8;
/** From here on two words a worker: the parts `from ≤ i < to` that it could not compute. */
export const REFUSED: number = 8 * LINE;

export const MOST_WORKERS = 255;
/** Where the bytes of a module lie. */
export const CODE_BYTES = 4096;
export const MOST_CODE: number = 2 ** 21;
export const CONTROL_BYTES: number = CODE_BYTES + MOST_CODE;

/** Milliseconds that a thread spins before it sleeps. */
export const SPIN = 0.1;
/** Modules that a worker keeps. */
export const KEPT = 128;
