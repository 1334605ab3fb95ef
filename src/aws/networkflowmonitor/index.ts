export { NetworkFlowMonitorClient } from './client.ts';
export * from './commands.ts';
export type {
  NetworkFlowMonitorClientConfig,
  ResolvedConfig as NetworkFlowMonitorClientResolvedConfig,
} from './config.ts';
export {
  AccessDeniedException,
  ConflictException,
  InternalServerException,
  NetworkFlowMonitorServiceException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ThrottlingException,
  ValidationException,
} from './errors.ts';
export { OPERATIONS } from './operations.ts';
export * from './pagination.ts';
export type * from './types.ts';
