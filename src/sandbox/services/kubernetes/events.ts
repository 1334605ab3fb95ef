import { AGENT_DAEMON_SET, type AgentWorkload, agentWorkload } from '../../world/kubernetes.ts';
import { type AgentPod, agentPods } from './agent-pods.ts';
import { agentImage } from './daemon-sets.ts';
import type { KubernetesObject } from './kinds.ts';
import { unschedulable } from './pods.ts';
import { object, seconds, uid, type View } from './view.ts';

/** Events are kept for an hour; what goes on failing says so again and again. */
const KEPT = 60 * 60_000;

interface Told {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
  /** How long ago it was last said, ms; what is older than an hour is forgotten. */
  ago: number;
}

export function events(view: View): KubernetesObject[] {
  const agent = agentWorkload(view.cluster);
  return agent ? agentPods(view, agent).flatMap((pod) => about(view, agent, pod)) : [];
}

function about(view: View, agent: AgentWorkload, pod: AgentPod): KubernetesObject[] {
  const { namespace } = agent;
  const ofPod = { kind: 'Pod', name: pod.name, namespace };
  const daemonSet = { kind: 'DaemonSet', name: AGENT_DAEMON_SET, namespace };
  const { fate, node } = pod;
  const started = view.now - Date.parse(agent.startedAt);
  const made: Told = {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.name}`,
    component: 'daemonset-controller',
    ago: started,
  };
  const image = agentImage(view, agent);
  const kubelet = (
    type: Told['type'],
    reason: string,
    message: string,
    ago: number,
  ): Told & { host: string } => ({
    type,
    reason,
    message,
    component: 'kubelet',
    ago,
    host: node.ip,
  });
  switch (fate.state) {
    case 'forbidden':
      return [
        event(view, daemonSet, {
          type: 'Warning',
          reason: 'FailedCreate',
          message: `Error creating: ${fate.message}`,
          component: 'daemonset-controller',
          ago: 240_000,
        }),
      ].flat();
    case 'pending':
      return [
        event(view, daemonSet, made),
        event(view, ofPod, {
          type: 'Warning',
          reason: 'FailedScheduling',
          message: unschedulable(view, fate.message),
          component: 'default-scheduler',
          ago: 180_000,
        }),
      ].flat();
    case 'evicted':
      return [
        event(view, daemonSet, made),
        event(view, ofPod, kubelet('Warning', 'Evicted', fate.message, 600_000)),
      ].flat();
    case 'image':
      return [
        event(view, daemonSet, made),
        event(view, ofPod, kubelet('Normal', 'Pulling', `Pulling image "${image}"`, 200_000)),
        event(
          view,
          ofPod,
          kubelet(
            'Warning',
            'Failed',
            `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${image.replace('/', '/v2/').replace(/:(?=[^:]*$)/, '/manifests/')}": dial tcp 203.0.113.90:443: i/o timeout`,
            170_000,
          ),
        ),
        event(view, ofPod, kubelet('Warning', 'Failed', 'Error: ErrImagePull', 170_000)),
        event(view, ofPod, kubelet('Normal', 'BackOff', `Back-off pulling image "${image}"`, 20_000)),
        event(view, ofPod, kubelet('Warning', 'Failed', 'Error: ImagePullBackOff', 20_000)),
      ].flat();
    case 'crashing':
      return [
        event(view, daemonSet, made),
        event(
          view,
          ofPod,
          kubelet('Normal', 'Pulled', `Container image "${image}" already present on machine`, 125_000),
        ),
        event(view, ofPod, kubelet('Normal', 'Started', `Started container ${AGENT_DAEMON_SET}`, 125_000)),
        event(
          view,
          ofPod,
          kubelet(
            'Warning',
            'BackOff',
            `Back-off restarting failed container ${AGENT_DAEMON_SET} in pod ${pod.name}_${namespace}(${uid(view, 'Pod', namespace, pod.name)})`,
            15_000,
          ),
        ),
      ].flat();
    default:
      return [
        event(view, daemonSet, made),
        event(view, ofPod, kubelet('Normal', 'Pulled', `Successfully pulled image "${image}"`, started)),
        event(view, ofPod, kubelet('Normal', 'Started', `Started container ${AGENT_DAEMON_SET}`, started)),
      ].flat();
  }
}

function event(
  view: View,
  about: { kind: string; name: string; namespace: string },
  { type, reason, message, component, ago }: Told,
): KubernetesObject[] {
  if (ago > KEPT || ago < 0) return [];
  const { kind, name, namespace } = about;
  const last = view.now - ago;
  const goesOn = type === 'Warning';
  const first = goesOn ? view.now - 55 * 60_000 : last;
  const hash = uid(view, reason, namespace, `${name}${message}`).replaceAll('-', '').slice(0, 16);
  return [
    object(
      view,
      { kind: 'Event', name: `${name}.${hash}`, namespace, createdAt: seconds(first) },
      {
        involvedObject: {
          kind,
          namespace,
          name,
          uid: uid(view, kind, namespace, name),
          apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
          resourceVersion: '1',
          ...(kind === 'Pod' && component === 'kubelet'
            ? { fieldPath: `spec.containers{${AGENT_DAEMON_SET}}` }
            : {}),
        },
        reason,
        message,
        source: { component },
        firstTimestamp: seconds(first),
        lastTimestamp: seconds(last),
        count: goesOn ? 12 : 1,
        type,
        reportingComponent: component,
        reportingInstance: '',
      },
    ),
  ];
}
