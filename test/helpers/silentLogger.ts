export { silentLogger } from '#shared/util/logger.ts';
