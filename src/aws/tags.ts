import { type Aws, ask } from './aws.ts';
import * as nfm from './networkflowmonitor/index.ts';

/** Tags of a monitor or scope, by its ARN. */
export function tagsOf(aws: Aws) {
  const client = aws.client(nfm.NetworkFlowMonitorClient, 'NetworkFlowMonitor');
  return {
    async list(resourceArn: string): Promise<Record<string, string>> {
      const answer = await ask(aws, 'networkflowmonitor:ListTagsForResource', (options) =>
        client.send(new nfm.ListTagsForResourceCommand({ resourceArn }), options),
      );
      return answer.tags ?? {};
    },

    async tag(input: nfm.TagResourceCommandInput): Promise<void> {
      await ask(aws, 'networkflowmonitor:TagResource', (options) =>
        client.send(new nfm.TagResourceCommand(input), options),
      );
    },

    async untag(input: nfm.UntagResourceCommandInput): Promise<void> {
      await ask(aws, 'networkflowmonitor:UntagResource', (options) =>
        client.send(new nfm.UntagResourceCommand(input), options),
      );
    },
  };
}
