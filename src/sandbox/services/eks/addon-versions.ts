import { AGENT_ADDON, POD_IDENTITY_ADDON } from '../../agents.ts';
import type { JsonValue } from '../../wire/json.ts';
import { type EksOperation, invalidParameter, pageOf } from './input.ts';

/** Kubernetes versions that EKS has add-ons for; the agent's begins at 1.25 (facts §5.3). */
const KUBERNETES = ['1.25', '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34'];

interface Offer {
  name: string;
  /** Newest first. */
  versions: string[];
  namespace: string;
}

const OFFERS: Offer[] = [
  {
    name: AGENT_ADDON,
    versions: ['v1.1.6', 'v1.1.4', 'v1.1.3', 'v1.1.0', 'v1.0.2', 'v1.0.1', 'v1.0.0'].map(build),
    namespace: 'amazon-network-flow-monitor',
  },
  {
    name: POD_IDENTITY_ADDON,
    versions: ['v1.3.8-eksbuild.2', 'v1.3.7-eksbuild.2'],
    namespace: 'kube-system',
  },
];

function build(version: string): string {
  return `${version}-eksbuild.1`;
}

export const describeAddonVersions: EksOperation = (input) => {
  const { addonName, kubernetesVersion } = input.query;
  const offered = OFFERS.filter(({ name }) => (addonName ?? name) === name).filter(
    () => kubernetesVersion === undefined || KUBERNETES.includes(kubernetesVersion),
  );
  const { items, nextToken } = pageOf(offered, input);
  return { addons: items.map((offer) => toOffer(offer, kubernetesVersion)), nextToken };
};

function toOffer({ name, versions, namespace }: Offer, kubernetesVersion: string | undefined): JsonValue {
  return {
    addonName: name,
    type: name === AGENT_ADDON ? 'observability' : 'security',
    publisher: 'eks',
    owner: 'aws',
    defaultNamespace: namespace,
    addonVersions: versions.map((addonVersion, index) => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2'],
      compatibilities: KUBERNETES.filter((version) => (kubernetesVersion ?? version) === version).map(
        (clusterVersion) => ({ clusterVersion, platformVersions: ['*'], defaultVersion: index === 0 }),
      ),
      requiresConfiguration: false,
      requiresIamPermissions: name === AGENT_ADDON,
    })),
  };
}

/** Where an add-on's service accounts are. */
export function namespaceOf(addonName: string): string {
  return OFFERS.find(({ name }) => name === addonName)?.namespace ?? 'kube-system';
}

/** The version that an add-on gets: the one that is asked for, or the newest that the cluster can have. */
export function versionOf(addonName: string, kubernetesVersion: string, wanted: string | undefined): string {
  const offer = OFFERS.find(({ name }) => name === addonName);
  if (!offer) throw invalidParameter(`Addon ${addonName} specified is not supported`);
  const [newest = ''] = KUBERNETES.includes(kubernetesVersion) ? offer.versions : [];
  if (newest === '' || (wanted !== undefined && !offer.versions.includes(wanted)))
    throw invalidParameter(
      `Addon version specified is not supported in ${kubernetesVersion} kubernetes version`,
    );
  return wanted ?? newest;
}
