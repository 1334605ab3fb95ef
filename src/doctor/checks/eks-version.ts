import { aws } from '../../model/command-line.ts';
import { guide, isOlder } from '../agent.ts';
import { failed, passed } from '../check.ts';
import { clusterCheck } from '../subjects.ts';

const OLDEST = '1.25';

export const eksVersion = clusterCheck({
  id: 'eks-version',
  title: `Kubernetes is ${OLDEST} or newer`,
  source: guide('agents-kubernetes-eks'),
  cheap: true,
  async run(facts, { name, version }) {
    if (!isOlder(version, OLDEST)) return passed(`Cluster ${name} runs Kubernetes ${version}.`, { version });
    return failed({
      finding: `Cluster ${name} runs Kubernetes ${version}; the agent needs ${OLDEST}.`,
      evidence: { version },
      fix: aws('eks update-cluster-version', { name, 'kubernetes-version': OLDEST, region: facts.region }),
    });
  },
});
