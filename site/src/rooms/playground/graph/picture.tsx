// The drawing of a graph, which can be moved and magnified: by dragging, with the buttons, with + − 0 and the arrow keys; the wheel
// magnifies with Ctrl, so that the page still scrolls.
import { curveBasis, line } from 'd3-shape';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useShortcut } from '../../../app/shortcuts.ts';
import type { LayoutOutput } from '../layout-graph.ts';
import type { FoldedGraph, FoldedNode } from './fold.ts';

export interface GraphPictureProps {
  readonly folded: FoldedGraph;
  readonly sizes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly layout: LayoutOutput;
  readonly found: ReadonlySet<string>;
  readonly directions: { readonly forward: boolean; readonly backward: boolean };
  readonly onOpen: (id: string) => void;
}

interface Camera {
  readonly x: number;
  readonly y: number;
  /** Units of the graph for one of the picture. */
  readonly scale: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
}

const curve = line<{ x: number; y: number }>(
  ({ x }) => x,
  ({ y }) => y,
).curve(curveBasis);

/** So far a graph is made smaller by itself, so that it can be read; a larger one begins at its top. */
const smallest = 1.35;

function fit({ width, height }: LayoutOutput, frame: Frame, most: number = smallest): Camera {
  const scale = Math.max(1, Math.min(most, Math.max(width / frame.width, height / frame.height)));
  const middle = (height - frame.height * scale) / 2;
  return { scale, x: width / 2 - (frame.width * scale) / 2, y: Math.min(0, middle) };
}

const farthest = 20;

