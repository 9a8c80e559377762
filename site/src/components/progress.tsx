// What takes longer than 200 ms says so, and can be cancelled.
import { useEffect, useState } from 'preact/hooks';

export interface ProgressProps {
  /** A computation of useCompute, or anything of this form. */
  readonly of: { readonly pending: boolean; readonly fraction: number | undefined; cancel(): void };
  readonly label: string;
}

export function Progress({ of, label }: ProgressProps) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!of.pending) return;
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, [of.pending]);
  return (
    <div class="progress" role="status">
      {of.pending && late && (
        <>
          <progress aria-label={label} {...(of.fraction === undefined ? {} : { value: of.fraction })} />
          <span>{label}…</span>
          <button type="button" onClick={() => of.cancel()}>
            Cancel
          </button>
        </>
      )}
    </div>
  );
}
