// One derivative: the formula, its named parts, how it is laid out, how far it was checked, its other forms, and copies.
import { useId, useState } from 'preact/hooks';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Copy, Formula } from '../../components/formula.tsx';
import { formatNumber } from '../../components/number-table.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { type Tab, Tabs } from '../../components/tabs.tsx';
import { compute } from '../../worker/compute.ts';
import type { FormulaView, Written } from './tasks.ts';
import { letLatex, mainLatex } from './written.ts';

const languages = [
  ['typescript', 'TypeScript'],
  ['numpy', 'NumPy'],
  ['jax', 'JAX'],
  ['pytorch', 'PyTorch'],
  ['julia', 'Julia'],
] as const;

type Language = (typeof languages)[number][0];

const drawing = (latex: string): Copy => ({
  label: 'SVG',
  text: (signal) => compute('formula', 'svg', { latex }, { signal }),
});

const copies = ({ text, latex }: Written): readonly Copy[] => [
  { label: 'LaTeX', text: latex },
  { label: 'Text', text },
  drawing(latex),
];

/** `symbol = formula`, with the names it uses below. */
function Main({ view }: { readonly view: FormulaView }) {
  const { text, latex, lets } = view;
  const whole: Written = {
    text: [text, ...lets.map((part) => `${part.name} = ${part.text}`)].join('\n'),
    latex: lets.length === 0 ? latex : `${latex} \\quad\\text{where } ${lets.map(letLatex).join(',\\; ')}`,
  };
  return (
    <>
      <Formula display latex={mainLatex(view)} text={text} copies={copies(whole)} />
      {lets.length > 0 && (
        <ul class="formula-lets" aria-label="where">
          {lets.map((part) => (
            <li key={part.name}>
              <span class="hint">where </span>
              <Formula latex={letLatex(part)} text={`${part.name} = ${part.text}`} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Operator({ view }: { readonly view: FormulaView }) {
  const { operator, symbol } = view;
  if (!operator) return null;
  return (
    <>
      <p class="hint">The derivative as a linear map: what it makes of a direction Ξ of the variable’s shape.</p>
      <Formula
        display
        latex={`${symbol}\\,[\\Xi] = ${operator.latex}`}
        text={`T[${operator.direction}] = ${operator.text}`}
        copies={copies(operator)}
      />
    </>
  );
}

function Code({ code }: { readonly code: FormulaView['code'] }) {
  const group = useId();
  const [language, choose] = useState<Language>('typescript');
  const text = code[language] ?? '';
  return (
    <>
      <div class="formula-language controls">
        {languages.map(([id, label]) => (
          <label key={id}>
            <input type="radio" name={group} checked={id === language} onChange={() => choose(id)} /> {label}
          </label>
        ))}
        <CopyButton label="Copy" text={text} title={`Copy as ${languages.find(([id]) => id === language)?.[1]}`} />
      </div>
      <ScrollArea class="formula-code" label="Code">
        <pre>{text}</pre>
      </ScrollArea>
    </>
  );
}

function formsOf(view: FormulaView): readonly Tab[] {
  const { operator, vec, index, code } = view;
  const forms: Tab[] = [];
  if (operator) forms.push({ id: 'operator', title: 'Operator', content: () => <Operator view={view} /> });
  forms.push({ id: 'formula', title: 'Formula', content: () => <Main view={view} /> });
  if (vec) {
    forms.push({
      id: 'vec',
      title: 'Kronecker form',
      content: () => (
        <>
          <p class="hint">Between vec f and vec of the variable, both stacked by columns.</p>
          <Formula display latex={vec.latex} text={vec.text} copies={copies(vec)} />
        </>
      ),
    });
  }
  forms.push({
    id: 'index',
    title: 'Index notation',
    content: () => <Formula display latex={index.latex} text={index.text} copies={copies(index)} />,
  });
  if (Object.keys(code).length > 0) forms.push({ id: 'code', title: 'Code', content: () => <Code code={code} /> });
  return forms;
}

/** What the numbers say about the formula. */
function Check({ check, warning }: Pick<FormulaView, 'check' | 'warning'>) {
  if (warning !== undefined) return <p class="formula-doubt">⚠ {warning}.</p>;
  if (!check) return <p class="hint">Agrees with automatic differentiation; no point was found for differences.</p>;
  const at = check.sizes === '' ? '' : ` (${check.sizes})`;
  const error = formatNumber(check.error);
  return check.passed ? (
    <p class="formula-checked">
      <span aria-hidden="true">✓ </span>Checked against finite differences at a random point{at}: relative error {error}
      .
    </p>
  ) : (
    <p class="formula-doubt">
      <span aria-hidden="true">⚠ </span>Differs from finite differences at a random point{at} by {error}.
    </p>
  );
}

export function Derivative({ view }: { readonly view: FormulaView }) {
  const [form, choose] = useState('');
  const forms = formsOf(view);
  return (
    <section aria-label={view.kind} class="derivative">
      <h2>{view.kind}</h2>
      <Tabs label={`Forms of the ${view.kind}`} tabs={forms} selected={form || forms[0]!.id} onSelect={choose} />
      <p class="hint">{view.layout}</p>
      {view.facts.length > 0 && <p>Proven from its form: {view.facts.join(', ').replaceAll('<=', '≤')}.</p>}
      <Check check={view.check} warning={view.warning} />
    </section>
  );
}
