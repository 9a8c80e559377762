import { openRoom } from '../app/room-state.ts';
import { theme, toggleTheme } from '../app/theme.ts';
import { roomLink } from '../app/url.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { type Room, rooms } from '../rooms.ts';
import { helpShown } from './help.tsx';

async function linkToHere(): Promise<string> {
  await openRoom.peek()?.written();
  return location.href;
}

export function Header({ current }: { current: Room }) {
  const state = openRoom.value;
  return (
    <header class="site-header">
      <a class="site-name" href={roomLink(rooms[0].id)} aria-label="nabla, start">
        <span aria-hidden="true">∇</span> nabla
      </a>
      <nav class="site-rooms" aria-label="Rooms">
        {rooms.map(({ id, title }) => (
          <a key={id} href={roomLink(id)} aria-current={id === current.id ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="site-tools">
        <button type="button" disabled={!state?.canUndo.value} onClick={() => state?.undo()}>
          <span aria-hidden="true">↶</span>
          <span class="visually-hidden">Undo</span>
        </button>
        <button type="button" disabled={!state?.canRedo.value} onClick={() => state?.redo()}>
          <span aria-hidden="true">↷</span>
          <span class="visually-hidden">Redo</span>
        </button>
        <CopyButton text={linkToHere} label="Link" title="Copy a link to what you see" />
        <button type="button" onClick={toggleTheme}>
          {theme() === 'dark' ? 'Light' : 'Dark'}
        </button>
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => {
            helpShown.value = true;
          }}
        >
          Help
        </button>
      </div>
    </header>
  );
}
