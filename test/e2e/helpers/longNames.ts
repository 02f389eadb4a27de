import type { Page } from '@playwright/test';

/** As long as a name may be, in one word. */
export const longName = 'Wolkenkratzerfassadenreinigungsroboterschwarmkoordinationsmodell';

/** FAKE names: on their way to the page the names of the model and of the swarm become as long as a name may be. */
export async function lengthenNames(page: Page): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const engine = socket.connectToServer();
    engine.onMessage((message) => {
      const text = message.toString();
      socket.send(
        text.replaceAll('Open Swarm Starter JS', longName).replaceAll(/"Private swarm[^"]*"/g, `"${longName}"`),
      );
    });
  });
  await page.goto('about:blank');
}
