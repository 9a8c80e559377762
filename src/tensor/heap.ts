// Memory that comes fresh from the system costs far more than memory that is used again: on Linux 0.1 ms for 256 KB, a
// fault a page. The C library there (glibc) takes blocks above a threshold from the system and gives them back at once, and
// its threshold follows the largest block that it ever freed, up to 32 MB. One block of nearly that size, which is never
// touched and therefore never becomes memory, raises it: from then on results are made where earlier ones were.
const BLOCK = 31 * 2 ** 20;

let kept = false;

/** Has the process keep the memory of large results for the next ones. */
export function keepHeap(): void {
  if (kept) return;
  kept = true;
  const { process } = globalThis as { readonly process?: { readonly platform?: string } };
  if (process?.platform === 'linux') new ArrayBuffer(BLOCK);
}
