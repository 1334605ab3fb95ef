import type { Aws } from '../aws/aws.ts';
import { flowMonitor } from '../aws/monitors.ts';
import { takeInventory } from '../collect/collect.ts';
import { Gaps } from '../collect/gaps.ts';
import { planMonitors } from '../collect/plan.ts';
import type { TargetSpec } from '../collect/target.ts';
import { PLAN_SCHEMA, type PlanDocument } from '../model/documents.ts';
import { UsageError } from '../model/errors.ts';
import { instant } from '../model/time.ts';
import { renderJson } from '../render/json.ts';
import { sanitize } from '../render/sanitize.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

/** Creates the monitors that the target lacks: shows the requests, asks, and says what it did. */
export async function ensureMonitors(io: Io, options: Options, aws: Aws, target: TargetSpec): Promise<void> {
  const gaps = new Gaps();
  const inventory = await takeInventory(aws, { target, onProgress: () => undefined }, gaps);
  const requests = planMonitors(inventory, aws.region);
  if (options.dryRun) {
    const plan: PlanDocument = {
      schema: PLAN_SCHEMA,
      generatedAt: instant(io.now()),
      items: requests.map((request) => ({
        action: 'networkflowmonitor:CreateMonitor',
        request: { ...request },
      })),
    };
    io.stdout.write(renderJson(plan));
    return;
  }
  if (requests.length === 0) {
    io.stderr.write('Every monitor that the target needs is there already; nothing was created.\n');
    return;
  }
  for (const { monitorName, localResources } of requests) {
    io.stderr.write(
      `CreateMonitor ${monitorName}: ${localResources?.map((r) => sanitize(r.identifier ?? '')).join(', ')}\n`,
    );
  }
  await agree(
    io,
    options,
    `Create ${requests.length} monitor(s)? They publish paid CloudWatch metrics. [y/N] `,
  );
  const service = flowMonitor(aws);
  for (const request of requests) {
    const { name, status } = await service.create(request);
    io.stderr.write(`Created ${name}: ${status}. Its first data can take up to 30 minutes.\n`);
  }
}

async function agree(io: Io, options: Options, question: string): Promise<void> {
  if (options.yes) return;
  if (!io.interactive) {
    throw new UsageError(
      'needs-yes',
      'This creates monitors in your account, and there is no terminal to ask on.',
      {
        hint: 'Add --yes to agree, or --dry-run to see the requests.',
      },
    );
  }
  if (!/^y(es)?$/i.test((await io.ask(question)).trim())) {
    throw new UsageError('not-agreed', 'Nothing was created.', { hint: 'Answer y, or add --yes.' });
  }
}
