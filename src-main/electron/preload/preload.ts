import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  type HostBridge,
  hostCallChannel,
  hostCallNames,
  hostEventChannel,
  hostEventNames,
} from '#shared/api/hostNames.ts';

// Exposes three functions for known names only; the page never gets `ipcRenderer` or an event object.
const bridge: HostBridge = {
  async call(name, input) {
    if (!hostCallNames.includes(name)) throw new Error(`There is no call ${name}.`);
    const answer: unknown = await ipcRenderer.invoke(hostCallChannel, name, input);
    return answer;
  },
  subscribe(name, listener) {
    if (!hostEventNames.includes(name)) throw new Error(`There is no event ${name}.`);
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
