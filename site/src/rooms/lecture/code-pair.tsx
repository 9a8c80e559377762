// A PyTorch program beside ours, each with what it prints. PyTorch's output was recorded; ours is checked by a test.
import { ScrollArea } from '../../components/scroll-area.tsx';
import recorded from './pytorch.json';

export interface Program {
  readonly code: string;
  readonly output: string;
}

function Listing({ title, code, output }: Program & { readonly title: string }) {
  return (
    <div class="listing">
      <p class="listing-title">{title}</p>
      <ScrollArea class="listing-code" label={`${title} program`}>
        <pre>{code.trimEnd()}</pre>
      </ScrollArea>
      <p class="listing-caption">prints</p>
      <ScrollArea class="listing-output" label={`What the ${title} program prints`}>
        <pre>{output.trimEnd()}</pre>
      </ScrollArea>
    </div>
  );
}

const columnsOf = ({ code, output }: Program): number =>
  `${code}\n${output}`.split('\n').reduce((most, line) => Math.max(most, line.length), 0);
const linesOf = ({ code, output }: Program): number => `${code.trimEnd()}\n${output.trimEnd()}`.split('\n').length;

export function CodePair({ id, ours }: { readonly id: keyof typeof recorded.programs; readonly ours: Program }) {
  const theirs = recorded.programs[id];
  const lines = Math.max(linesOf(theirs), linesOf(ours));
  const columns = Math.max(columnsOf(theirs), columnsOf(ours));
  return (
    <div class="code-pair" style={{ '--lines': lines, '--columns': columns }}>
      <Listing title={`PyTorch ${recorded.version}`} {...theirs} />
      <Listing title="nabla" {...ours} />
    </div>
  );
}
