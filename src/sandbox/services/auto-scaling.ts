import { stableUuid, takePage } from '../wire/ids.ts';
import { queryAnswer, queryRefusal, readForm, type XmlRecord } from '../wire/query.ts';
import type { Service, ServiceContext } from '../wire/service.ts';
import { asServiceError, findOperation, type Operation, perform, ServiceError } from '../wire/service.ts';

const XMLNS = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';
const PAGE = 100;

/** The latest first. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html */
function describeScalingActivities(parameters: URLSearchParams, { world, now }: ServiceContext): XmlRecord {
  const group = parameters.get('AutoScalingGroupName');
  const found = world.scalingActivities
    .filter((activity) => (group ?? activity.group) === activity.group && Date.parse(activity.at) <= now())
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  const { items, nextToken } = takePage(
    found,
    Number(parameters.get('MaxRecords') ?? PAGE),
    parameters.get('NextToken') ?? undefined,
    () => new ServiceError('InvalidNextToken', 'The token is not valid.'),
  );
  return {
    Activities: items.map(({ group: name, at, description, cause }) => ({
      ActivityId: stableUuid(`${name}${at}`),
      AutoScalingGroupName: name,
      Description: description,
      Cause: cause,
      StartTime: new Date(at),
      EndTime: new Date(at),
      StatusCode: 'Successful',
      Progress: 100,
    })),
    NextToken: nextToken,
  };
}

const operations: Record<string, Operation<URLSearchParams, XmlRecord>> = {
  DescribeScalingActivities: describeScalingActivities,
};

export const autoScaling: Service = {
  name: 'autoscaling',
  async handle(request, context) {
    const parameters = await readForm(request);
    const name = parameters.get('Action') ?? '';
    try {
      const run = () => findOperation('Auto Scaling', operations, name)(parameters, context);
      return queryAnswer(XMLNS, name, await perform(name, context, run));
    } catch (error) {
      return queryRefusal(XMLNS, asServiceError(error));
    }
  },
};
