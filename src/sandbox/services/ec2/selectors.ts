import { ServiceError } from '../../wire/service-error.ts';
import type { Selector } from './resource.ts';

/**
 * What EC2 says of IDs that do not exist. The codes are spelled out because their case follows no rule.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
interface IdWords {
  parameter: string;
  prefix: string;
  noun: string;
  notFound: string;
  malformed: string;
}

export function byId<T>(
  { parameter, prefix, noun, notFound, malformed }: IdWords,
  of: (item: T) => string,
): Selector<T> {
  const form = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  return {
    parameter,
    of,
    refuse(unknown) {
      const bad = unknown.find((id) => !form.test(id));
      if (bad !== undefined)
        return new ServiceError(malformed, `Invalid id: "${bad}" (expecting "${prefix}-...")`);
      const [plural, verb] = unknown.length > 1 ? ['s', 'do'] : ['', 'does'];
      return new ServiceError(notFound, `The ${noun} ID${plural} '${unknown.join(', ')}' ${verb} not exist`);
    },
  };
}

export function byName<T>(parameter: string, what: string, of: (item: T) => string): Selector<T> {
  const refuse = (unknown: string[]) =>
    new ServiceError('InvalidParameterValue', `Invalid ${what}: [${unknown.join(', ')}]`);
  return { parameter, of, refuse };
}
