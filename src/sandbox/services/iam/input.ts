import type { ServiceContext } from '../../service.ts';
import type { Form } from '../../wire/form.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { XmlRecord } from '../../wire/xml.ts';

export type IamInput = Record<string, Form>;
export type IamOperation = (input: IamInput, context: ServiceContext) => XmlRecord;

export function text(input: IamInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function texts(input: IamInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404);
}
