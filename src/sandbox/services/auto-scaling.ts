import { stableUuid, takePage } from '../wire/ids.ts';
import { queryService, type XmlRecord } from '../wire/query.ts';
import { type ServiceContext, ServiceError } from '../wire/service.ts';

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

export const autoScaling = queryService(
  {
    name: 'autoscaling',
    title: 'Auto Scaling',
    xmlns: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    read: (parameters) => parameters,
  },
  { DescribeScalingActivities: describeScalingActivities },
);