/** The size of the picture on the screen, in pixels. */
function useFrame(element: { readonly current: Element | null }): Frame {
  const [frame, setFrame] = useState<Frame>({ width: 640, height: 480 });
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0)
        setFrame({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return frame;
}

export function GraphPicture({ folded, sizes, layout, found, directions, onOpen }: GraphPictureProps) {
  const arrow = useId();
  const drag = useRef<{ readonly x: number; readonly y: number; readonly camera: Camera } | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const frame = useFrame(svg);
  const [camera, setCamera] = useState<Camera>(() => fit(layout, frame));
  useEffect(() => setCamera(fit(layout, frame)), [layout, frame]);
  useEffect(() => {
    const first = [...found][0];
    const place = first === undefined ? undefined : layout.nodes[first];
    if (place) {
      const scale = Math.min(camera.scale, 1.3);
      setCamera({ scale, x: place.x - (frame.width * scale) / 2, y: place.y - (frame.height * scale) / 2 });
    }
  }, [[...found][0], layout]);

  const zoom = (factor: number): void => {
    const scale = Math.min(farthest, Math.max(0.25, camera.scale * factor));
    const middle = { x: camera.x + (frame.width * camera.scale) / 2, y: camera.y + (frame.height * camera.scale) / 2 };
    setCamera({ scale, x: middle.x - (frame.width * scale) / 2, y: middle.y - (frame.height * scale) / 2 });
  };
  const pan = (dx: number, dy: number): void =>
    setCamera({ ...camera, x: camera.x + dx * 60 * camera.scale, y: camera.y + dy * 60 * camera.scale });
  useEffect(() => {
    // Preact listens passively to the wheel; this one has to hold the page.
    const element = svg.current;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  });

  useShortcut('+', 'magnify the graph', () => zoom(1 / 1.3));
  useShortcut('-', 'make the graph smaller', () => zoom(1.3));
  const showAll = (): void => setCamera(fit(layout, frame, farthest));
  useShortcut('0', 'show all of the graph', showAll);

  function onKeyDown(event: KeyboardEvent): void {
    const actions: Record<string, () => void> = {
      ArrowLeft: () => pan(-1, 0),
      ArrowRight: () => pan(1, 0),
      ArrowUp: () => pan(0, -1),
      ArrowDown: () => pan(0, 1),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  }

  const sizeOf = new Map(sizes.map((size) => [size.id, size]));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys that move the picture; the buttons do the same.
    <div class="pg-graph" onKeyDown={onKeyDown}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no picture. */}
      <svg
        ref={svg}
        viewBox={`${camera.x} ${camera.y} ${frame.width * camera.scale} ${frame.height * camera.scale}`}
        tabindex={0}
        role="group"
        aria-label="Graph. Arrow keys move it, plus and minus magnify, 0 shows all."
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY, camera };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (!from) return;
          const unit = (frame.width * from.camera.scale) / event.currentTarget.getBoundingClientRect().width;
          setCamera({
            ...from.camera,
            x: from.camera.x - (event.clientX - from.x) * unit,
            y: from.camera.y - (event.clientY - from.y) * unit,
          });
        }}
        onPointerUp={(event) => {
          const from = drag.current;
          drag.current = null;
          if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4) return;
          const block = document
            .elementsFromPoint(event.clientX, event.clientY)
            .map((e) => e.closest('[data-block]'))
            .find(Boolean);
          const id = block?.getAttribute('data-block');
          if (id) onOpen(id);
        }}
        onPointerCancel={() => {
          drag.current = null;
        }}
      >
        <defs>
          {(['forward', 'backward'] as const).map((way) => (
            <marker
              key={way}
              id={`${arrow}-${way}`}
              class={`pg-tip pg-tip-${way}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0.5L8 4L0 7.5Z" />
            </marker>
          ))}
        </defs>
        {folded.edges.map(({ from, to, active }, i) => {
          const points = layout.paths[i]!;
          const shifted = (by: number) => points.map(({ x, y }) => ({ x: x + by, y }));
          const both = active && directions.backward;
          return (
            <g key={`${from} ${to}`}>
              {directions.forward && (
                <path class="forward" d={curve(shifted(both ? -4 : 0)) ?? ''} marker-end={`url(#${arrow}-forward)`} />
              )}
              {both && (
                <path class="backward" d={curve(shifted(4).reverse()) ?? ''} marker-end={`url(#${arrow}-backward)`} />
              )}
            </g>
          );
        })}
        {folded.nodes.map((node) => (
          <NodeBox
            key={node.id}
            node={node}
            place={layout.nodes[node.id]!}
            size={sizeOf.get(node.id)!}
            found={found.has(node.id)}
            onOpen={onOpen}
          />
        ))}
      </svg>
      <div class="pg-zoom controls">
        <button type="button" aria-label="Magnify" onClick={() => zoom(1 / 1.3)}>
          +
        </button>
        <button type="button" aria-label="Make smaller" onClick={() => zoom(1.3)}>
          −
        </button>
        <button type="button" aria-label="Show all" onClick={showAll}>
          ⤢
        </button>
      </div>
    </div>
  );
}

interface NodeBoxProps {
  readonly node: FoldedNode;
  readonly place: { readonly x: number; readonly y: number };
  readonly size: { readonly width: number; readonly height: number };
  readonly found: boolean;
  readonly onOpen: (id: string) => void;
}

function NodeBox({ node, place, size, found, onOpen }: NodeBoxProps) {
  const { kind, id, title, subtitle } = node;
  const box = (
    <>
      <rect
        x={-size.width / 2}
        y={-size.height / 2}
        width={size.width}
        height={size.height}
        rx={kind === 'operation' ? 6 : 18}
      />
      <text class="pg-node-title" text-anchor="middle" y={-3}>
        {title}
      </text>
      <text class="pg-node-type" text-anchor="middle" y={13}>
        {subtitle}
      </text>
    </>
  );
  const name = `pg-node pg-node-${kind}${found ? ' pg-found' : ''}`;
  const transform = `translate(${place.x} ${place.y})`;
  if (kind !== 'block') {
    return (
      <g class={name} transform={transform}>
        {box}
      </g>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG.
    <g
      class={name}
      transform={transform}
      data-block={id}
      role="button"
      tabindex={0}
      aria-label={`Open ${title}: ${subtitle}`}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        onOpen(id);
      }}
    >
      {box}
    </g>
  );
}
