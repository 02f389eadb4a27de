import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/index.css';
import { findEngineAccess } from '#renderer/client/engineAccess.ts';
import { findShell } from '#renderer/client/shell.ts';
import { App } from '#renderer/frame/App.tsx';
import { EngineGaveUp } from '#renderer/frame/WaitingScreens.tsx';
import { connectEngine } from './state/engine/connectEngine.ts';
import { EngineProvider } from './state/engine/EngineContext.tsx';
import { ShellProvider } from './state/shell/ShellContext.tsx';
import { followSystemTheme } from './state/shell/theme.ts';

/** Composition root of the interface. */
async function start(host: HTMLElement): Promise<void> {
  const root = createRoot(host);
  const shell = findShell(window);
  followSystemTheme();
  try {
    const engine = connectEngine(await findEngineAccess(window, shell));
    root.render(
      <StrictMode>
        <ShellProvider shell={shell}>
          <EngineProvider engine={engine}>
            <App />
          </EngineProvider>
        </ShellProvider>
      </StrictMode>,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    // Only the shell can fail here; it can also start the engine again.
    const retry = () => void shell?.call('engine.retry').then(() => window.location.reload());
    root.render(<EngineGaveUp why={why} onRetry={retry} />);
  }
}

const host = document.getElementById('root');
if (host !== null) void start(host);
