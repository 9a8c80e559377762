// The frame: header, the room on screen, help. Rooms know nothing about it but the hooks in src/app.
import { useEffect } from 'preact/hooks';
import { openRoom } from '../app/room-state.ts';
import { useShortcut } from '../app/shortcuts.ts';
import { toggleTheme } from '../app/theme.ts';
import { address, controlsHidden, roomLink } from '../app/url.ts';
import { rooms } from '../rooms.ts';
import { Header } from './header.tsx';
import { Help, helpShown } from './help.tsx';
import { LinkTrouble } from './link-trouble.tsx';
import { RoomView } from './room-view.tsx';

function enter(id: string): void {
  location.hash = roomLink(id);
}

function RoomShortcut({ id, title, digit }: { id: string; title: string; digit: number }) {
  useShortcut(String(digit), `go to ${title}`, () => enter(id));
  return null;
}

export function Shell() {
  const room = rooms.find(({ id }) => id === address.value.room) ?? rooms[0];
  const hidden = controlsHidden();
  useShortcut('?', 'this help', () => {
    helpShown.value = true;
  });
  useShortcut('t', 'light or dark', toggleTheme);
  useShortcut('Mod+z', 'undo', () => openRoom.value?.undo());
  useShortcut('Mod+Shift+z', 'redo', () => openRoom.value?.redo());
  useEffect(() => {
    document.title = `${room.title} · nabla`;
  }, [room]);

  return (
    <div class={hidden ? 'hide-controls' : undefined}>
      {rooms.map(({ id, title }, index) => (
        <RoomShortcut key={id} id={id} title={title} digit={index + 1} />
      ))}
      {/* biome-ignore lint/a11y/useValidAnchor: it does lead to a place on the page, without touching the address. */}
      <a
        class="skip-link"
        href="#main"
        onClick={(event) => {
          // The address behind the # belongs to the room.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the content
      </a>
      {!hidden && <Header current={room} />}
      <main id="main" class="site-main" tabIndex={-1}>
        <LinkTrouble />
        <RoomView key={room.id} room={room} />
      </main>
      {!hidden && (
        <footer class="site-footer">
          Everything is computed in this browser; nothing is sent anywhere. Press <kbd>?</kbd> for the keys.
        </footer>
      )}
      <Help />
    </div>
  );
}
