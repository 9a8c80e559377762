// Which line of the user's code is running: the innermost stack frame outside the library.

const here = frames().at(0) ?? '';
/** The folder or bundle that this file was loaded from. */
const library = here.replace(/\/program\/user-frame\.[jt]s.*$/, '').replace(/^.*?((?:file|https?):\/\/|\/)/, '$1');

function frames(): string[] {
  return (new Error().stack ?? '').split('\n').filter((line) => /^\s*at |@/.test(line));
}

/** `file:line:column` of the innermost frame that is not the library's own, or undefined where the engine gives none. */
export function userFrame(): string | undefined {
  for (const frame of frames()) {
    const location = /((?:file|https?):\/\/[^\s)]+|\/[^\s)]+|[A-Za-z]:\\[^\s)]+):(\d+):(\d+)/.exec(frame)?.[0];
    if (location === undefined || frame.includes(library) || /node:internal|node_modules/.test(frame)) continue;
    return location;
  }
  return undefined;
}
