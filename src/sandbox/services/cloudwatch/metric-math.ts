import { ServiceError } from '../../wire/service.ts';

/*
 * Metric math, as far as rates, guards and filled gaps take it: numbers, IDs, + - * / ^, comparisons, AND, OR, IF, FILL,
 * ABS, CEIL, FLOOR, and MIN, MAX, SUM, AVG of a list. What is missing, and what is divided by 0, as documented:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** By the start of its period, ms. */
export type TimeSeries = ReadonlyMap<number, number>;
type Value = number | TimeSeries | TimeSeries[];

interface Scope {
  /** What an ID stands for. */
  series(id: string): TimeSeries;
  /** Starts of all periods of the request: what FILL fills. */
  periods: readonly number[];
}

export function evaluate(expression: string, scope: Scope): TimeSeries {
  const reader = new Reader(expression, scope);
  const value = reader.expression();
  reader.end();
  if (value instanceof Map) return value;
  throw refused(expression, 'The result of an expression must be a single time series.');
}

function refused(expression: string, why: string): ServiceError {
  return new ServiceError('ValidationError', `Error in expression '${expression}': ${why}`);
}

type Operator = (a: number, b: number) => number | undefined;

/** By how tightly they bind; undefined drops the datapoint. */
const OPERATORS: readonly Readonly<Record<string, Operator>>[] = [
  { OR: (a, b) => Number(a !== 0 || b !== 0), '||': (a, b) => Number(a !== 0 || b !== 0) },
  { AND: (a, b) => Number(a !== 0 && b !== 0), '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => (b === 0 ? undefined : a / b) },
  { '^': (a, b) => a ** b },
];

const TOKEN = /\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|[<>=!]=|&&|\|\||[-+*/^<>()[\],])/y;

/** Reads an expression by descent, and evaluates it on the way. */
class Reader {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
    this.#tokens = this.#split();
  }

  #split(): string[] {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    while (this.#text.slice(TOKEN.lastIndex).trim() !== '') {
      const from = TOKEN.lastIndex;
      const [, token] = TOKEN.exec(this.#text) ?? [];
      if (token === undefined) throw this.#refused(`'${this.#text.slice(from).trim()}' is not understood.`);
      tokens.push(token);
    }
    return tokens;
  }

  expression(level = 0): Value {
    const operators = OPERATORS[level];
    if (!operators) return this.#operand();
    let left = this.expression(level + 1);
    for (;;) {
      const token = this.#tokens[this.#at] ?? '';
      const operator = Object.hasOwn(operators, token) ? operators[token] : undefined;
      if (!operator) return left;
      this.#at++;
      left = combined(left, this.expression(level + 1), operator);
    }
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw this.#refused(`'${rest}' is not expected.`);
  }

  #operand(): Value {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#refused('It ends too early.');
    if (token === '-') return combined(0, this.#operand(), (a, b) => a - b);
    if (token === '(') {
      const value = this.expression();
      this.#expect(')');
      return value;
    }
    if (token === '[') return this.#list(']').map((value) => this.#series(value));
    if (/^\d/.test(token)) return Number(token);
    if (this.#tokens[this.#at] === '(') return this.#call(token);
    if (/^[a-z]\w*$/.test(token)) return this.#scope.series(token);
    throw this.#refused(`'${token}' is not expected.`);
  }

  #call(name: string): Value {
    this.#expect('(');
    if (name === 'FILL') return this.#fill();
    const args = this.#list(')');
    const [first = 0] = args;
    switch (name) {
      case 'IF':
        return this.#choice(args);
      case 'ABS':
      case 'CEIL':
      case 'FLOOR': {
        const change = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor }[name];
        return combined(first, 0, change);
      }
      case 'MIN':
      case 'MAX':
      case 'SUM':
      case 'AVG':
        if (!Array.isArray(first)) throw this.#refused(`The nfm sandbox takes ${name} of a list only.`);
        return together(first, name);
      default:
        throw this.#refused(`The nfm sandbox does not compute ${name}.`);
    }
  }

  #list(end: string): Value[] {
    const values: Value[] = [];
    do values.push(this.expression());
    while (this.#take(','));
    this.#expect(end);
    return values;
  }

  /** What is missing of the condition is dropped; what is missing where it holds is 0, elsewhere dropped. */
  #choice([condition, yes, no]: readonly Value[]): TimeSeries {
    const missing = { yes: 0, no: undefined };
    const of = (value: Value | undefined, at: number, absent: number | undefined) =>
      typeof value === 'number' ? value : value instanceof Map ? (value.get(at) ?? absent) : undefined;
    if (typeof condition === 'number') return this.#series((condition !== 0 ? yes : no) ?? new Map());
    const chosen = [...this.#series(condition ?? 0)].map(
      ([at, holds]) => [at, holds !== 0 ? of(yes, at, missing.yes) : of(no, at, missing.no)] as const,
    );
    return new Map(chosen.filter((pair): pair is readonly [number, number] => pair[1] !== undefined));
  }

  /** FILL(series, number | REPEAT) */
  #fill(): TimeSeries {
    const series = this.#series(this.expression());
    this.#expect(',');
    const repeats = this.#take('REPEAT');
    const value = repeats ? null : this.expression();
    this.#expect(')');
    if (value !== null && typeof value !== 'number')
      throw this.#refused('FILL takes a number or REPEAT here.');
    const filled = new Map<number, number>();
    let last: number | undefined;
    for (const at of this.#scope.periods) {
      last = series.get(at) ?? (repeats ? last : (value ?? undefined));
      if (last !== undefined) filled.set(at, last);
    }
    return filled;
  }

  #series(value: Value): TimeSeries {
    if (value instanceof Map) return value;
    throw this.#refused('A time series is expected.');
  }

  #take(token: string): boolean {
    const found = this.#tokens[this.#at] === token;
    if (found) this.#at++;
    return found;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#refused(`'${token}' is expected.`);
  }

  #refused(why: string): ServiceError {
    return refused(this.#text, why);
  }
}

/** Of two series, what only one has is 0 in the other. */
function combined(a: Value, b: Value, operator: Operator): Value {
  if (Array.isArray(a)) return a.map((one) => combined(one, b, operator) as TimeSeries);
  if (Array.isArray(b)) return b.map((one) => combined(a, one, operator) as TimeSeries);
  if (typeof a === 'number' && typeof b === 'number') return operator(a, b) ?? 0;
  const at = new Set([...(a instanceof Map ? a.keys() : []), ...(b instanceof Map ? b.keys() : [])]);
  const of = (value: number | TimeSeries, time: number) =>
    typeof value === 'number' ? value : (value.get(time) ?? 0);
  const result = new Map<number, number>();
  for (const time of [...at].sort((x, y) => x - y)) {
    const value = operator(of(a as number | TimeSeries, time), of(b as number | TimeSeries, time));
    if (value !== undefined) result.set(time, value);
  }
  return result;
}

function together(list: readonly TimeSeries[], name: 'MIN' | 'MAX' | 'SUM' | 'AVG'): TimeSeries {
  const times = [...new Set(list.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);
  return new Map(
    times.map((time) => {
      const values = list.map((series) => series.get(time) ?? 0);
      const sum = values.reduce((a, b) => a + b, 0);
      const result = {
        MIN: Math.min(...values),
        MAX: Math.max(...values),
        SUM: sum,
        AVG: sum / values.length,
      }[name];
      return [time, result] as const;
    }),
  );
}
