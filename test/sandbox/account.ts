import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { start } from './client.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A sandbox with clocks that stand still, and AWS's own clients of it. */
export async function account(options: Partial<SandboxOptions> = {}) {
  const started = await start(options);
  const settings = {
    region: started.sandbox.world.region,
    endpoint: started.sandbox.endpoint,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const clients = {
    ec2: new EC2Client(settings),
    eks: new EKSClient(settings),
    // As a client without an endpoint of its own does, it signs for the global service's Region.
    iam: new IAMClient({ ...settings, region: 'us-east-1' }),
    ssm: new SSMClient(settings),
  };
  open.push(started.sandbox.close, ...Object.values(clients).map((client) => () => client.destroy()));
  return { ...started, ...clients };
}

export const LB = 'i-0f31b9d8a27c4e655';
export const NODES = ['i-0a4d7f19c3b6e8250', 'i-0b82c5e6f1d947a33'];
