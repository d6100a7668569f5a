import { render } from 'preact';
import { App } from './app.tsx';
import './theme.css';
import './ui/ui.css';
import './shell/shell.css';
import './shell/dialogs.css';
import './list/list.css';
import './shell/narrow.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
