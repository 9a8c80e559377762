// Pieces of one stretch of memory, handed out first fit and given back in any order.

interface Gap {
  start: number;
  end: number;
}

export class Regions {
  /** By address; no two touch. */
  private readonly gaps: Gap[] = [];

  /** The address of `bytes`; undefined where no gap is that large. */
  take(bytes: number): number | undefined {
    const at = this.gaps.findIndex(({ start, end }) => end - start >= bytes);
    if (at < 0) return undefined;
    const gap = this.gaps[at]!;
    const { start } = gap;
    gap.start += bytes;
    if (gap.start === gap.end) this.gaps.splice(at, 1);
    return start;
  }

  /** Makes `bytes` at an address available, again or for the first time. */
  give(start: number, bytes: number): void {
    const end = start + bytes;
    let at = this.gaps.findIndex((gap) => gap.start > start);
    if (at < 0) at = this.gaps.length;
    const [before, after] = [this.gaps[at - 1], this.gaps[at]];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      this.gaps.splice(at, 1);
    } else if (joinsBefore) before.end = end;
    else if (joinsAfter) after.start = start;
    else this.gaps.splice(at, 0, { start, end });
  }
}
