// Whether sharing a job helps at present, found out by doing it both ways. On a machine that is busy with other work a worker
// takes time from its caller instead of adding some, and no model of costs can know. So a job is mostly run the way that was
// faster lately, and now and then the other way.

/** One call of so many is run the other way, at first and after the better way has changed. */
const SOON = 48;
/**
 * A look at the other way that took longer makes the next one half as frequent, down to one of so many calls, because a worker
 * that does not get its turn costs milliseconds; one that took less time is looked at again much sooner.
 */
const LATE = 1536;
const SOONER = 8;
/** This call is the first that is run alone. */
const FIRST = 4;
/** Weight of the newest time in the average: good news counts more, so that a machine that is free again is soon noticed. */
const SHORTER = 1 / 2;
const LONGER = 1 / 4;
/** A time that is longer than so many average ones says nothing about the job. */
const LONGEST = 4;

export class Trial {
  private calls = 0;
  private interval = SOON;
  /** Average times, by whether the job was shared; 0 before the first. */
  private alone = 0;
  private together = 0;

  private get better(): boolean {
    return this.alone === 0 || this.together <= this.alone;
  }

  /** Whether the next call should be shared. */
  next(): boolean {
    this.calls++;
    if (this.alone === 0) return this.calls < FIRST;
    return this.calls >= this.interval ? !this.better : this.better;
  }

  /** A call took this time, in any unit. */
  record(shared: boolean, time: number): void {
    const { better } = this;
    const other = shared ? this.alone : this.together;
    if (shared) this.together = average(this.together, time);
    else this.alone = average(this.alone, time);
    if (this.better !== better) this.interval = SOON;
    else if (this.calls < this.interval) return;
    else this.interval = time < other ? Math.max(SOON, this.interval / SOONER) : Math.min(LATE, 2 * this.interval);
    this.calls = 0;
  }
}

function average(before: number, time: number): number {
  if (before === 0) return time;
  if (time < before) return before + (time - before) * SHORTER;
  return before + (Math.min(time, LONGEST * before) - before) * LONGER;
}
