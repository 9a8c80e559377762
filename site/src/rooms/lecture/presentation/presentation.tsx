// The lecture as a talk: a part at a time on the whole screen. The address holds the slide, so that a link opens it.
import { useEffect, useRef } from 'preact/hooks';
import { useShortcut } from '../../../app/shortcuts.ts';
import { setParameter } from '../../../app/url.ts';
import type { Part } from '../part.tsx';
import type { Lecture } from '../state.ts';
import { Timer } from './timer.tsx';

export interface PresentationProps {
  readonly parts: readonly Part[];
  /** Which of them, from 0. */
  readonly index: number;
  readonly lecture: Lecture;
}

export const openSlide = (id: string | null): void => setParameter('slide', id);

function fullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.().catch(() => undefined);
}

export function Presentation({ parts, index, lecture }: PresentationProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const part = parts[index]!;
  const go = (to: number): void => openSlide(parts[Math.min(parts.length - 1, Math.max(0, to))]!.id);
  const leave = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    openSlide(null);
  };
  useShortcut('ArrowRight', 'next slide', () => go(index + 1));
  useShortcut('PageDown', 'next slide', () => go(index + 1));
  useShortcut(' ', 'next slide', () => go(index + 1));
  useShortcut('ArrowLeft', 'previous slide', () => go(index - 1));
  useShortcut('PageUp', 'previous slide', () => go(index - 1));
  useShortcut('Home', 'first slide', () => go(0));
  useShortcut('End', 'last slide', () => go(parts.length - 1));
  useShortcut('f', 'full screen', fullScreen);
  useShortcut('Escape', 'leave the presentation', leave);
  // The page around the slide is put away by style (lecture.css).
  useEffect(() => {
    document.documentElement.dataset.presenting = '';
    return () => {
      delete document.documentElement.dataset.presenting;
    };
  }, []);
  // A screen reader goes on reading at the new slide's title.
  useEffect(() => title.current?.focus(), [part.id]);

  return (
    <div class="presentation">
      <section key={part.id} class={`slide slide-${part.id}`} aria-roledescription="slide" aria-label={part.title}>
        <h1 ref={title} tabIndex={-1}>
          {part.title}
        </h1>
        <part.Content lecture={lecture} slide />
      </section>
      <div class="slide-foot">
        <div class="row controls">
          <button type="button" disabled={index === 0} onClick={() => go(index - 1)} aria-label="Previous slide">
            ←
          </button>
          <button
            type="button"
            disabled={index === parts.length - 1}
            onClick={() => go(index + 1)}
            aria-label="Next slide"
          >
            →
          </button>
          <button type="button" onClick={leave}>
            Leave
          </button>
        </div>
        <Timer />
        <p class="slide-number">
          {index + 1} / {parts.length}
        </p>
      </div>
    </div>
  );
}
