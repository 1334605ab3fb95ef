import { randomUUID } from 'node:crypto';
import { readForm, toXml, type XmlRecord } from '../wire/query.ts';
import type { Service } from '../wire/service.ts';
import {
  asServiceError,
  findOperation,
  type Operation,
  perform,
  respond,
  type ServiceError,
} from '../wire/service.ts';
import type { Resource } from './ec2/describe.ts';
import { describe } from './ec2/describe.ts';
import { associateProfile, images, instanceStatus, instances } from './ec2/instances.ts';
import { interfaces } from './ec2/interfaces.ts';
import { networkAcls, vpcAttribute } from './ec2/network-acls.ts';
import { networkPerformance } from './ec2/network-performance.ts';
import { natGateways, routeTables, securityGroups, vpcEndpoints } from './ec2/routes.ts';
import { regions, subnets, vpcs, zones } from './ec2/vpcs.ts';

const CONTENT_TYPE = 'text/xml;charset=UTF-8';
const XMLNS = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const operations: Record<string, Operation<URLSearchParams, XmlRecord>> = {
  AssociateIamInstanceProfile: associateProfile,
  DescribeAvailabilityZones: describing(zones),
  DescribeImages: describing(images),
  DescribeInstances: describing(instances),
  DescribeInstanceStatus: describing(instanceStatus),
  DescribeNatGateways: describing(natGateways),
  DescribeNetworkAcls: describing(networkAcls),
  DescribeNetworkInterfaces: describing(interfaces),
  DescribeRegions: describing(regions),
  DescribeRouteTables: describing(routeTables),
  DescribeSecurityGroups: describing(securityGroups),
  DescribeSubnets: describing(subnets),
  DescribeVpcAttribute: (parameters, { world }) => vpcAttribute(parameters, world),
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
