import 'katex/dist/katex.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/components.css';
import { render } from 'preact';
import { Shell } from './shell/shell.tsx';

const root = document.getElementById('app');
if (root) render(<Shell />, root);
