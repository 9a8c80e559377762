// The lecture: matrix calculus from a slope to a network that learns, to be read as a page or presented as a talk.
import './lecture.css';
import { useMemo } from 'preact/hooks';
import { openRoomState } from '../../app/room-state.ts';
import { useShortcut } from '../../app/shortcuts.ts';
import { address } from '../../app/url.ts';
import type { Part } from './part.tsx';
import { parts } from './parts.ts';
import { openSlide, Presentation } from './presentation/presentation.tsx';
import { initial, type Lecture, readState } from './state.ts';

const title = 'Matrix calculus, from a slope to a network that learns';

/** The slide before the first part. */
function Title() {
  return (
    <>
      <p class="lead">
        A derivative is a linear map. Gradients, Jacobians, Hessians, backpropagation and the training of networks
        follow from that sentence.
      </p>
      <p class="slide-only hint">
        nabla ∇ · every figure is live and computed in this browser · <kbd>→</kbd> next, <kbd>?</kbd> keys
      </p>
    </>
  );
}

const slides: readonly Part[] = [{ id: 'title', title, Content: Title }, ...parts];

export default function LectureRoom() {
  const lecture = useMemo(() => openRoomState('lecture', initial, readState), []);
  const slide = address.value.parameters.get('slide');
  if (slide === null) return <Reading lecture={lecture} />;
  const index = slides.findIndex(({ id }) => id === slide);
  return <Presentation parts={slides} index={Math.max(0, index)} lecture={lecture} />;
}

function Reading({ lecture }: { readonly lecture: Lecture }) {
  const present = (): void => openSlide('title');
  useShortcut('p', 'present the lecture', present);
  return (
    <article class="lecture">
      <h1>{title}</h1>
      <Title />
      <div class="row controls lecture-tools">
        <button type="button" onClick={present}>
          Present <kbd>P</kbd>
        </button>
        <span class="hint">Every figure is live: move its sliders and points.</span>
      </div>
      <nav class="contents controls" aria-label="Contents">
        <ol>
          {parts
            .filter(({ continues }) => !continues)
            .map((part) => (
              <li key={part.id}>
                <button
                  type="button"
                  class="link"
                  onClick={() => document.getElementById(`part-${part.id}`)?.scrollIntoView()}
                >
                  {part.title}
                </button>
              </li>
            ))}
        </ol>
      </nav>
      {parts.map(({ id, title: heading, continues, Content }) => (
        <section key={id} id={`part-${id}`} class={continues ? 'part continues' : 'part'} aria-label={heading}>
          {continues ? <h3>{heading}</h3> : <h2>{heading}</h2>}
          <Content lecture={lecture} slide={false} />
        </section>
      ))}
    </article>
  );
}
