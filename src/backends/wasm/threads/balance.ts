// Whether workers are a help at present. On a machine that is busy with other work a worker holds a part for as long as the
// operating system lets it wait, and the caller waits with it; after a while in which waiting took as long as working, the
// caller works alone for some time, longer each time.

/** Milliseconds that are judged together. */
const WINDOW = 2;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 320;

export class Balance {
  private worked = 0;
  private waited = 0;
  private until = 0;
  private pause = FIRST_PAUSE;

  /** Whether jobs should be shared at this time. All times are in milliseconds. */
  allows(now: number): boolean {
    return now >= this.until;
  }

  /** The caller has worked on a job, and waited for the workers to finish theirs. */
  record(worked: number, waited: number, now: number): void {
    this.worked += worked;
    this.waited += waited;
    if (this.worked + this.waited < WINDOW) return;
    if (this.waited < this.worked) this.pause = FIRST_PAUSE;
    else {
      this.until = now + this.pause;
      this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
    }
    this.worked = 0;
    this.waited = 0;
  }
}
