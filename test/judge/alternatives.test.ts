import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case, Endpoint } from '../../src/model/case.ts';
import { spoken } from '../../src/model/command-line.ts';
import { type Findings, findingsSchema, type Report } from '../../src/model/report.ts';
import { REPORT_SCHEMA } from '../../src/model/schema-names.ts';
import { renderTriage } from '../../src/render/triage.ts';
import { buildCase, evenly, from, type Pod } from './build.ts';

const ZONES = ['az1', 'az2', 'az3'];
const DB = '10.0.1.20';
const RISE = 200;

interface Sending {
  service?: string;
  azId?: string;
  remote?: string;
  /** Events a minute from the rise on. */
  after?: number;
  bytes?: number;
}

function pod(name: string, { azId = 'az1', after = 0.2, bytes = 1e7, ...rest }: Sending): Pod {
  return { name, azId, bytes: () => bytes, events: from(RISE, 0.2, after), ...rest };
}

/** In each zone three of web, each with a cache of its own, and three workers. */
function shop(workers: (azId: string, i: number) => Sending, web: Sending = {}): Pod[] {
  return ZONES.flatMap((azId, z) =>
    [0, 1, 2].flatMap((i) => [
      pod(`web-${azId}-${i}`, { service: 'web', azId, remote: `10.9.${z}.${i}`, ...web }),
      pod(`worker-${azId}-${i}`, { service: 'worker', azId, ...workers(azId, i) }),
    ]),
  );
}

function found(pods: Pod[], ends: Record<string, Endpoint> = {}): Findings {
  const data = buildCase({ pods });
  const flows = data.flows.map((flow) => ({
    ...flow,
    remote: { ...flow.remote, ...ends[flow.remote.ip ?? ''] },
  }));
  return judge({ ...data, flows } satisfies Case);
}

function page(findings: Findings): string {
  const said: Report = {
    schema: REPORT_SCHEMA,
    generatedAt: '2026-11-21T16:05:00Z',
    tool: { name: 'nfm', version: '0' },
    ...findings,
  };
  return renderTriage(said, { width: 120, unicode: true, color: false });
}

describe('a service whose flows all go to one database', () => {
  const both = found(shop(() => ({ remote: DB, after: 4 })));

  it('is named together with what it sends to', () => {
    expect(both).toMatchObject({
      verdict: 'inconclusive',
      reason: 'pair-concentrated',
      suspects: ['workload', 'aws-infrastructure'],
      location: { podNamespace: 'default', serviceName: 'worker' },
      alternatives: [
        { what: `what is sent to ${DB}:80`, location: { remoteIp: DB, remotePort: 80 }, timesLessLikely: 1 },
      ],
    });
    expect(both.summary).toContain(`between service default/worker and ${DB}:80`);
    expect(both.summary).toContain('one of the two, or the way between them');
    expect(findingsSchema.safeParse(spoken(both)).error).toBeUndefined();
  });

  it('is so however many others are sent to', () => {
    const many = shop(() => ({ remote: DB, after: 4 })).flatMap((p, n) =>
      p.service === 'web' ? [1, 2, 3, 4].map((i) => ({ ...p, remote: `10.8.${n}.${i}` })) : [p],
    );
    expect(found(many)).toMatchObject({ reason: 'pair-concentrated', location: { serviceName: 'worker' } });
  });

  it('is so where it sends a little elsewhere', () => {
    const pods = shop(() => ({ remote: DB, after: 4 }));
    const aside = pod('worker-az1-0', { service: 'worker', remote: '10.0.0.2', bytes: 2e4 });
    expect(found([...pods, { ...aside, events: () => 0 }])).toMatchObject({ reason: 'pair-concentrated' });
  });

  it('is in the headline and one line of the page', () => {
    const text = page(both);
    expect(text.split('\n')[0]).toContain(`between service worker and remote ${DB}:80`);
    expect(text).toMatch(/Maybe +what is sent to 10\.0\.1\.20:80, nearly as likely/);
    expect(text).not.toContain('no one part');
  });

  it('is blamed alone where it loses what it sends to others too', () => {
    const remotes = [DB, '10.0.1.21', '10.0.1.22'];
    expect(found(shop((_, i) => ({ remote: remotes[i] ?? DB, after: 4 })))).toMatchObject({
      verdict: 'workload',
      reason: 'service-concentrated',
      location: { serviceName: 'worker' },
    });
  });

  it('is well where others lose what they send to the database too', () => {
    const pods = shop(() => ({ remote: DB, after: 4 }), { remote: DB, after: 4 });
    const beside = ZONES.flatMap((azId) =>
      [0, 1, 2].map((i) => pod(`web-${azId}-${i}`, { service: 'web', azId, remote: `10.9.0.${i}` })),
    );
    const { location, reason } = found([
      ...pods,
      ...beside,
      ...beside.map((p) => ({ ...p, name: p.name.replace('web', 'worker'), service: 'worker' })),
    ]);
    expect({ location, reason }).toMatchObject({ location: { remoteIp: DB }, reason: 'remote-concentrated' });
  });

  it('leaves one bad worker to be blamed, whose neighbours reach the database', () => {
    expect(
      found(shop((azId, i) => ({ remote: DB, after: azId === 'az2' && i === 0 ? 8 : 0.2 }))),
    ).toMatchObject({
      verdict: 'workload',
      location: { podName: 'worker-az2-0' },
    });
  });
});

