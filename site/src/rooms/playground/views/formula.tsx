// The derivatives as formulas, read off the traced function.
import { Formula } from '../../../components/formula.tsx';
import { type FormulaAnswer, formulaAnswer } from '../answers.ts';
import { useAsk } from '../session.ts';
import { Answer, givenOf, type ViewProps } from './view.tsx';

type Derivative = FormulaAnswer['formulas'][number];

function DerivativeFormula({ title, text, latex, lets, warning }: Derivative) {
  return (
    <section>
      <h2>{title}</h2>
      <Formula
        display
        latex={latex}
        text={text}
        copies={[
          { label: 'LaTeX', text: latex },
          { label: 'Text', text },
        ]}
      />
      {lets.length > 0 && (
        <>
          <p class="hint">where</p>
          {lets.map((part) => (
            <Formula
              key={part.name}
              display
              latex={`${part.latexName} = ${part.latex}`}
              text={`${part.name} = ${part.text}`}
            />
          ))}
        </>
      )}
      {warning !== undefined && <p class="hint">In index notation, since {warning}.</p>}
    </section>
  );
}

export function FormulaView({ session, room }: ViewProps) {
  const answer = useAsk(session, 'formula', givenOf(room.value), formulaAnswer, 15_000);
  return (
    <Answer of={answer} label="deriving formulas" session={session}>
      {({ formulas, failures }) => (
        <>
          {formulas.map((derivative) => (
            <DerivativeFormula key={derivative.title} {...derivative} />
          ))}
          {failures.map((failure) => (
            <p key={failure} class="hint">
              {failure}
            </p>
          ))}
        </>
      )}
    </Answer>
  );
}
