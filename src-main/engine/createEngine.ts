export type { Engine, EngineHandlers, EnginePorts, JoinRequest } from './engineContract.ts';
