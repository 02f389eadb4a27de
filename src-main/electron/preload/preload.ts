import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  type HostBridge,
  hostCallChannel,
  hostCallNames,
  hostEventChannel,
  hostEventNames,
} from '#shared/api/hostNames.ts';

// Three functions and known names only; neither `ipcRenderer` nor an event object ever reaches the page.
const bridge: HostBridge = {
  async call(name, input) {
    if (!hostCallNames.includes(name)) throw new Error(`The shell has no call ${name}.`);
    const answer: unknown = await ipcRenderer.invoke(hostCallChannel, name, input);
    return answer;
  },
  subscribe(name, listener) {
    if (!hostEventNames.includes(name)) throw new Error(`The shell has no event ${name}.`);
    const receive = (_event: unknown, sent: unknown, payload: unknown): void => {
      if (sent === name) listener(payload);
    };
    ipcRenderer.on(hostEventChannel, receive);
    return () => void ipcRenderer.off(hostEventChannel, receive);
  },
  pathOf(file) {
    return file instanceof File ? webUtils.getPathForFile(file) : '';
  },
};

contextBridge.exposeInMainWorld('openSwarm', bridge);
