/**
 * How many units wide a picture is drawn: as many as it has pixels on the screen, within bounds. A picture that is only made smaller
 * would make its letters smaller too, and nobody could read them on a phone.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const narrowest = 250;

export function useWidth<E extends Element>(
  widest: number,
): { readonly place: RefObject<E | null>; readonly width: number } {
  const place = useRef<E>(null);
  const [width, setWidth] = useState(widest);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = (): void => {
      const pixels = Math.round(element.getBoundingClientRect().width);
      if (pixels > 0) setWidth(Math.min(widest, Math.max(narrowest, pixels)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [widest]);
  return { place, width };
}