describe('a pod that is recognised by what is sent to it', () => {
  const HIT = '10.7.1.1';
  const ends = (...ips: string[]) =>
    Object.fromEntries(
      ips.map((ip, i): [string, Endpoint] => [
        ip,
        {
          azId: 'az1',
          instanceId: `i-api-${i}`,
          podNamespace: 'default',
          podName: `api-${i}`,
          serviceName: 'api',
        },
      ]),
    );
  const callers = (remotes: string[], zones = ['az2', 'az3'], count = 3) =>
    zones.flatMap((azId) =>
      Array.from({ length: count }, (_, i) => i).flatMap((i) =>
        remotes.map((remote) =>
          pod(`web-${azId}-${i}`, { service: 'web', azId, remote, after: remote === HIT ? 4 : 0.2 }),
        ),
      ),
    );
  /** They send, and that is well. */
  const api = [0, 1, 2].map((i) => ({
    ...pod(`api-${i}`, { service: 'api', remote: '10.9.0.9' }),
    instance: `i-api-${i}`,
  }));

  it('is said so, and counted by that', () => {
    const { verdict, reason, location, confidence, evidence, summary, impairment, next } = found(
      [...callers([HIT, '10.7.1.2', '10.7.1.3']), ...api],
      ends(HIT, '10.7.1.2', '10.7.1.3'),
    );
    expect({ verdict, reason, location, confidence }).toMatchObject({
      verdict: 'workload',
      reason: 'remote-concentrated',
      confidence: 'medium',
      location: { azId: 'az1', podName: 'api-0' },
    });
    const concentrated = evidence.find(({ code }) => code === 'concentrated');
    expect(concentrated?.statement).toMatch(
      /^What is sent to pod default\/api-0 is at 1\d times its own past and makes (9\d %|all) of the rise in the target/,
    );
    expect(concentrated?.statement).toMatch(/; what is sent to the \d others does not show it\./);
    expect(concentrated?.data).toMatchObject({ received: true });
    expect(concentrated?.data.byteShare).toBeGreaterThan(0.1);
    expect(concentrated?.data.peers).toBeGreaterThan(0);
    expect(summary).toMatch(/about [\d.]+ % of what is sent to pod default\/api-0 has been retransmitted/);
    expect(impairment).toMatchObject({ of: 'what is sent to pod default/api-0' });
    expect(JSON.stringify(next)).not.toContain('terminate-instance');
  });

  it('is not blamed on the word of one caller', () => {
    const pods = [...callers([HIT, '10.7.1.2', '10.7.1.3'], ['az2'], 1), ...api];
    expect(found(pods, ends(HIT, '10.7.1.2', '10.7.1.3')).verdict).not.toBe('workload');
  });

  it('is not blamed where nothing is sent to any other', () => {
    expect(found(callers([HIT]), ends(HIT)).verdict).not.toBe('workload');
  });
});

describe('a part that loses what it sends to one host of another zone', () => {
  const FAR = '10.7.1.';
  const ends = Object.fromEntries(
    [0, 1, 2, 3].map((i): [string, Endpoint] => [
      `${FAR}${i}`,
      {
        azId: 'az2',
        instanceId: `i-api-${i}`,
        podName: `api-${i}`,
        podNamespace: 'default',
        serviceName: 'api',
      },
    ]),
  );
  // Each of four sends to one of its own there, and one is lossy.
  const pods = [0, 1, 2, 3].map((i) =>
    pod(`web-az1-${i}`, { service: 'web', remote: `${FAR}${i}`, after: i === 0 ? 8 : 0.2 }),
  );

  it('is named together with it where all of the VPC is asked about', () => {
    const elsewhere = [0, 1, 2].map((i) => pod(`web-az3-${i}`, { azId: 'az3', remote: `10.9.2.${i}` }));
    expect(found([...pods, ...elsewhere], ends)).toMatchObject({ reason: 'pair-concentrated' });
  });

  it('is blamed itself where a zone is, as nobody lists who else sends there', () => {
    const data = buildCase({ pods });
    const flows = data.flows.map((flow) => ({
      ...flow,
      remote: { ...flow.remote, ...ends[flow.remote.ip ?? ''] },
    }));
    const target = { ...data.target, kind: 'zone' as const, id: 'az1' };
    expect(judge({ ...data, target, targetZones: ['az1'], flows })).toMatchObject({
      verdict: 'workload',
      confidence: 'medium',
      location: { podName: 'web-az1-0' },
      alternatives: [{ location: { podName: 'api-0' } }],
    });
  });
});

