// Says that the link which was opened could not be read, and why, until it is put away or something is changed.
import { linkTrouble } from '../app/room-state.ts';

export function LinkTrouble() {
  const why = linkTrouble.value;
  if (why === null) return null;
  return (
    <div class="error link-trouble" role="alert">
      <p>This link could not be read: {why}. The room is shown without it.</p>
      <button
        type="button"
        onClick={() => {
          linkTrouble.value = null;
        }}
      >
        Put away
      </button>
    </div>
  );
}
