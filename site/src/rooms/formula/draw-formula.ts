// LaTeX → a stand-alone SVG of glyph outlines, by MathJax: no fonts are needed where it is opened. Loaded when first asked for.
import { liteAdaptor } from 'mathjax-full/js/adaptors/liteAdaptor.js';
import { RegisterHTMLHandler } from 'mathjax-full/js/handlers/html.js';
import { TeX } from 'mathjax-full/js/input/tex.js';
import 'mathjax-full/js/input/tex/ams/AmsConfiguration.js';
import { mathjax } from 'mathjax-full/js/mathjax.js';
import { SVG } from 'mathjax-full/js/output/svg.js';

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const page = mathjax.document('', {
  InputJax: new TeX({ packages: ['base', 'ams'] }),
  OutputJax: new SVG({ fontCache: 'none' }),
});

export function drawFormula(latex: string): string {
  const drawn = page.convert(latex, { display: true });
  const text = adaptor.innerHTML(drawn);
  return text.replace('<svg ', '<svg color="#000" ');
}
