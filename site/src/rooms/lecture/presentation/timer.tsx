// The speaker's timer: it runs through all slides, and stands still until it is started.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { useShortcut } from '../../../app/shortcuts.ts';

/** Milliseconds counted before the last start, and when that was. */
const timer = signal<{ readonly counted: number; readonly startedAt: number | null }>({ counted: 0, startedAt: null });

function elapsed(): number {
  const { counted, startedAt } = timer.value;
  return counted + (startedAt === null ? 0 : performance.now() - startedAt);
}

function toggle(): void {
  timer.value = { counted: elapsed(), startedAt: timer.value.startedAt === null ? performance.now() : null };
}

function reset(): void {
  timer.value = { counted: 0, startedAt: timer.value.startedAt === null ? null : performance.now() };
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function Timer() {
  const [, tick] = useState(0);
  const running = timer.value.startedAt !== null;
  useEffect(() => {
    if (!running) return;
    const ticking = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(ticking);
  }, [running]);
  useShortcut('s', 'start or pause the timer', toggle);
  useShortcut('r', 'reset the timer', reset);
  return (
    <div class="timer">
      <span role="timer" aria-label="Time of the talk">
        {clock(elapsed())}
      </span>
      <button type="button" class="controls" onClick={toggle}>
        {running ? 'Pause' : 'Start'}
      </button>
      <button type="button" class="controls" onClick={reset}>
        Reset
      </button>
    </div>
  );
}
