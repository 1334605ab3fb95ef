import { formTree, readForm } from '../../wire/form.ts';
import { queryAnswer, queryRefusal } from '../../wire/query.ts';
import type { Protocol } from './protocol.ts';

const XMLNS = 'http://monitoring.amazonaws.com/doc/2010-08-01/';

/** AWS query, which clients older than 2025 speak. */
export const query: Protocol = {
  async read(request) {
    const parameters = await readForm(request);
    return { operation: parameters.get('Action') ?? '', input: () => formTree(parameters) };
  },
  answer: (operation, output) => queryAnswer(XMLNS, operation, output),
  refuse: (_, error) => queryRefusal(XMLNS, error),
};
