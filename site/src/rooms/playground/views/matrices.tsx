// Jacobian and Hessian as heat maps, with the structure that was found; the Hessian with its eigenvalues and its curvature.
import { HeatMap } from '../../../components/heat-map.tsx';
import { formatNumber } from '../../../components/number-table.tsx';
import { type HessianAnswer, hessianAnswer, type MatrixAnswer, matrixAnswer } from '../answers.ts';
import { coordinateLabel, planeOf } from '../plane-controls.tsx';
import { useAsk } from '../session.ts';
import { Choice } from './choice.tsx';
import { CurvatureEllipse } from './curvature.tsx';
import { Answer, givenOf, type ViewProps } from './view.tsx';

function chosenInput({ room }: Pick<ViewProps, 'room'>): number {
  const { wrt, inputs } = room.value;
  return Math.min(wrt, Math.max(0, inputs.length - 1));
}

function InputChoice({ room }: Pick<ViewProps, 'room'>) {
  const { inputs } = room.value;
  if (inputs.length < 2) return null;
  return (
    <div class="pg-options controls">
      <Choice
        label="Derive by"
        value={String(chosenInput({ room }))}
        options={inputs.map(({ name }, i) => [String(i), name])}
        onChange={(value) => room.change({ wrt: Number(value) })}
      />
    </div>
  );
}

/** What each class of structured result is, in a few words. */
const meanings: Readonly<Record<string, string>> = {
  Dense: 'no structure was found: every entry is kept',
  Diagonal: 'only the diagonal is kept',
  BlockDiagonal: 'only the blocks on the diagonal are kept',
  Kronecker: 'the Kronecker product of smaller matrices',
  LowRank: 'a product of thin matrices',
  LowRankUpdate: 'a simple matrix plus one of low rank',
  Sparse: 'only the entries that can differ from zero are kept, found by colouring',
  DeltaMatrix: 'index notation with deltas: only what is not zero is kept',
  Sum: 'a sum of structured matrices',
};

function Structure({ structure, rows }: Pick<MatrixAnswer, 'structure' | 'rows'>) {
  if (!structure) return <p class="hint">The structure could not be determined.</p>;
  const entries = rows.length * (rows[0]?.length ?? 0);
  return (
    <p class="pg-structure">
      Structure: <b>{structure.kind}</b>
      <span class="hint">
        {' '}
        — {meanings[structure.kind] ?? 'a structured matrix'}; {structure.stored} numbers stored for {entries} entries.
      </span>
    </p>
  );
}

export function JacobianView({ session, room }: ViewProps) {
  const input = chosenInput({ room });
  const name = room.value.inputs[input]?.name ?? 'x';
  const answer = useAsk(session, 'jacobian', { ...givenOf(room.value), input }, matrixAnswer);
  return (
    <>
      <InputChoice room={room} />
      <Answer of={answer} label="computing the Jacobian" session={session}>
        {({ rows, structure, rowLabels, columnLabels, shape }) => (
          <>
            <Structure structure={structure} rows={rows} />
            <HeatMap
              title={`Jacobian in ${name}`}
              description={`of shape [${shape.join(', ')}]: rows are outputs, columns are inputs.`}
              values={rows}
              rowLabels={rowLabels}
              columnLabels={columnLabels}
            />
          </>
        )}
      </Answer>
    </>
  );
}

function definiteness(eigenvalues: readonly number[]): string {
  const scale = Math.max(...eigenvalues.map(Math.abs)) * 1e-12;
  const positive = eigenvalues.filter((value) => value > scale).length;
  const negative = eigenvalues.filter((value) => value < -scale).length;
  if (positive === eigenvalues.length) return 'positive definite: curved upward in every direction';
  if (negative === eigenvalues.length) return 'negative definite: curved downward in every direction';
  if (positive > 0 && negative > 0) return `indefinite: ${positive} up, ${negative} down`;
  if (positive > 0) return 'positive semidefinite: flat in some directions';
  return negative > 0 ? 'negative semidefinite: flat in some directions' : 'flat';
}

function Eigenvalues({ eigenvalues }: Pick<HessianAnswer, 'eigenvalues'>) {
  if (eigenvalues.length === 0) return null;
  const most = 12;
  const shown = eigenvalues.length <= most ? eigenvalues : [...eigenvalues.slice(0, 6), ...eigenvalues.slice(-6)];
  return (
    <section>
      <h2>Eigenvalues</h2>
      <p>
        {shown.map((value, i) => (
          <span key={i} class="pg-eigenvalue">
            {eigenvalues.length > most && i === 6 ? '… ' : ''}
            {formatNumber(value)}
          </span>
        ))}
      </p>
      <p class="hint">The Hessian is {definiteness(eigenvalues)}.</p>
    </section>
  );
}

export function HessianView({ session, room }: ViewProps) {
  const state = room.value;
  const input = chosenInput({ room });
  const name = state.inputs[input]?.name ?? 'x';
  const plane = planeOf(state) ?? { x: state.x, y: state.y };
  const answer = useAsk(session, 'hessian', { ...givenOf(state), ...plane, input }, hessianAnswer);
  const labels = [coordinateLabel(state.inputs, plane.x), coordinateLabel(state.inputs, plane.y)] as const;
  return (
    <>
      <InputChoice room={room} />
      <Answer of={answer} label="computing the Hessian" session={session}>
        {({ matrix, eigenvalues, plane: part }) => (
          <>
            <Structure structure={matrix.structure} rows={matrix.rows} />
            <HeatMap
              title={`Hessian in ${name}`}
              description={`of shape [${matrix.shape.join(', ')}].`}
              values={matrix.rows}
              rowLabels={matrix.rowLabels}
              columnLabels={matrix.columnLabels}
            />
            <Eigenvalues eigenvalues={eigenvalues} />
            {part && <CurvatureEllipse values={part.values} vectors={part.vectors} labels={labels} />}
          </>
        )}
      </Answer>
    </>
  );
}
