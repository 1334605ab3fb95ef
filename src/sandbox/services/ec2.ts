import { randomUUID } from 'node:crypto';
import type { Service } from '../service.ts';
import { readForm } from '../wire/form.ts';
import { findOperation, type Operation, perform } from '../wire/perform.ts';
import { respond } from '../wire/respond.ts';
import { asServiceError, type ServiceError } from '../wire/service-error.ts';
import { toXml, type XmlRecord } from '../wire/xml.ts';
import { describe } from './ec2/describe.ts';
import { images } from './ec2/images.ts';
import { instanceStatus } from './ec2/instance-status.ts';
import { instances } from './ec2/instances.ts';
import { interfaces } from './ec2/interfaces.ts';
import { natGateways } from './ec2/nat-gateways.ts';
import { networkPerformance } from './ec2/network-performance.ts';
import { regions } from './ec2/regions.ts';
import type { Resource } from './ec2/resource.ts';
import { routeTables } from './ec2/route-tables.ts';
import { securityGroups } from './ec2/security-groups.ts';
import { subnets } from './ec2/subnets.ts';
import { vpcEndpoints } from './ec2/vpc-endpoints.ts';
import { vpcs } from './ec2/vpcs.ts';
import { zones } from './ec2/zones.ts';

const CONTENT_TYPE = 'text/xml;charset=UTF-8';
const XMLNS = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const operations: Record<string, Operation<URLSearchParams, XmlRecord>> = {
  DescribeAvailabilityZones: describing(zones),
  DescribeImages: describing(images),
  DescribeInstances: describing(instances),
  DescribeInstanceStatus: describing(instanceStatus),
  DescribeNatGateways: describing(natGateways),
  DescribeNetworkInterfaces: describing(interfaces),
  DescribeRegions: describing(regions),
  DescribeRouteTables: describing(routeTables),
  DescribeSecurityGroups: describing(securityGroups),
  DescribeSubnets: describing(subnets),
  DescribeVpcEndpoints: describing(vpcEndpoints),
  DescribeVpcs: describing(vpcs),
  GetAwsNetworkPerformanceData: networkPerformance,
};

function describing<T extends XmlRecord>(resource: Resource<T>): Operation<URLSearchParams, XmlRecord> {
  return (parameters, { world }) => describe(resource, parameters, world);
}

/** EC2's own dialect of query. https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2: Service = {
  name: 'ec2',
  async handle(request, context) {
    const parameters = await readForm(request);
    const name = parameters.get('Action') ?? '';
    try {
      const run = () => findOperation('EC2', operations, name)(parameters, context);
      return answer(name, await perform(name, context, run));
    } catch (error) {
      return refuse(asServiceError(error));
    }
  },
};

function answer(operation: string, result: XmlRecord): Response {
  const requestId = randomUUID();
  const xml = toXml(`${operation}Response`, XMLNS, { requestId, ...result }, 'item');
  return respond(200, CONTENT_TYPE, xml, {}, requestId);
}

function refuse({ code, message, status }: ServiceError): Response {
  const requestId = randomUUID();
  const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
  return respond(status, CONTENT_TYPE, toXml('Response', undefined, content, 'item'), {}, requestId);
}
