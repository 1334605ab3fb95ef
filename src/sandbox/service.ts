import type { MonitorMetrics } from './metrics.ts';
import type { AwsEvent, World } from './world.ts';

/** What the sandbox does instead of answering, for tests of bad weather. */
export interface Fault {
  /** SigV4 signing name, or `*`. */
  service: string;
  /** Operation name, or `*`. */
  operation: string;
  /** How many calls are hit; every call when absent. */
  times?: number;
  error?: { code: string; status: number; message: string };
  delayMillis?: number;
  /** Never answer, until the client gives up or the sandbox closes. */
  hang?: true;
}

export interface ServiceContext {
  world: World;
  metrics: MonitorMetrics;
  awsEvents: AwsEvent[];
  now(): number;
  /** Changes the world when a share of the time that things take to settle has gone by. */
  later(share: number, change: () => void): void;
  /** The error to answer with instead, if a fault is set for this operation. */
  fault(operation: string): Fault | undefined;
  /** Notes the call in the sandbox's request log. */
  record(operation: string): void;
}

/** One AWS service behind the shared endpoint. `name` is its SigV4 signing name. */
export interface Service {
  name: string;
  handle(request: Request, context: ServiceContext): Promise<Response>;
}
