// A picture with the table behind it: whoever cannot see the picture, or wants the numbers, opens the table.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { NumberTable, type NumberTableProps } from './number-table.tsx';

export type FigureData = Omit<NumberTableProps, 'caption'>;

export interface FigureWithTableProps {
  readonly title: string;
  /** What the picture says, in a sentence. */
  readonly description?: string | undefined;
  readonly table: FigureData;
  readonly children: ComponentChildren;
}

export function FigureWithTable({ title, description, table, children }: FigureWithTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <figure class="figure">
      {children}
      <figcaption>
        <span>
          <b>{title}</b>
          {description && <> {description}</>}
        </span>
        <button type="button" class="controls" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide table' : 'Show table'}
        </button>
      </figcaption>
      {open && <NumberTable caption={title} {...table} />}
    </figure>
  );
}
