import type { JsonValue } from '../../wire/json.ts';
import { groupVersion, type Kind, type KubernetesObject } from './kinds.ts';

/** kubectl lets the server make the tables that it prints. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export function toTable(kind: Kind, objects: KubernetesObject[], metadata: JsonValue): JsonValue {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: kind.columns.map(({ name, type = 'string', format = '', priority = 0 }) => ({
      name,
      type,
      format,
      description: '',
      priority,
    })),
    rows: objects.map((object) => ({
      cells: kind.columns.map(({ cell }) => cell(object)),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata,
      },
    })),
  };
}

export function wantsTable(accept: string): boolean {
  return /as=Table/.test(accept) && /v=v1(;|,|$)/.test(accept.replaceAll(' ', ''));
}

export function toList(kind: Kind, objects: KubernetesObject[], metadata: JsonValue): JsonValue {
  return { kind: `${kind.kind}List`, apiVersion: groupVersion(kind), metadata, items: objects };
}

/** As kubectl says how old something is. k8s.io/apimachinery, duration.HumanDuration */
export function age(from: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(from)) / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  const days = Math.floor(hours / 24);
  const years = Math.floor(days / 365);
  const and = (big: number, unit: string, small: number, smallUnit: string) =>
    small === 0 ? `${big}${unit}` : `${big}${unit}${small}${smallUnit}`;
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return and(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return and(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return and(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  if (years < 8) return and(years, 'y', days % 365, 'd');
  return `${years}y`;
}
