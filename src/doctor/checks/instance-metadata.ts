import { aws } from '../../model/command-line.ts';
import { failed, passed } from '../check.ts';
import { instanceCheck } from '../subjects.ts';

export const instanceMetadata = instanceCheck({
  id: 'instance-metadata',
  layer: 'instances',
  title: 'the instance metadata service is on',
  source: 'https://github.com/aws/network-flow-monitor-agent',
  async run(facts, { id, metadata, cluster }) {
    if (metadata) return passed(`${id} answers metadata requests.`);
    return failed({
      finding: `The instance metadata service is off on ${id}: ${cluster ? "its agent ends with 'IMDSv2 failed'" : 'its agent has neither Region nor credentials'}.`,
      fix: aws('ec2 modify-instance-metadata-options', {
        'instance-id': id,
        'http-endpoint': 'enabled',
        'http-tokens': 'required',
        region: facts.region,
      }),
    });
  },
});
