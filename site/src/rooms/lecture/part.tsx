/**
 * The parts of the lecture. A part is read as a section of the page, or shown as a slide; both show its formulas, its figure
 * and its programs, while the text between them is full sentences for readers and a few points for an audience.
 */
import type { ComponentChildren, ComponentType } from 'preact';
import type { Lecture } from './state.ts';

export interface PartProps {
  readonly lecture: Lecture;
  /** Whether it is shown as a slide. */
  readonly slide: boolean;
}

export interface Part {
  /** Its name in the address. */
  readonly id: string;
  readonly title: string;
  /** A part that belongs to the one before it. */
  readonly continues?: boolean;
  readonly Content: ComponentType<PartProps>;
}

export interface WordsProps {
  readonly slide: boolean;
  readonly points: readonly ComponentChildren[];
  readonly children: ComponentChildren;
}

export function Words({ slide, points, children }: WordsProps) {
  if (!slide) return <>{children}</>;
  return (
    <ul class="slide-points">
      {points.map((point, index) => (
        <li key={index}>{point}</li>
      ))}
    </ul>
  );
}

export interface BesideProps {
  readonly words: ComponentChildren;
  readonly figure: ComponentChildren;
  /** The figure needs the whole width. */
  readonly wide?: boolean;
}

/** Text on the left, the figure on the right, where there is room. */
export function Beside({ words, figure, wide = false }: BesideProps) {
  return (
    <div class={wide ? 'beside wide' : 'beside'}>
      <div class="beside-words">{words}</div>
      <div class="beside-figure">{figure}</div>
    </div>
  );
}
