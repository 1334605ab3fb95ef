/*
 * What the last lines of an agent's log say of its reports and of how it ended (docs/network-flow-monitor.md). Lines
 * are JSON or plain, as RUST_LOG's writer has it, so words are looked for and nothing is parsed.
 */

export type Complaint =
  | 'refused'
  | 'credentials'
  | 'dns'
  | 'proxy'
  | 'tls'
  | 'sending'
  | 'kernel'
  | 'bpf'
  | 'cgroup'
  | 'metadata'
  | 'address';

export interface LogReading {
  /** Status of the last report that was answered. */
  lastStatus: number | null;
  statuses: number[];
  /** What it complains of after its last success, the last of each kind, in its own words. */
  complaints: { kind: Complaint; line: string }[];
  lines: number;
}

/** The first that fits. */
const KINDS: readonly (readonly [Complaint, RegExp])[] = [
  ['kernel', /kernel version at or above/i],
  ['bpf', /BPF_PROG_LOAD|failed to load (the )?(e?bpf|program)|bpf.*(verifier|not supported)/i],
  ['cgroup', /failed to attach to cgroup|cgroup (file|path)? ?not found|cgroup.*no such file/i],
  ['metadata', /IMDSv2 failed|failed.*(imds|instance metadata)/i],
  [
    'address',
    /(invalid (socket|ip|network) address|AddrParseError|failed to (bind|parse)[^\n]*(address|socket)|address already in use)/i,
  ],
  [
    'credentials',
    /error getting credentials|failed to (load|get|retrieve) credentials|no (credential )?providers? in chain/i,
  ],
  [
    'dns',
    /error sending request[^\n]*(dns|resolve|lookup|name or service)|failed to lookup address|name resolution/i,
  ],
  ['proxy', /error sending request[^\n]*(proxy|tunnel)|proxy (error|authentication)|unsuccessful tunnel/i],
  [
    'tls',
    /error sending request[^\n]*(certificate|tls|ssl|handshake|unknownissuer)|invalid peer certificate/i,
  ],
  ['sending', /error sending request/i],
];

const LONGEST_LINE = 400;

export function readLog(text: string): LogReading {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const statuses: number[] = [];
  let complaints = new Map<Complaint, string>();
  for (const line of lines) {
    const status = /HTTP request complete/i.test(line)
      ? /status\W{1,5}(\d{3})\b/i.exec(line)?.[1]
      : undefined;
    if (status) {
      statuses.push(Number(status));
      if (status.startsWith('2')) complaints = new Map();
      else if (status === '403' || status === '401')
        complaints.set('refused', complaints.get('refused') ?? `HTTP ${status}`);
      continue;
    }
    // AWS's own words follow the status.
    if (complaints.has('refused') && /is not authorized to perform/.test(line)) {
      complaints.set('refused', (/User: .*?(?=["\\}]|$)/.exec(line)?.[0] ?? line).slice(0, LONGEST_LINE));
      continue;
    }
    const kind = kindOf(line);
    if (!kind) continue;
    // The latest is the last.
    complaints.delete(kind);
    complaints.set(kind, abridged(messageOf(line), LONGEST_LINE));
  }
  return {
    lastStatus: statuses.at(-1) ?? null,
    statuses: [...new Set(statuses)],
    complaints: [...complaints].map(([kind, line]) => ({ kind, line })),
    lines: lines.length,
  };
}

/** Where a request was to go says nothing of what stopped it. */
function kindOf(line: string): Complaint | undefined {
  const said = line.replace(/\\?"?\bhttps?:\/\/[^\s"\\]*/gi, '');
  return KINDS.find(([, words]) => words.test(said))?.[0];
}

/** Errors name what was tried first and what stopped it last: the middle can be missed. */
export function abridged(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = Math.floor(longest / 3);
  return `${text.slice(0, head).trimEnd()} … ${text.slice(head - longest).trimStart()}`;
}

/** Of a line of JSON, what it says. */
function messageOf(line: string): string {
  try {
    const { message, msg, fields, error } = JSON.parse(line) as Record<string, unknown>;
    const inner = (fields ?? {}) as Record<string, unknown>;
    const said = [message ?? msg ?? inner.message, error ?? inner.error].filter((w) => typeof w === 'string');
    return said.length > 0 ? said.join(': ') : line;
  } catch {
    return line;
  }
}
