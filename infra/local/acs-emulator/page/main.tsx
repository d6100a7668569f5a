import { render } from 'preact';
import { App } from './app.tsx';
import './theme.css';
import './ui/ui.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
