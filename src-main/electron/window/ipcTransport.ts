import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { hostEvents, type HostEventPayload } from '#shared/api/hostContract.ts';
import { hostCallChannel, hostEventChannel, type HostEventName } from '#shared/api/hostNames.ts';
import { isOwnPage } from './servePage.ts';

/** Handles the page's calls. Each call must come from the top frame of the app's own page. */
export function serveHostCalls(calls: (name: unknown, input: unknown) => Promise<unknown>): void {
  ipcMain.handle(hostCallChannel, async (event, name: unknown, input: unknown) => {
    if (!isFromOwnPage(event)) throw new Error('The call does not come from the page of this app.');
    return calls(name, input);
  });
}

/** Sends an event to the page. */
export function sendHostEvent<K extends HostEventName>(
  contents: WebContents,
  name: K,
  payload: HostEventPayload<K>,
): void {
  contents.send(hostEventChannel, name, hostEvents[name].parse(payload));
}

function isFromOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
