// Loads a room and shows it; an error in a room stays in the room.
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import type { Room } from '../rooms.ts';

export function RoomView({ room }: { room: Room }) {
  const [Content, setContent] = useState<ComponentType | null>(null);
  const [loadError, setLoadError] = useState<Error | null>(null);
  const [renderError] = useErrorBoundary();
  useEffect(() => {
    room.load().then(
      (module) => setContent(() => module.default),
      (error: Error) => setLoadError(error),
    );
  }, [room]);

  const error: Error | null = loadError ?? renderError ?? null;
  if (error) {
    return (
      <div role="alert">
        <h1>{room.title}</h1>
        <p>This room could not be shown: {error.message}</p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
  }
  return Content ? <Content /> : <p aria-busy="true">Loading…</p>;
}