describe('what explains a rise', () => {
  it('has no alternatives where nothing rose', () => {
    const quiet = found(shop(() => ({ remote: DB })));
    expect(quiet.verdict).toBe('no-impairment');
    expect(quiet).not.toHaveProperty('alternatives');
  });

  it('has none where one place is far likelier than all others', () => {
    const pods = ZONES.flatMap((azId) =>
      [0, 1, 2, 3].map((i) => ({
        ...pod(`web-${azId}-${i}`, { azId }),
        events: azId === 'az2' && i === 0 ? from(RISE, 0.2, 20) : evenly(0.2),
      })),
    );
    const { verdict, alternatives } = found(pods);
    expect({ verdict, alternatives }).toEqual({ verdict: 'workload', alternatives: undefined });
  });
});

describe('what lies on the way', () => {
  const NAT = { componentType: 'AWS::EC2::NatGateway', componentId: 'nat-0a1' };

  /** Everyone sends to a neighbour in the zone, and to two addresses of S3: in az1 through one NAT gateway. */
  function leaving(after: (azId: string, service: string) => number, services = ['web', 'worker']): Pod[] {
    return ZONES.flatMap((azId, z) =>
      services.flatMap((service) =>
        [0, 1].flatMap((i) => [
          pod(`${service}-${azId}-${i}`, { service, azId, remote: `10.9.${z}.${i}` }),
          ...[1, 2].map((to) => ({
            ...pod(`${service}-${azId}-${i}`, {
              service,
              azId,
              remote: `52.1.1.${to}`,
              after: after(azId, service),
            }),
            category: 'AMAZON_S3',
          })),
        ]),
      ),
    );
  }

  function passing(pods: Pod[], nats: Record<string, typeof NAT>): Findings {
    const data = buildCase({ pods });
    const flows = data.flows.map((flow) => {
      const nat = flow.category === 'AMAZON_S3' && nats[flow.local.azId ?? ''];
      return nat ? { ...flow, path: [nat] } : flow;
    });
    return judge({ ...data, flows });
  }

  const ofEach = {
    az1: NAT,
    az2: { ...NAT, componentId: 'nat-0a2' },
    az3: { ...NAT, componentId: 'nat-0a3' },
  };

  it('is the gateway that all of the lossy flows pass, and nobody is blamed', () => {
    const found = passing(
      leaving((azId) => (azId === 'az1' ? 6 : 0.2)),
      ofEach,
    );
    expect(found).toMatchObject({
      verdict: 'inconclusive',
      reason: 'path-concentrated',
      suspects: ['workload', 'aws-infrastructure'],
      location: { component: { type: 'AWS::EC2::NatGateway', id: 'nat-0a1' } },
    });
    expect(found.summary).toContain('what passes NAT gateway nat-0a1');
    // Four senders to two addresses, 10 MB a minute each; what stays in the zone is not among it.
    expect(found.impairment).toMatchObject({ of: 'what passes NAT gateway nat-0a1' });
    expect(found.impairment?.retransmissions).toBe((8 * 6 * (found.impairment?.bytes ?? 0)) / 8e7);
    expect(found.evidence.map(({ code }) => code)).toContain('on-the-way');
    expect(page(found).split('\n')[0]).toContain('NAT gateway nat-0a1');
  });

  it('is a kind of destination where the flows name no gateway', () => {
    expect(
      passing(
        leaving(() => 6),
        {},
      ),
    ).toMatchObject({
      reason: 'path-concentrated',
      location: { category: 'AMAZON_S3' },
    });
  });

  it('is one address where all of that kind goes there, however many other addresses there are', () => {
    const one = leaving(() => 6).flatMap((p, n) => {
      if (p.category === 'AMAZON_S3') return [{ ...p, remote: '52.1.1.1' }];
      return Array.from({ length: 8 }, (_, i) => ({ ...p, remote: `10.8.${n}.${i}` }));
    });
    expect(passing(one, {})).toMatchObject({
      reason: 'remote-concentrated',
      location: { remoteIp: '52.1.1.1' },
    });
  });

  it('is not the gateway where one service loses through it, and another does not', () => {
    expect(
      passing(
        leaving((_, service) => (service === 'web' ? 6 : 0.2)),
        ofEach,
      ),
    ).toMatchObject({
      verdict: 'workload',
      location: { serviceName: 'web' },
    });
  });
});
