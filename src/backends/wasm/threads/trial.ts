// Whether sharing a job helps at present, found out by doing it both ways. On a machine that is busy with other work a worker
// takes time from its caller instead of adding some, and no model of costs can know. So a job is mostly run the way that was
// faster lately, and now and then the other way.

/** One call of so many is run the other way. */
const PROBE = 48;
/** Weight of the newest time in the average: good news counts more, so that a machine that is free again is soon noticed. */
const SHORTER = 1 / 2;
const LONGER = 1 / 4;
/** A time that is longer than so many average ones says nothing about the job. */
const LONGEST = 4;

export class Trial {
  private calls = 0;
  /** Average times, by whether the job was shared; 0 before the first. */
  private alone = 0;
  private together = 0;

  /** Whether the next call should be shared. */
  next(): boolean {
    const probe = ++this.calls % PROBE === 0;
    if (this.together === 0) return true;
    const better = this.alone === 0 || this.together <= this.alone;
    return probe ? !better : better;
  }

  /** A call took this time, in any unit. */
  record(shared: boolean, time: number): void {
    if (shared) this.together = average(this.together, time);
    else this.alone = average(this.alone, time);
  }
}

function average(before: number, time: number): number {
  if (before === 0) return time;
  if (time < before) return before + (time - before) * SHORTER;
  return before + (Math.min(time, LONGEST * before) - before) * LONGER;
}
