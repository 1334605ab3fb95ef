import { AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import type { Window } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { type Aws, ask } from './aws.ts';

export interface ScalingActivity {
  at: string;
  group: string;
  /** `Launching a new EC2 instance: i-0abc` */
  description: string;
}

/** What groups were scaled by in this time, the latest first, as the service lists them. */
export async function scalingActivities(
  aws: Aws,
  { start, end }: Window,
  mostPages: number,
): Promise<{ activities: ScalingActivity[]; whole: boolean }> {
  const client = aws.client(AutoScalingClient, 'Auto Scaling');
  const activities: ScalingActivity[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { Activities = [], NextToken } = await ask(
      aws,
      'autoscaling:DescribeScalingActivities',
      (options) => client.send(new DescribeScalingActivitiesCommand({ NextToken: token }), options),
    );
    for (const { StartTime, AutoScalingGroupName: group = '', Description: description = '' } of Activities) {
      const at = StartTime ? instant(StartTime.getTime()) : '';
      if (at >= start && at < end) activities.push({ at, group, description });
    }
    const oldest = Activities.at(-1)?.StartTime;
    const isPast = oldest !== undefined && instant(oldest.getTime()) < start;
    if (isPast || !NextToken || NextToken === token) return { activities, whole: true };
    token = NextToken;
  }
  return { activities, whole: false };
}
