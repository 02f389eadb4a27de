import type { Page } from '@playwright/test';
import type { Problem } from '#shared/api/snapshot.ts';

/**
 * FAKE problems: puts them into what the engine tells this page, since a full disk or a coordinator that keeps crashing
 * cannot be had on demand. All else comes from the real engine. Gives back the texts that the page sent.
 */
export async function showProblems(page: Page, problems: readonly Problem[]): Promise<readonly string[]> {
  const sent: string[] = [];
  const told = `"problems":${JSON.stringify(problems)}`;
  await page.routeWebSocket(/./, (socket) => {
    const engine = socket.connectToServer();
    socket.onMessage((message) => {
      sent.push(String(message));
      engine.send(message);
    });
    engine.onMessage((message) =>
      socket.send(typeof message === 'string' ? message.replace('"problems":[]', told) : message),
    );
  });
  await page.goto('about:blank');
  return sent;
}
