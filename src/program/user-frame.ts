// Which line of the user's code is running: the innermost stack frame outside the library.

const location = /((?:file|https?):\/\/[^\s)]+|\/[^\s)]+|[A-Za-z]:\\[^\s)]+):\d+:\d+/;
/** The file that this code was loaded from: its own, or one of the few that a build made. */
const here = location.exec(frames().at(0) ?? '')?.[1] ?? '';
/** The folder of the library. */
const library = here.replace(/(\/program\/user-frame\.[jt]s|[^\\/]*)$/, '');

function frames(): string[] {
  return (new Error().stack ?? '').split('\n').filter((line) => /^\s*at |@/.test(line));
}

/** `file:line:column` of the innermost frame that is not the library's own, or undefined where the engine gives none. */
export function userFrame(): string | undefined {
  for (const frame of frames()) {
    const place = location.exec(frame)?.[0];
    if (place === undefined || frame.includes(library) || /node:internal|node_modules/.test(frame)) continue;
    return place;
  }
  return undefined;
}
